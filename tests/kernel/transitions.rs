//! What becomes of a program that is executed is tried by executing it: under profiles with all kinds of exec rules, among
//! profiles that are attached to the same programs in ways of all kinds. The label that it runs as, whether its environment
//! is clean, and whether it runs at all must be what `aakit query exec` says.

use super::machine::{self, Record, Tools};
use super::questions::{compile, numbers::Numbers, resolved};
use super::{Records, common};
use aakit::policy::Policy;
use aakit::query::{Attached, ExecResult, Half, Query, Request, World};
use aakit::source::SourceFile;
use aakit::vocabulary::Version;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The programs: one, by many names.
const PROGRAMS: [&str; 8] =
    ["/opt/a", "/opt/ab", "/opt/abc", "/opt/b", "/opt/bb", "/opt/d/a", "/opt/d/ab", "/opt/d/e/a"];

/// Globs of programs, for attachments and for rules.
const GLOBS: &[&str] = &[
    "/opt/a",
    "/opt/ab",
    "/opt/a*",
    "/opt/a**",
    "/opt/ab*",
    "/opt/?b",
    "/opt/a?",
    "/opt/?",
    "/opt/*",
    "/opt/**",
    "/opt/[ab]",
    "/opt/[^b]*",
    "/opt/{a,b}",
    "/opt/{a,ab}",
    "/opt/{a,ab}*",
    "/opt/{,d/}a",
    "/opt/{,d/,d/e/}a*",
    "/opt/*b",
    "/opt/**b",
    "/opt/a*c",
    "/opt/d/**",
    "/opt/d/*",
    "/opt/**/a",
    "/opt/d/e/a",
    "/**",
];

const EXECUTES: &[&str] =
    &["ix", "px", "Px", "cx", "Cx", "ux", "Ux", "pix", "Pix", "cix", "Cix", "pux", "PUx", "cux", "CUx"];

const TARGETS: &[&str] = &[
    "t",
    "t//kid",
    "nope",
    "kid",
    "other",
    "&t",
    "unconfined",
    "q0",
    "q1",
    "t//&other",
    "t//nope",
    "P//kid",
    "hat",
];

/// All profiles may read and map all, so that what they run comes to tell as what.
const BODY: &str = "/** rm,";

/// Trials in the order in which they are made.
#[derive(Default)]
struct Trials {
    records: Vec<u8>,
    /// Each in words, with what is expected.
    told: Vec<String>,
    /// How often each kind of outcome is expected.
    kinds: BTreeMap<&'static str, usize>,
}

impl Trials {
    fn record(&mut self, kind: u8, body: &[u8]) {
        self.records.push(kind);
        self.records.extend(u32::try_from(body.len()).expect("it is small").to_be_bytes());
        self.records.extend(body);
    }

    fn try_it(&mut self, profile: &str, program: &str, expected: &str, policy: &str) {
        let number = u32::try_from(self.told.len()).expect("they are few");
        let body =
            [&number.to_be_bytes()[..], format!("{profile}\0{program}\0{expected}\0").as_bytes()].concat();
        self.record(b'X', &body);
        self.told.push(format!("{program} under {profile}: expected {expected}, by\n{policy}"));
    }

    /// Tries all programs under `P` and unconfined, where apparmor_parser takes the policy.
    fn add(&mut self, text: &str) -> bool {
        let Ok(compiled) = compile(Path::new("/etc/apparmor.d"), text.as_bytes(), Path::new("/")) else {
            return false;
        };
        let policy = resolved(SourceFile::new("transitions", text.as_bytes()), Path::new("/etc/apparmor.d"));
        assert!(policy.diagnostics.is_empty(), "{text}\n{:?}", policy.diagnostics);
        self.record(b'L', &compiled);
        let world = World::new([&policy], Version::V3_0);
        for program in PROGRAMS {
            let (label, kind) = expected(&policy, &world, program);
            *self.kinds.entry(kind).or_default() += 1;
            self.try_it("P", program, &label, text);
            let label = match world.attached(program.as_bytes()) {
                Attached::One(name) => name,
                Attached::None | Attached::Conflict(_) => "unconfined".to_owned(),
            };
            self.try_it("unconfined", program, &label, text);
        }
        for profile in &policy.profiles {
            self.record(b'U', profile.display_name().as_bytes());
        }
        true
    }
}

/// What aakit says of a program that `P` executes, and of what kind that is.
fn expected(policy: &Policy, world: &World<'_>, program: &str) -> (String, &'static str) {
    let (_, profile) = world.find("P").expect("it is there");
    let query = Query::new(policy, profile, Version::V3_0);
    let request = Request::parse(&["exec", program]).expect("it is a request");
    let answer = world.ask(&query, &request, Half::Owner);
    let Some(outlook) = answer.outlook.as_ref().filter(|_| answer.parts.iter().all(|part| part.granted()))
    else {
        let by_rule = answer.exec.is_some();
        return ("refused".to_owned(), if by_rule { "refused for want of a target" } else { "refused" });
    };
    let (label, kind) = match &outlook.result {
        ExecResult::Unconfined => ("unconfined".to_owned(), "unconfined"),
        ExecResult::Label(label) if label.contains("//&") => (label.clone(), "stacked"),
        ExecResult::Label(label) if label == "P" => (label.clone(), "its own"),
        ExecResult::Label(label) if label.contains("//") => (label.clone(), "child"),
        ExecResult::Label(label) => (label.clone(), "another"),
        other => panic!("{other:?} is granted"),
    };
    (if outlook.scrubs { format!("{label}, clean") } else { label }, kind)
}

/// `P` with one to three exec rules and some children, and what else is attached.
fn policy(numbers: &mut Numbers) -> String {
    let mut text = format!("profile P {{\n  {BODY}\n");
    for _ in 0..1 + numbers.below(3) {
        let owner = numbers.pick(&["", "", "", "owner ", "other "]);
        let path = numbers.pick(GLOBS);
        if numbers.once_in(8) {
            text += &format!("  deny {owner}{path} x,\n");
            continue;
        }
        let target =
            if numbers.once_in(2) { String::new() } else { format!(" -> {}", numbers.pick(TARGETS)) };
        text += &format!("  {owner}{path} {}{target},\n", numbers.pick(EXECUTES));
    }
    for child in ["kid", "sub"] {
        if numbers.once_in(2) {
            let attachment = if numbers.once_in(3) { "" } else { numbers.pick(GLOBS) };
            text += &format!("  profile {child} {attachment} {{ {BODY} }}\n");
        }
    }
    if numbers.once_in(4) {
        text += &format!("  profile {} {{ {BODY} }}\n", numbers.pick(&["/opt/a", "/opt/ab"]));
    }
    if numbers.once_in(4) {
        text += &format!("  ^hat {{ {BODY} }}\n");
    }
    text += &format!("}}\nprofile t {{ {BODY} profile kid {{ {BODY} }} }}\nprofile other {{ {BODY} }}\n");
    for number in 0..numbers.below(4) {
        let glob = numbers.pick(GLOBS);
        // A path that is a name is an attachment too.
        text += &match numbers.once_in(4) {
            true => format!("{glob} {{ {BODY} }}\n"),
            false => format!("profile q{number} {glob} {{ {BODY} }}\n"),
        };
    }
    text
}

/// What must be among them; `{}` and `rules` stand for what all profiles have.
const FIXED: &[&str] = &[
    "profile P { rules /opt/a px, /opt/* ix, /opt/d/a Px -> t, /opt/d/* ux, } profile t {} profile q0 /opt/a* {}",
    "profile P { rules /opt/** cx -> &t, profile sub /opt/** {} } profile t {}",
    "profile P { rules /opt/** Cix -> &nope, profile sub /opt/** {} }",
    "profile P { rules /opt/** px -> t//&other//&P, } profile t {} profile other {}",
    "profile P { rules } profile q1 /opt/{,d/}a {} profile q0 /opt/d/** {}",
    "profile P { rules } profile q0 /opt/{,d/}a {} profile q1 /opt/d/** {}",
    "profile P { rules } /opt/{,d/}a {} profile q1 /opt/d/** {}",
    "profile P { rules } profile q0 /opt/d/a {} profile q1 /opt/d/** {}",
    "profile P { rules } profile q1 /opt/d/a {} profile q0 /opt/d/** {}",
    "profile P { rules } profile q1 /opt/{d,e}/a {} profile q0 /opt/d/** {}",
    "profile P { rules } profile q1 /opt/d/? {} profile q0 /opt/d/** {}",
    "profile P { rules } profile q0 /opt/d/? {} profile q1 /opt/d/** {}",
    "profile P { rules } profile q0 /opt/{,d/,d/e/}a* {} profile q1 /opt/d/** {}",
    "profile P { rules } profile q0 /opt/{,d/,d/e/}a* {} profile q1 /opt/d/* {}",
    "profile P { rules } profile q0 /{,usr/}opt/{,d/}a {} profile q1 /opt/d/a {} profile q2 /{opt,srv/opt}/** {}",
    "profile P { rules } profile q0 /opt/{d/,}a* {} profile q1 /opt/{,d/}a {} profile q2 /opt/{,d/}{,e/}a {}",
];

const POLICIES: usize = 120;

struct Tried {
    trials: Trials,
    records: Records,
}

static TRIED: LazyLock<Tried> = LazyLock::new(|| {
    let tools = match Tools::find() {
        Ok(tools) => tools,
        Err(missing) => {
            println!("the machine `transitions` lacks {missing}");
            return Tried { trials: Trials::default(), records: None };
        }
    };
    let mut trials = Trials::default();
    let mut numbers = Numbers(0x00ec_5eed);
    for text in FIXED {
        assert!(trials.add(&text.replace("{}", "{ /** rm, }").replace("rules", BODY)), "{text}");
    }
    let (mut taken, mut made) = (0, 0);
    while taken < POLICIES {
        made += 1;
        assert!(made < 8 * POLICIES, "apparmor_parser refuses too many: it took {taken} of {made}");
        taken += usize::from(trials.add(&policy(&mut numbers)));
    }
    println!("apparmor_parser took {taken} of {made} policies; expected are {:?}", trials.kinds);
    let mut extra = Vec::new();
    let links: String = PROGRAMS.iter().map(|program| format!("ln /opt/cat {program}\n")).collect();
    let setup = format!("mkdir -p /opt/d/e\ncp \"$(readlink -f /bin/cat)\" /opt/cat\n{links}");
    for (name, records) in [("transitions", &trials.records), ("mistaken", &mistaken().records)] {
        extra.push((PathBuf::from(format!("/trials/{name}")), records.clone()));
        let setup = if name == "mistaken" { &setup } else { "" };
        let script = format!("{setup}perl /scenarios/run.pl /trials/{name}\n");
        extra.push((PathBuf::from(format!("/scenarios/{name}.sh")), script.into_bytes()));
    }
    Tried { records: Some(machine::run_with(&tools, "transitions", &extra)), trials }
});

/// Right expectations, and wrong ones about the label, about the environment, and about what is refused.
fn mistaken() -> Trials {
    let mut trials = Trials::default();
    let text = format!("profile P {{ {BODY} /opt/a ix, /opt/ab Px -> t, }} profile t {{ {BODY} }}");
    let compiled = compile(Path::new("/etc/apparmor.d"), text.as_bytes(), Path::new("/"));
    trials.record(b'L', &compiled.expect("it compiles"));
    for (program, expected) in [
        ("/opt/a", "P"),
        ("/opt/ab", "t, clean"),
        ("/opt/b", "refused"),
        ("/opt/a", "t"),
        ("/opt/ab", "t"),
        ("/opt/b", "P"),
        ("/opt/a", "refused"),
    ] {
        trials.try_it("P", program, expected, &text);
    }
    trials
}

#[test]
fn programs_come_to_run_as_aakit_says() {
    let Some(record) = record("transitions") else { return };
    let trials = &TRIED.trials;
    assert_eq!(record.code, Some(0), "{}", record.output);
    let differing = differing(&record);
    println!("{} trials, {} ended otherwise", trials.told.len(), differing.len());
    let told: Vec<String> = differing
        .iter()
        .take(12)
        .map(|(number, outcome)| format!("the kernel: {outcome}; {}", trials.told[*number]))
        .collect();
    assert!(differing.is_empty(), "{} of {}:\n{}", differing.len(), trials.told.len(), told.join("\n"));
    assert!(record.output.contains(&format!("TRIED {}\n", trials.told.len())), "{}", record.output);
    assert!(!record.output.contains("REFUSED"), "{}", record.output);
    for kind in
        ["unconfined", "stacked", "its own", "child", "another", "refused", "refused for want of a target"]
    {
        assert!(trials.kinds.get(kind).is_some_and(|count| *count >= 8), "{kind}: {:?}", trials.kinds);
    }
}

/// Negative control: each wrong expectation is reported, and nothing else.
#[test]
fn a_mistaken_expectation_is_found_out() {
    let Some(record) = record("mistaken") else { return };
    let differing = differing(&record);
    assert_eq!(differing.keys().copied().collect::<Vec<_>>(), [3, 4, 5, 6], "{}", record.output);
}

fn record(name: &'static str) -> Option<Record> {
    let Some(records) = &TRIED.records else {
        common::skip(name, "kernel");
        return None;
    };
    Some(records.get(name).cloned().unwrap_or_else(|| panic!("the machine never ran `{name}`")))
}

fn differing(record: &Record) -> BTreeMap<usize, String> {
    let lines = record.output.lines().filter_map(|line| line.strip_prefix("DIFFERS "));
    lines
        .map(|line| {
            let (number, outcome) = line.split_once(' ').expect("a number and an outcome");
            (number.parse().expect("a number"), outcome.to_owned())
        })
        .collect()
}
