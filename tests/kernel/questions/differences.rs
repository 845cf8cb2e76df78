//! Pairs of profiles: what `aakit diff` says is new must be granted by the new profile and refused by the old one, and of
//! two that it takes for the same each answer must be the same.

use super::generated;
use super::numbers::Numbers;
use super::sheet::{Expected, Plenty, Sheet, VERSION, file_paths};
use super::{compile, resolved};
use aakit::diff::{Change, Effect, compare};
use aakit::policy::Policy;
use aakit::query::{Half, Query};
use aakit::source::SourceFile;
use std::path::Path;

/// What became of so many pairs.
#[derive(Debug, Default)]
pub struct Tally {
    pub differing: usize,
    pub same: usize,
    pub witnesses: usize,
}

/// The questions about `count` pairs.
pub fn pairs(count: usize, numbers: &mut Numbers) -> (Sheet, Tally) {
    let mut sheet = Sheet::default();
    let mut tally = Tally::default();
    while tally.differing + tally.same < count {
        let old = generated::profile("pair_old", numbers);
        let new = changed(&old, numbers).replace("profile pair_old", "profile pair_new");
        let texts = [old, new];
        let compiled = [&texts[0], &texts[1]].map(|text| compile(base(), text.as_bytes(), Path::new("/")));
        let [Ok(one), Ok(other)] = compiled else { continue };
        let policies =
            [&texts[0], &texts[1]].map(|text| resolved(SourceFile::new("pair", text.as_bytes()), base()));
        let [old, new] = [&policies[0], &policies[1]].map(|policy| (policy, &policy.profiles[0]));
        let comparison = compare(old, new, VERSION);
        assert!(comparison.undecided.is_empty(), "{texts:?}: {:?}", comparison.undecided);
        sheet.load(&one);
        sheet.load(&other);
        let shown = texts.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).join(" / ");
        let about_files =
            |change: &&Change| matches!(change.class, "file" | "link" | "change_profile" | "flags");
        if comparison.changes.iter().any(|change| about_files(&change)) {
            tally.differing += 1;
        } else {
            tally.same += 1;
            alike(&mut sheet, &policies, numbers, &shown);
        }
        for change in comparison.changes.iter().filter(|change| change.class == "file") {
            tally.witnesses += witness(&mut sheet, change, &shown);
        }
        sheet.unload(b"pair_old");
        sheet.unload(b"pair_new");
    }
    (sheet, tally)
}

fn base() -> &'static Path {
    Path::new("/etc/apparmor.d")
}

/// The text with a rule less, or one twice, or two in another order: mostly another policy, sometimes the same.
fn changed(text: &str, numbers: &mut Numbers) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let rules: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with("  ")).collect();
    let Some(rule) = rules.get(numbers.below(rules.len().max(1))).copied() else { return text.to_owned() };
    match numbers.below(4) {
        0 => lines.swap(rule, rules[numbers.below(rules.len())]),
        1 => lines.insert(rule, lines[rule]),
        _ => drop(lines.remove(rule)),
    }
    lines.join("\n") + "\n"
}

/// Asks the new profile what the old one is expected to answer.
fn alike(sheet: &mut Sheet, policies: &[Policy; 2], numbers: &mut Numbers, shown: &str) {
    let query = Query::new(&policies[0], &policies[0].profiles[0], VERSION);
    sheet.profile(b"pair_new");
    for path in file_paths(query.profile(), &policies[0], Plenty { rules: 20, samples: 2 }, numbers) {
        // Getting attributes is always allowed, and the `x` of a pair of names nobody asks for: neither is a difference.
        let care = !(0x200 | u32::from(path.contains(&0)));
        for half in [Half::Owner, Half::Other] {
            let masks = query.files().ask(&path, half).masks;
            let expected = Expected { care, allow: masks.allow, audit: masks.audit, quiet: masks.quiet };
            sheet.ask(
                2,
                &path,
                half,
                expected,
                format!("as the old one {shown} {half:?} `{}`", path.escape_ascii()),
            );
        }
    }
}

const LETTERS: [(u8, u32); 6] =
    [(b'x', 1), (b'w', 2), (b'r', 4), (b'a', 8), (b'k', 0x8000), (b'm', 0x1_0000)];

/// Asks both profiles about a change's witness; returns how many questions that are.
fn witness(sheet: &mut Sheet, change: &Change, shown: &str) -> usize {
    let granted = match change.effect {
        Effect::Widened => [false, true],
        Effect::Narrowed => [true, false],
        Effect::Changed | Effect::Logged => return 0,
    };
    // A witness that is no text is only shown, with what cannot be printed replaced.
    let Some(path) = change.witness.as_ref().filter(|path| path.is_ascii()) else { return 0 };
    let halves = change.files.map_or(vec![Half::Owner, Half::Other], |half| vec![half]);
    let mut count = 0;
    for (name, granted) in [&b"pair_old"[..], b"pair_new"].into_iter().zip(granted) {
        sheet.profile(name);
        for (letter, bit) in
            LETTERS.iter().filter(|(letter, _)| change.access.bytes().any(|named| named == *letter))
        {
            for half in &halves {
                let expected =
                    Expected { care: *bit, allow: if granted { *bit } else { 0 }, audit: 0, quiet: 0 };
                let shown = format!("{shown} {} {half:?} `{path}` of {change:?}", char::from(*letter));
                sheet.ask_about_grant(path.as_bytes(), *half, expected, shown);
                count += 1;
            }
        }
    }
    count
}
