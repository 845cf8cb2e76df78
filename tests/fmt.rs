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

/// What of a tree is not as the schema says.
fn violations(validator: &jsonschema::Validator, value: &serde_json::Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error:.300}", error.instance_path())).collect()
}

/// One of each kind of item, with all that it may hold.
const EACH_KIND: &str = "# top
abi <abi/4.0>,
include if exists <tunables/global>
@{A} = /a \"/b c\"
${B} = not true
alias /a -> /b,
profile t /b xattrs=(user.a=b c) flags=(complain, audit) { # c
  if ${B} and (not true or @{A} == /a ) {
    priority=3 audit deny owner /a r, # d
  } else if defined @{A} {
    file,
  } else {
    all,
  }
  audit { unsafe /x rPx -> y, }
  rw /y,
  /z rl -> /q,
  link subset /a -> /b,
  capability chown kill,
  network (send, receive) inet stream ip=127.0.0.1 peer=(ip=none),
  network netlink raw,
  mount fstype=(ext4 xfs) options in (ro, nosuid) /a -> /\u{fc},
  umount /a,
  pivot_root oldroot=/o /n -> p,
  ptrace (read, trace) peer=a,
  signal send set=(term kill) peer=@{profile_name},
  dbus send bus=system path=/a peer=(name=b, label=c),
  unix (bind) type=stream addr=@x,
  userns create,
  mqueue (open read) type=posix label=a /q,
  io_uring sqpoll label=x,
  change_profile safe /a -> b,
  set rlimit cpu <= 5 min,
  ^hat {
  }
}
";

#[test]
fn the_tree_is_as_the_schema_says() {
    let folder = folder(&[("a", EACH_KIND), ("b", "profile t {\n  /a r\n}\n"), ("c", "# nothing\n")]);
    fs::write(folder.path().join("d"), b"# \xff\nprofile t {\n  /\xff r,\n}\n")
        .expect("a temporary directory");
    let validator = schema();
    let value = tree(folder.path(), "a");
    assert_eq!(violations(&validator, &value), Vec::<String>::new());
    let profile = &value["items"][6];
    assert_eq!(profile["attachment"]["text"], "/b");
    assert_eq!(profile["name"]["span"]["line"], 7);
    let rules = profile["block"]["items"].as_array().expect("a list");
    let first = &rules[0]["branches"][0]["block"]["items"][0];
    assert_eq!(first["qualifiers"]["decision"]["text"], "deny");
    assert_eq!(first["comment"]["text"], "# d");
    let exec = &rules[1]["block"]["items"][0];
    assert_eq!((&exec["permissions"]["access"], &exec["permissions"]["exec"]), (&"r".into(), &"Px".into()));
    assert_eq!(exec["exec_target"]["text"], "y");
    let network = rules.iter().find(|rule| rule["kind"] == "network").expect("it is there");
    assert_eq!((&network["family"]["text"], &network["type"]["text"]), (&"inet".into(), &"stream".into()));
    // Every kind that the schema knows is in the file, but for text in error.
    let text = value.to_string();
    for kind in serde_json::from_str::<serde_json::Value>(include_str!("../docs/ast.schema.json"))
        .expect("JSON")["$defs"]
        .as_object()
        .expect("an object")
        .values()
        .filter_map(|kind| kind["properties"]["kind"]["const"].as_str())
    {
        assert!(kind == "error" || text.contains(&format!("\"kind\":\"{kind}\"")), "{kind}");
    }
    for name in ["b", "c", "d"] {
        assert_eq!(violations(&validator, &tree(folder.path(), name)), Vec::<String>::new(), "{name}");
    }
    // The schema refuses what it does not know: a kind, a field, a field of another kind.
    let change = |path: &str, name: &str, new: serde_json::Value| {
        let mut wrong = value.clone();
        wrong.pointer_mut(path).expect("it is there")[name] = new;
        assert!(!validator.is_valid(&wrong), "{path} {name}");
    };
    change("/items/0", "kind", "nonsense".into());
    change("/items/1", "values", serde_json::json!([]));
    change("/items/6/block", "words", serde_json::json!([]));
    change("/items/6/name/span", "length", 3.into());
}

#[test]
fn the_trees_of_the_corpus_are_as_the_schema_says() {
    let Some(corpus) = common::corpus("the_trees_of_the_corpus_are_as_the_schema_says") else { return };
    let validator = schema();
    let mut files = common::files(&corpus);
    files.retain(|path| {
        path.starts_with(corpus.join("apparmor.d")) || path.starts_with(corpus.join("simple_tests"))
    });
    files.sort();
    let mut checked = 0;
    for path in files.iter().step_by(25) {
        let source = aakit::source::SourceFile::new(path, fs::read(path).expect("it was just listed"));
        let parse = aakit::syntax::parse(source.bytes());
        let mut page = Vec::new();
        aakit::report::tree(&mut page, &parse.file, &source, None).expect("memory takes it");
        let value = serde_json::from_slice(&page).expect("it is JSON");
        assert_eq!(violations(&validator, &value), Vec::<String>::new(), "{}", path.display());
        checked += 1;
    }
    println!("{checked} trees");
    assert!(checked > 80, "only {checked} files");
}

#[test]
fn the_tree_of_an_expansion_tells_origins() {
    let folder = folder(&[
        ("abstractions/a", "/a r,\n"),
        ("p", "profile p {\n  include <abstractions/a>\n  audit { deny /b r, }\n}\n"),
    ]);
    let output = aakit(folder.path(), &["render", "--expand", "--output-format", "json", "p"], "");
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(violations(&schema(), &value), Vec::<String>::new());
    let origins: Vec<String> = value["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item["block"]["items"].as_array())
        .flatten()
        .map(|item| if item["kind"] == "block" { &item["block"]["items"][0] } else { item })
        .filter(|item| item["kind"] != "comment")
        .map(|item| {
            format!("{}:{}", item["origin"]["path"].as_str().unwrap_or("none"), item["origin"]["line"])
        })
        .collect();
    assert_eq!(origins, ["./abstractions/a:1", "p:3"]);
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
    let output = aakit(folder.path(), &["render", "--expand", "abstractions/a"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("it is a part, to be included"), "{}", text(&output.stderr));
    let output = aakit(folder.path(), &["render", "--expand", "docker-default"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("aakit render --expand -"), "{}", text(&output.stderr));
}
