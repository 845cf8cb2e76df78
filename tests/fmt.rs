//! `aakit fmt` and `aakit render FILE` as a user meets them.

mod common;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};

const MESSY: &str = "profile t {\n/a    r,\n}\n";
const NEAT: &str = "profile t {\n  /a r,\n}\n";

fn aakit(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aakit"));
    common::run_with_input(command.current_dir(folder).args(arguments), input.as_bytes())
        .expect("it was built")
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary directory");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a temporary directory");
        fs::write(path, text).expect("a temporary directory");
    }
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn files_and_directories_are_written_in_place() {
    let folder = folder(&[
        ("apparmor.d/a", MESSY),
        ("apparmor.d/abstractions/x", "/a r,\n"),
        ("apparmor.d/neat", NEAT),
    ]);
    let inode = |name: &str| fs::metadata(folder.path().join(name)).expect("it is there").ino();
    let before = inode("apparmor.d/neat");
    let output = aakit(folder.path(), &["fmt", "apparmor.d"], "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "note: laid out 2 files\n");
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("it is there");
    assert_eq!(read("apparmor.d/a"), NEAT);
    assert_eq!(read("apparmor.d/abstractions/x"), "  /a r,\n");
    assert_eq!(inode("apparmor.d/neat"), before, "a file that needs no change is not written");
}

#[test]
fn mode_and_symlinks_stay() {
    let folder = folder(&[("a", MESSY)]);
    let path = folder.path().join("a");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is ours");
    symlink("a", folder.path().join("link")).expect("a temporary directory");
    assert_eq!(aakit(folder.path(), &["fmt", "link"], "").status.code(), Some(0));
    assert!(fs::symlink_metadata(folder.path().join("link")).expect("it is there").is_symlink());
    assert_eq!(fs::read_to_string(&path).expect("it is there"), NEAT);
    assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o600);
}

#[test]
fn check_lists_and_diff_shows() {
    let folder = folder(&[("a", MESSY), ("b", NEAT)]);
    let check = aakit(folder.path(), &["fmt", "--check", "a", "b"], "");
    assert_eq!((check.status.code(), text(&check.stdout)), (Some(1), "a\n".to_owned()));
    let diff = aakit(folder.path(), &["fmt", "--diff", "a", "b"], "");
    assert_eq!(diff.status.code(), Some(1));
    let wanted = "--- a\n+++ a\n@@ -1,3 +1,3 @@\n profile t {\n-/a    r,\n+  /a r,\n }\n";
    assert_eq!(text(&diff.stdout), wanted);
    assert_eq!(fs::read_to_string(folder.path().join("a")).expect("it is there"), MESSY);
    assert_eq!(aakit(folder.path(), &["fmt", "--check", "b"], "").status.code(), Some(0));
}

#[test]
fn standard_input_is_filtered() {
    let folder = folder(&[("aakit.toml", "[fmt]\nindent = 4\nexclude = ['vendor/*']\n")]);
    let output = aakit(folder.path(), &["fmt", "-"], MESSY);
    assert_eq!(
        (output.status.code(), text(&output.stdout)),
        (Some(0), "profile t {\n    /a r,\n}\n".to_owned())
    );
    let output = aakit(folder.path(), &["fmt", "--stdin-filename", "vendor/x", "-"], MESSY);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), MESSY.to_owned()));
    assert_eq!(aakit(folder.path(), &["fmt", "--check", "-"], MESSY).status.code(), Some(1));
}

#[test]
fn a_file_with_errors_is_left_and_the_others_go_on() {
    let broken = "profile t {\n/a    r\n}\n";
    let folder = folder(&[("a", broken), ("b", MESSY), ("c", "@{A} = /a # c")]);
    let output = aakit(folder.path(), &["fmt", "a", "b", "c", "nope"], "");
    assert_eq!(output.status.code(), Some(2), "one cannot be read");
    let output = aakit(folder.path(), &["fmt", "a", "b", "c"], "");
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("a:2:1: error[syntax]: missing `,` at the end of the rule"), "{said}");
    assert!(said.contains("c:1:11: error[syntax]: the file ends in a comment without a line end"), "{said}");
    assert!(said.contains("2 files with syntax errors left as they are"), "{said}");
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("it is there");
    assert_eq!((read("a"), read("b")), (broken.to_owned(), NEAT.to_owned()));
    let output = aakit(folder.path(), &["fmt", "-"], broken);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), String::new()));
}

#[test]
fn a_wrong_option_is_told() {
    let folder = folder(&[("a", MESSY), ("aakit.toml", "[fmt]\nindnet = 2\n")]);
    let output = aakit(folder.path(), &["fmt", "a"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("did you mean `indent`?"), "{}", text(&output.stderr));
    assert_eq!(aakit(folder.path(), &["fmt", "--no-config", "a"], "").status.code(), Some(0));
}

#[test]
fn render_prints_the_canonical_text() {
    let folder = folder(&[("a", MESSY)]);
    let output = aakit(folder.path(), &["render", "a"], "");
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), NEAT.to_owned()));
    let output = aakit(folder.path(), &["render", "-"], MESSY);
    assert_eq!(text(&output.stdout), NEAT);
    assert_eq!(aakit(folder.path(), &["render", "nope"], "").status.code(), Some(2));
}

fn schema() -> jsonschema::Validator {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../docs/ast.schema.json")).expect("it is JSON");
    jsonschema::validator_for(&schema).expect("it is a schema")
}

fn tree(folder: &Path, name: &str) -> serde_json::Value {
    let output = aakit(folder, &["render", "--output-format", "json", name], "");
    serde_json::from_slice(&output.stdout).expect("it is JSON")
}

#[test]
fn the_tree_is_as_the_schema_says() {
    let source = "# top\nabi <abi/4.0>,\n@{A} = /a\nprofile t /b flags=(complain) { # c\n  if ${B} and not true {\n    \
                  owner /a r, # d\n  } else {\n    mount options=(ro) /a -> /\u{fc},\n  }\n}\n";
    let folder = folder(&[("a", source), ("b", "profile t {\n  /a r\n}\n")]);
    let validator = schema();
    let value = tree(folder.path(), "a");
    assert!(validator.is_valid(&value), "{:?}", validator.iter_errors(&value).next().map(|e| e.to_string()));
    let words = &value["items"][3]["blocks"][0]["words"];
    assert_eq!(words[2]["text"], "/b");
    assert_eq!(words[2]["span"]["line"], 4);
    assert!(validator.is_valid(&tree(folder.path(), "b")), "a file with errors has a tree too");
    let mut wrong = value;
    wrong["items"][0]["kind"] = "nonsense".into();
    assert!(!validator.is_valid(&wrong));
    let Some(corpus) = common::corpus("the_tree_is_as_the_schema_says") else { return };
    for name in ["abstractions/base", "tunables/global", "systemd-journald"] {
        assert!(validator.is_valid(&tree(&corpus.join("apparmor.d"), name)), "{name}");
    }
}

#[test]
fn expand_brings_everything_into_one_file() {
    let folder = folder(&[
        ("abstractions/a", "/a r,\ninclude if exists <abstractions/none>\n@{dirs}/x w, # why\n"),
        ("tunables/t", "@{dirs} = /b /c\n"),
        (
            "p",
            "include <tunables/t>\nprofile p @{dirs}/p {\n  include <abstractions/a>\n  if defined @{dirs} {\n    /q r,\n  }\n}\n",
        ),
        ("wrong", "profile p {\n  @{nope}/x r,\n}\n"),
    ]);
    let output = aakit(folder.path(), &["render", "--expand", "--target", "debian-12", "p"], "");
    let expected = "# p with its includes, conditionals and variables resolved, as apparmor_parser 3.0 reads it\n\n# from p\n\
                    profile p /{b,c}/p {\n  # from ./abstractions/a, included at p:3\n  /a r,\n  /{b,c}/x w,\n\n  # from p\n  /q r,\n}\n";
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), expected.to_owned()));
    let output = aakit(folder.path(), &["render", "--expand", "wrong"], "");
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), String::new()));
    assert!(
        text(&output.stderr).starts_with("wrong:2:3: error[undefined-variable]"),
        "{}",
        text(&output.stderr)
    );
    let output = aakit(folder.path(), &["render", "--expand", "docker-default"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("aakit render --expand -"), "{}", text(&output.stderr));
}
