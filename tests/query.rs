//! Decisions about files against apparmor_parser's own compiled automaton: random profiles, and paths chosen to hit
//! and to just miss their rules.

mod common;
#[path = "common/printed.rs"]
mod printed;

use aakit::policy::{IncludePath, Loader, MemoryTree, Policy, resolve};
use aakit::query::{Half, Query};
use aakit::source::{SourceFile, SourceMap};
use aakit::vocabulary::{Permissions, Version};
use printed::{EXEC_KIND, OTHER, Printed, letters};
use std::collections::{HashMap, HashSet};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Small pseudo-random numbers, the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("it is below a usize")
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const PIECES: &[&str] =
    &["/", "a", "b", "/a", "/b/", "*", "**", "?", "[ab]", "[^a]", "{a,b/}", "{,/*}", "{**,}", "/*", "/**"];
const PERMISSIONS: &[&str] =
    &["r", "w", "a", "rw", "k", "rk", "m", "rm", "l", "rwl", "ix", "rix", "mrix", "rwkl"];
const DENIED: &[&str] = &["r", "w", "a", "x", "m", "k", "rw", "rwx", "wm", "l"];

/// What stands before a block of rules.
const BLOCKS: &[&str] =
    &["prompt ", "", "audit ", "allow ", "deny ", "audit deny ", "owner ", "other ", "audit owner "];
const EXECS: &[&str] =
    &["ix", "px", "Px", "pix", "Pix", "pux", "PUx", "cx", "Cx", "cix", "Cix", "cux", "CUx", "ux", "Ux"];

/// A profile of up to eight rules. Most have exec of one kind only, so that none contradicts another; the parser refuses many of
/// the others. From 4.1 on there are priorities, and rules that leave the decision to user space.
fn profile(numbers: &mut Numbers, version: Version) -> String {
    let mut text = String::from("profile t {\n");
    // 4.1 has more ways of its own with the `m` of exec rules that lose.
    let mixed = version != Version::V4_1 && numbers.below(3) == 0;
    let ranked = version >= Version::V4_1 && numbers.below(3) > 0;
    let mut paths = HashSet::new();
    for _ in 0..1 + numbers.below(8) {
        let path: String = (0..1 + numbers.below(4)).map(|_| numbers.pick(PIECES)).collect();
        // Up to 4.1 rules with the same path and priority are one to the parser, and `m` goes with an `x` that loses.
        if !paths.insert(path.clone()) && ranked && version < Version::V5_0 {
            continue;
        }
        let priority = match ranked && numbers.below(2) == 0 {
            true => numbers.pick(&["priority=1 ", "priority=-1 ", "priority=5 ", "priority=1000 "]),
            false => "",
        };
        let audit = numbers.pick(&["", "", "", "audit "]);
        let owner = numbers.pick(&["", "", "owner ", "other "]);
        let (decision, permissions) = match numbers.below(8) {
            0 | 1 => ("deny ", numbers.pick(DENIED).to_owned()),
            2 if ranked && version >= Version::V5_0 && numbers.below(3) == 0 => {
                ("prompt ", numbers.pick(&["rix", "px"]).to_owned())
            }
            2 if ranked => ("prompt ", numbers.pick(&["r", "w", "rw", "a", "k", "m"]).to_owned()),
            3 if mixed => ("", format!("{}{}", numbers.pick(&["", "r", "rw", "m"]), numbers.pick(EXECS))),
            _ => ("", numbers.pick(PERMISSIONS).to_owned()),
        };
        let rule = format!("{priority}{audit}{decision}{owner}\"/{path}\" {permissions},");
        text.push_str(&match version >= Version::V4_1 && numbers.below(10) == 0 {
            true => {
                let blocks = if version < Version::V5_0 { &BLOCKS[1..] } else { BLOCKS };
                format!("  {}{{ {rule} }}\n", numbers.pick(blocks))
            }
            false => format!("  {rule}\n"),
        });
    }
    if ranked && numbers.below(8) == 0 {
        text.push_str(numbers.pick(&[
            "  all,\n",
            "  priority=2 all,\n",
            "  audit all,\n",
            "  priority=-1 file,\n",
        ]));
    }
    text.push_str("}\n");
    text
}

/// How the parser prints the way to execute a file, by the mode's name.
fn printed_execs(parser: &Path) -> HashMap<String, u32> {
    let printed = |mode: &&str| Printed::new(parser, &format!("profile t {{ /a {mode}, }}")).ask(b"/a")[0];
    EXECS.iter().map(|mode| ((*mode).to_owned(), printed(mode) & EXEC_KIND)).collect()
}

fn path(numbers: &mut Numbers) -> Vec<u8> {
    let bytes: String =
        (0..numbers.below(6)).map(|_| numbers.pick(&["/", "/", "a", "a", "b", "c"])).collect();
    let mut path = format!("/{bytes}").into_bytes();
    if numbers.below(6) == 0 {
        path.extend(b"\0/a");
    }
    path
}

#[test]
fn file_decisions_are_those_of_the_compiled_automaton() {
    let Some(parser) = common::parser("file_decisions_are_those_of_the_compiled_automaton") else { return };
    let version = common::parser_version();
    let mut numbers = Numbers(common::seed().unwrap_or(0x0000_4141_5eed));
    let count = std::env::var("AAKIT_QUERY_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(120);
    let execs = printed_execs(&parser);
    assert_eq!(execs.values().collect::<HashSet<_>>().len(), EXECS.len(), "the modes are printed alike");
    let (mut granted, mut executed, mut refused) = (0, 0, 0);
    for _ in 0..count {
        let text = profile(&mut numbers, version);
        let (printed, policy) = (Printed::try_new(&parser, &text), resolve_text(&text, version));
        let printed = match (printed, policy.diagnostics.is_empty()) {
            (Ok(printed), true) => printed,
            (Err(_), false) => {
                refused += 1;
                continue;
            }
            (printed, _) => panic!("{text}{:?}{:?}", printed.err(), policy.diagnostics),
        };
        let query = Query::new(&policy, &policy.profiles[0], version);
        for _ in 0..60 {
            let path = path(&mut numbers);
            let [allow, _, quiet] = printed.ask(&path);
            for half in [Half::Owner, Half::Other] {
                let told = query.files().ask(&path, half);
                let shown = String::from_utf8_lossy(&path);
                // In a pair of names the bit of `k` stands for the subset test.
                let pair = path.contains(&0);
                let ignored = if pair { Permissions::LOCK } else { Permissions::NONE };
                assert_eq!(
                    told.allowed() - ignored,
                    letters(allow, half) - ignored,
                    "allowed on {shown} for {half:?} by\n{text}"
                );
                assert_eq!(
                    told.quiet() - ignored,
                    letters(quiet, half) - ignored,
                    "denied on {shown} for {half:?} by\n{text}"
                );
                if let Some(exec) = told.exec.as_ref().filter(|_| !pair) {
                    let kind = if half == Half::Owner { allow } else { allow >> OTHER } & EXEC_KIND;
                    let wanted = execs[exec.mode.name()];
                    assert_eq!(wanted, kind, "{} of {shown} for {half:?} by\n{text}", exec.mode);
                    executed += 1;
                }
                granted += usize::from(!told.allowed().is_empty());
            }
        }
    }
    assert!(granted > count * 10, "the paths hit too few rules: {granted}");
    assert!(executed > count, "the paths hit too few rules with exec: {executed}");
    assert!(refused < count / 2, "{refused} of {count} profiles are refused");
}

/// The comparison above can fail: the printed automaton tells rules, halves and denials apart.
#[test]
fn the_printed_automaton_tells_things_apart() {
    let Some(parser) = common::parser("the_printed_automaton_tells_things_apart") else { return };
    let printed = Printed::new(&parser, "profile t { owner /a* r, deny /b w, }");
    let allowed = |path: &[u8], half| letters(printed.ask(path)[0], half);
    assert_eq!(allowed(b"/ab", Half::Owner), Permissions::READ);
    assert_eq!(allowed(b"/ab", Half::Other), Permissions::NONE);
    assert_eq!(allowed(b"/a/", Half::Owner), Permissions::NONE);
    assert_eq!(letters(printed.ask(b"/b")[2], Half::Owner), Permissions::WRITE | Permissions::APPEND);
}

/// Each parser has its own ways with blocks. Up to 3.0 `audit` is not for what is denied, and is for all files of which it was
/// said inside `owner`; from 4.0 to 5.0 the outermost block decides alone what is granted. What differs between these and
/// rules with the same words was once told wrongly.
#[test]
fn blocks_of_qualifiers_are_those_of_the_compiled_automaton() {
    let Some(parser) = common::parser("blocks_of_qualifiers_are_those_of_the_compiled_automaton") else {
        return;
    };
    let version = common::parser_version();
    let blocks = ["", "audit ", "owner ", "other ", "audit owner ", "allow ", "audit other "];
    let rules =
        ["", "audit ", "owner ", "audit owner ", "other ", "audit deny ", "deny ", "audit deny owner "];
    let mut logged = [0, 0];
    for outer in blocks {
        for inner in blocks {
            for rule in rules {
                for beside in ["", "/a rw,", "deny /a r,"] {
                    let text = format!("profile t {{ {outer}{{ {inner}{{ {rule}/a rk, }} }} {beside} }}");
                    let printed = Printed::new(&parser, &text);
                    let policy = resolved(&text, version);
                    let query = Query::new(&policy, &policy.profiles[0], version);
                    let [allow, audit, quiet] = printed.ask(b"/a");
                    // A rule for no file at all may leave its `audit` behind; nobody writes that.
                    let words = [outer, inner, rule].concat();
                    let is_void = words.contains("owner") && words.contains("other");
                    for half in [Half::Owner, Half::Other] {
                        let told = query.files().ask(b"/a", half);
                        let allowed = letters(allow, half);
                        assert_eq!(told.allowed(), allowed, "allowed for {half:?} by {text}");
                        let logged_by_parser = letters(audit, half) & allowed;
                        assert!(
                            is_void || told.audited() == logged_by_parser,
                            "logged for {half:?} by {text}"
                        );
                        assert_eq!(told.quiet(), letters(quiet, half), "denied for {half:?} by {text}");
                        logged[usize::from(!told.audited().is_empty())] += 1;
                    }
                }
            }
        }
    }
    assert!(logged[0] > 300 && logged[1] > 300, "{logged:?}");
}

fn resolved(text: &str, version: Version) -> Policy {
    let policy = resolve_text(text, version);
    assert!(policy.diagnostics.is_empty(), "{text}{:?}", policy.diagnostics);
    policy
}

fn resolve_text(text: &str, version: Version) -> Policy {
    let sources = SourceMap::new();
    let tree = MemoryTree::new();
    let loader = Loader::new(&tree, &sources, IncludePath::default(), version);
    resolve(&loader, &loader.add(SourceFile::new("t", text.as_bytes())))
}

const POLICY: &str = "@{D}=/data /var/data
profile t {
  include <part>
  @{D}/** rw,
  owner /home/*/x rwk,
  deny /data/secret/** w,
  /usr/bin/* ix,
  /usr/bin/foo Px -> u,
  /usr/bin/none px,
  set rlimit nofile <= 1024,
}
profile u /usr/bin/u { /** r, }
";

/// Runs `aakit query` on [`POLICY`]: the exit code and what it printed.
fn aakit(arguments: &[&str], input: &str) -> (i32, String) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("policy"), POLICY).expect("it is written");
    std::fs::write(folder.path().join("part"), "/etc/part r,\n").expect("it is written");
    let mut child = Command::new(env!("CARGO_BIN_EXE_aakit"))
        .current_dir(folder.path())
        .args(["query", "--no-config", "--file", "policy", "-I", "."])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("aakit starts");
    // A run that needs no input may end before it is written.
    let _ = child.stdin.take().expect("stdin is piped").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("aakit ends");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().expect("an exit code"), String::from_utf8(text).expect("it is text"))
}

#[test]
fn extended_attributes_that_decide_on_the_profile_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("p");
    let text = "profile a { /b px, /b.d px -> b, }\nprofile b /b{,.d} xattrs=(user.x=[ab]) { /c r, }\n";
    std::fs::write(&file, text).expect("it is written");
    let file = file.to_str().expect("it is text");
    let note = "attached only where the file's extended attributes fit `xattrs=(user.x=[ab])`";
    for (words, is_told) in [
        (["a", "exec", "/b"].as_slice(), true),
        (&["--exe", "/b", "r", "/c"], true),
        (&["a", "exec", "/b.d"], false),
        (&["b", "r", "/c"], false),
    ] {
        let (code, text) = aakit(&[&["--file", file], words].concat(), "");
        assert!(code == 0 && text.contains(note) == is_told, "{text}");
    }
    let (code, text) = aakit(&["--exe", "/b"], "");
    assert!(code == 2 && text.contains("say what is asked"), "{text}");
}

#[test]
fn an_answer_names_its_rules_with_variables_and_includes() {
    let (code, text) = aakit(&["t", "r", "/etc/part"], "");
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("/etc/part r,  (./part:1:1)") && text.contains("included at policy:3:3"), "{text}");
    let (code, text) = aakit(&["t", "rw", "/data/secret/a"], "");
    assert_eq!(code, 1, "{text}");
    assert!(text.starts_with("partly allowed") && text.contains("{/data,/var/data}/**"), "{text}");
    assert!(text.contains("denied by a rule, and not logged"), "{text}");
    let (code, text) = aakit(&["t", "exec", "/usr/bin/foo"], "");
    assert!(code == 0 && text.contains("runs as `u`, with a clean environment"), "{text}");
    let (_, text) = aakit(&["t", "w", "/home/a/y", "--why-not"], "");
    assert!(text.contains("fits only `/home/a/` and not `y` behind it"), "{text}");
    let (code, text) = aakit(&["--exe", "/usr/bin/u", "r", "/x"], "");
    assert!(code == 0 && text.starts_with("allowed: `u`"), "{text}");
    assert_eq!(aakit(&["nobody", "r", "/x"], "").0, 2);
    assert_eq!(aakit(&["t", "rq", "/x"], "").0, 2);
}

/// A rule may grant the execution, and the kernel still refuses it: then it is not allowed.
#[test]
fn an_exec_without_a_profile_to_run_in_is_denied() {
    let (code, text) = aakit(&["t", "exec", "/usr/bin/none"], "");
    assert!(code == 1 && text.starts_with("denied: `t`, exec /usr/bin/none"), "{text}");
    assert!(text.contains("a rule allows it, but there is no profile to run in"), "{text}");
    assert!(text.contains("/usr/bin/none px,"), "{text}");
    let (code, text) =
        aakit(&["--batch", "-"], "t\tx\t/usr/bin/none\nt\tmx\t/usr/bin/foo\nt\trx\t/usr/bin/a\n");
    assert_eq!((code, text.as_str()), (0, "deny\t\npartial\tx\npartial\tx\n"));
    let (code, text) = aakit(&["--who", "exec", "/usr/bin/none"], "");
    assert!(code == 1 && text.is_empty(), "{text}");
}

#[test]
fn limits_are_asked_too() {
    let (code, text) = aakit(&["t", "rlimit", "nofile", "1024"], "");
    assert!(code == 0 && text.contains("set rlimit nofile <= 1024,"), "{text}");
    assert_eq!(aakit(&["t", "rlimit", "nofile", "1025"], "").0, 1);
    assert_eq!(aakit(&["t", "rlimit", "nofile", "infinity"], "").0, 1);
    assert_eq!(aakit(&["t", "rlimit", "nproc", "infinity"], "").0, 0);
    let (code, text) = aakit(&["t", "rlimit", "nofiles", "1"], "");
    assert!(code == 2 && text.contains("did you mean `nofile`?"), "{text}");
}

#[test]
fn halves_who_and_batch() {
    let (code, text) = aakit(&["t", "k", "/home/a/x"], "");
    assert!(code == 1 && text.starts_with("partly allowed"), "{text}");
    assert_eq!(aakit(&["t", "k", "/home/a/x", "--owner"], "").0, 0);
    assert_eq!(aakit(&["t", "k", "/home/a/x", "--other"], "").0, 1);
    let (code, text) = aakit(&["--who", "r", "/etc/shadow"], "");
    assert!(code == 0 && text.starts_with("u\n"), "{text}");
    let requests = "t\trw\t/data/a\nt\trw\t/data/secret/a\nt\tk\t/home/a/x\nu\tw\t/x\n";
    let (code, text) = aakit(&["--batch", "-"], requests);
    assert_eq!((code, text.as_str()), (0, "allow\trw\npartial\tr\npartial\t\ndeny\t\n"));
    // Each line has its answer, however odd it is: an error once ended the run, and an empty line had none.
    let (code, text) = aakit(&["--batch", "-"], "t\tr\n\n# a\nv\tr\t/a\nt\tq\t/a\nt\trw\t/data/a\r\n");
    let told: Vec<&str> = text.lines().map(|line| line.split('\t').next().unwrap_or_default()).collect();
    assert_eq!(
        (code, &told[..6]),
        (2, &["error", "error", "error", "error", "error", "allow"][..]),
        "{text}"
    );
    let (_, text) = aakit(&["t", "r", "/etc/part", "--json"], "");
    assert!(text.contains("\"verdict\": \"allowed\"") && text.contains("\"includes\""), "{text}");
}
