//! Safe fixes keep what is compiled: apparmor_parser makes the same bytes of a profile before and after all of them, on profiles
//! that are shipped and on profiles made up of rules that overlap, repeat, merge and meet aliases.

mod common;

use aakit::diagnostic::{Applicability, Fix};
use aakit::lint::run::{self, Unit};
use aakit::lint::{Config, FileKind, Level, Levels, RULES, Shown, fix};
use aakit::policy::{DiskTree, IncludePath, Loader, resolve};
use aakit::source::{SourceFile, SourceMap};
use aakit::vocabulary::Version;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The one rule whose safe fix makes a rule mean what was plainly meant, and not what it said.
const MENDS: &str = "directory-slash";

/// The fixes that were made.
#[derive(Debug, Default)]
struct Made {
    number: usize,
    /// The rules that had some to offer.
    rules: BTreeSet<&'static str>,
}

impl Made {
    fn add(&mut self, other: Self) {
        self.number += other.number;
        self.rules.extend(other.rules);
    }
}

/// Makes the safe fixes of all rules until nothing changes; the new text.
fn fixed(loader: &Loader<'_>, sources: &SourceMap, path: &Path, old: &[u8], made: &mut Made) -> Vec<u8> {
    let mut bytes = old.to_vec();
    let mut levels = Levels::defaults(false);
    levels.apply(&[], &[]);
    for rule in RULES {
        let is_wanted = rule.fix.is_some() && rule.id != MENDS;
        levels.set(rule.id, if is_wanted { Level::On(rule.severity) } else { Level::Off });
    }
    let config = Config::default();
    for _ in 0..fix::MAX_ROUNDS {
        let loaded = loader.add(SourceFile::new(path, bytes.clone()));
        let policy = resolve(loader, &loaded);
        let unit = Unit {
            loaded: &loaded,
            policy: &policy,
            kind: FileKind::of(&loaded.file),
            levels: levels.clone(),
            config: &config,
            target: None,
            abis: None,
            shown: Shown::all(),
        };
        let found = run::find(&unit, sources);
        let Some(round) = fix::round(loaded.id, &bytes, &found, Applicability::Safe) else { break };
        made.number += round.made;
        let is_safe = |fix: &Fix| fix.applicability == Applicability::Safe;
        made.rules.extend(found.iter().filter(|f| f.fix.as_ref().is_some_and(is_safe)).map(|f| f.code));
        bytes = round.bytes;
    }
    bytes
}

/// A parser with what it compiles from.
struct Compiler {
    parser: PathBuf,
    features: PathBuf,
    base: PathBuf,
}

impl Compiler {
    /// The compiled policy of a text; nothing when this parser refuses it.
    fn compile(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut command = Command::new(&self.parser);
        command.args(["-QKS", "-M"]).arg(&self.features).arg("-b").arg(&self.base).arg("-I").arg(&self.base);
        let output = common::run_with_input(&mut command, text).expect("the parser runs");
        output.status.success().then_some(output.stdout)
    }
}

/// Fixes texts and compares what is compiled; tells how many were compared, and what was made in them.
fn compare(compiler: &Compiler, texts: &[(PathBuf, Vec<u8>)]) -> (usize, Made) {
    let next = AtomicUsize::new(0);
    let work = || {
        let sources = SourceMap::new();
        let include_path = IncludePath::new([], Some(compiler.base.clone()));
        let loader = Loader::new(&DiskTree, &sources, include_path, Version::V3_0);
        let (mut compared, mut total) = (0, Made::default());
        while let Some((path, old)) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut made = Made::default();
            let new = fixed(&loader, &sources, path, old, &mut made);
            if new == *old {
                continue;
            }
            let Some(before) = compiler.compile(old) else { continue };
            let text = String::from_utf8_lossy(&new);
            assert!(
                compiler.compile(&new).as_ref() == Some(&before),
                "{} by {made:?}:\n{text}\nwas\n{}",
                path.display(),
                String::from_utf8_lossy(old)
            );
            compared += 1;
            total.add(made);
        }
        (compared, total)
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        let mut all = (0, Made::default());
        for worker in workers {
            let (compared, made) = worker.join().expect("no text differs");
            all.0 += compared;
            all.1.add(made);
        }
        all
    })
}

/// The profiles of a directory.
fn profiles(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files.into_iter().filter_map(|path| Some((path.clone(), std::fs::read(path).ok()?))).collect()
}

fn compiler(test: &str, base: impl FnOnce(&Path) -> PathBuf) -> Option<Compiler> {
    let (parser, corpus) = (common::parser(test)?, common::corpus(test)?);
    Some(Compiler { parser, features: corpus.join("features.all"), base: base(&corpus) })
}

fn tell((compared, made): (usize, Made)) {
    println!("{} fixes in {compared} profiles kept the compiled policy, of {:?}", made.number, made.rules);
}

#[test]
fn fixes_never_change_what_is_compiled_of_shipped_profiles() {
    let Some(compiler) =
        compiler("fixes_never_change_what_is_compiled_of_shipped_profiles", |_| "/etc/apparmor.d".into())
    else {
        return;
    };
    let mut texts = profiles(Path::new("/etc/apparmor.d"));
    texts.extend(profiles(Path::new("/usr/share/apparmor/extra-profiles")));
    let told = compare(&compiler, &texts);
    assert!(told.0 > 20, "only {} profiles were compared", told.0);
    tell(told);
}

/// Every tunable, several hundred aliases among them, and many includes: each of its profiles takes a second or two to compile.
const EVERY: usize = 9;

#[test]
fn fixes_never_change_what_is_compiled_of_a_tree_with_aliases() {
    let test = "fixes_never_change_what_is_compiled_of_a_tree_with_aliases";
    let Some(compiler) = compiler(test, |corpus| corpus.join("apparmor.d")) else { return };
    // Another number in the variable looks at other profiles.
    let first = std::env::var("AAKIT_FIXES_FROM").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    let every = std::env::var("AAKIT_FIXES_EVERY").ok().and_then(|text| text.parse().ok()).unwrap_or(EVERY);
    let texts: Vec<_> = profiles(&compiler.base).into_iter().skip(first).step_by(every).collect();
    let told = compare(&compiler, &texts);
    assert!(told.0 > 5, "only {} profiles were compared", told.0);
    tell(told);
}

/// A generator of numbers, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit
    }

    fn one<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }
}

/// A profile whose rules overlap, repeat, merge and meet aliases.
fn made_up(seed: u64) -> String {
    const HEADS: [&str; 8] = [
        "",
        "alias /srv/ -> /mnt/srv/,\n",
        "alias /srv/a -> /opt/b,\n",
        "alias /usr/bin/ -> /opt/bin/,\nalias /opt/ -> /mnt/opt/,\n",
        "@{D} = /srv/a /srv/b\n",
        "@{D} = /srv\n@{unused} = /nowhere\n",
        "alias @{D}/x -> /y,\n@{D} = /srv/a\n",
        "alias /nowhere/ -> /mnt/nowhere/,\n",
    ];
    const PATHS: [&str; 24] = [
        "/srv/a",
        "/srv/a/",
        "/srv/a/x",
        "/srv/a/*",
        "/srv/a/**",
        "/srv/{a,b}/x",
        "/srv/{a,a}/x",
        "/srv/**",
        "/srv/*/x",
        "/srv/[ab]/x",
        "/srv/[a-b]/x",
        "/srv/a{,.d,.d}",
        "/srv/a/x{y,y*}",
        "\"/srv/a/x\"",
        "/{srv,opt}/a/**",
        "/usr/bin/tool",
        "/usr/bin/*",
        "/{usr/,}bin/tool",
        "/opt/b",
        "/opt/b/**",
        "/opt/bin/tool",
        "/srv/?/x",
        "/srv/a/{x,*}",
        "/srv/b/**/",
    ];
    const LETTERS: [&str; 14] =
        ["r", "r", "r", "rw", "w", "a", "rk", "rwk", "mr", "m", "l", "rl", "wr", "RW"];
    const BEFORE: [&str; 9] = ["", "", "", "", "owner ", "audit ", "deny ", "audit deny ", "audit owner "];
    const OTHERS: [&str; 8] = [
        "capability chown,",
        "capability chown fowner,",
        "network inet stream,",
        "network inet,",
        "signal send peer=x,",
        "signal (send) peer=x,",
        "ptrace read,",
        "include <abstractions/consoles>",
    ];
    let mut numbers = Numbers(seed);
    let head = numbers.one(&HEADS);
    let mut text = format!("{head}profile made-up {{\n");
    for _ in 0..18 {
        let rule = match numbers.below(6) {
            0 => numbers.one(&OTHERS).to_owned(),
            // One mode for all programs: two would be refused.
            1 if seed.is_multiple_of(3) => {
                let (before, path) = (numbers.one(&["", "audit ", "owner "]), numbers.one(&PATHS));
                format!("{before}{path} {}ix,", numbers.one(&["", "r", "m"]))
            }
            2 if head.contains("@{D}") => {
                let tail = numbers.one(&["/x", "/*", "/**", "/{x,x}", ""]);
                format!("{}@{{D}}{tail} {},", numbers.one(&BEFORE), numbers.one(&LETTERS))
            }
            _ => {
                let before = numbers.one(&BEFORE);
                format!("{before}{} {},", numbers.one(&PATHS), numbers.one(&LETTERS))
            }
        };
        let comment = numbers.one(&["", "", "", " # why"]);
        text.push_str(&format!("  {rule}{comment}\n"));
    }
    text + "}\n"
}

#[test]
fn fixes_never_change_what_is_compiled_of_made_up_profiles() {
    let test = "fixes_never_change_what_is_compiled_of_made_up_profiles";
    let Some(compiler) = compiler(test, |_| "/etc/apparmor.d".into()) else { return };
    let many = std::env::var("AAKIT_FIXES_MADE_UP").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
    let texts: Vec<_> = (0..many)
        .map(|seed| (PathBuf::from(format!("made-up-{seed}")), made_up(seed).into_bytes()))
        .collect();
    let told = compare(&compiler, &texts);
    assert!(told.0 > 150, "only {} profiles were compared", told.0);
    for rule in
        ["duplicate-rule", "mergeable-rules", "redundant-alternation", "subsumed-rule", "unused-alias"]
    {
        assert!(told.1.rules.contains(rule), "no fix of {rule}: {:?}", told.1);
    }
    tell(told);
}

/// A profile in which rules that repeat or cover each other lead to other profiles.
fn with_targets(seed: u64) -> String {
    const RULES: [&str; 9] = [
        "/srv/a Px -> one,",
        "/srv/{a,b} Px -> one,",
        "/srv/* Px -> one,",
        "/opt/x Px -> two,",
        "/opt/* Px -> two,",
        "/usr/c Cx -> three,",
        "/usr/{c,d} Cx -> three,",
        "/mnt/e Pix,",
        "/mnt/* r,",
    ];
    let mut numbers = Numbers(seed);
    let rules: String = (0..7).map(|_| format!("  {}\n", numbers.one(&RULES))).collect();
    format!("profile made-up {{\n{rules}  profile three {{\n  }}\n}}\n")
}

/// The names behind `->` are numbered in the order of the rules: a rule that adds nothing may still have given one its number.
#[test]
fn fixes_never_number_the_targets_of_execs_anew() {
    let Some(compiler) =
        compiler("fixes_never_number_the_targets_of_execs_anew", |_| "/etc/apparmor.d".into())
    else {
        return;
    };
    let many = std::env::var("AAKIT_FIXES_MADE_UP").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
    let texts: Vec<_> = (0..many)
        .map(|seed| (PathBuf::from(format!("with-targets-{seed}")), with_targets(seed).into_bytes()))
        .collect();
    let told = compare(&compiler, &texts);
    assert!(told.0 > 100, "only {} profiles were compared", told.0);
    tell(told);
    let compile = |rules: &str| compiler.compile(format!("profile x {{\n{rules}\n}}\n").as_bytes()).unwrap();
    let (one, two) = ("/a Px -> one,", "/b Px -> two,");
    assert_ne!(compile(&format!("{one} {two} {one}")), compile(&format!("{one} {two}")));
}

#[test]
fn a_rule_that_is_not_covered_would_be_noticed() {
    let Some(compiler) =
        compiler("a_rule_that_is_not_covered_would_be_noticed", |_| "/etc/apparmor.d".into())
    else {
        return;
    };
    let compile = |head: &str, rules: &str| {
        compiler.compile(format!("{head}profile x {{\n{rules}\n}}\n").as_bytes()).unwrap()
    };
    assert_eq!(compile("", "/etc/* r, /etc/foo r,"), compile("", "/etc/* r,"));
    assert_ne!(compile("", "/etc/* r, /etc/foo rw,"), compile("", "/etc/* r,"));
    assert_ne!(compile("", "/etc/* r, audit /etc/foo r,"), compile("", "/etc/* r,"));
    assert_ne!(compile("", "owner /etc/* r, /etc/foo r,"), compile("", "owner /etc/* r,"));
    let alias = "alias /etc/foo -> /srv/foo,\n";
    assert_ne!(compile(alias, "/etc/* r, /etc/foo r,"), compile(alias, "/etc/* r,"));
}
