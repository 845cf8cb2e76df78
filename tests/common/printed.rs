//! The automaton of a profile's files that apparmor_parser compiles, as it prints it.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use super::common;
use aakit::query::Half;
use aakit::vocabulary::Permissions;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::process::Command;

/// apparmor_parser's automaton for the files of one profile, as it prints it.
#[derive(Default)]
pub struct Printed {
    /// For each state, where a byte leads.
    bytes: HashMap<(usize, u8), usize>,
    /// For each state, where all other bytes lead, but for some that lead nowhere.
    others: HashMap<usize, (Vec<u8>, usize)>,
    /// What each accepting state allows, logs, and denies without a log.
    accepts: HashMap<usize, [u32; 3]>,
}

impl Printed {
    pub fn new(parser: &Path, profile: &str) -> Self {
        Self::try_new(parser, profile)
            .unwrap_or_else(|text| panic!("apparmor_parser refuses {profile}: {text}"))
    }

    /// The automaton, or why the profile is refused.
    pub fn try_new(parser: &Path, profile: &str) -> Result<Self, String> {
        let mut command = Command::new(parser);
        let output = common::run_with_input(command.args(["-QKS", "-D", "dfa-states"]), profile.as_bytes())
            .expect("apparmor_parser starts");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() {
            return Err(text);
        }
        Ok(Self::read(&text))
    }

    /// The first automaton of what the parser printed.
    pub fn read(text: &str) -> Self {
        let mut printed = Self::default();
        let mut lines = text.lines().skip_while(|line| !line.starts_with("{1} <=="));
        lines.next();
        let mut state = 0;
        // The automaton of the profile's files comes first; that of its other rules begins like it.
        for line in lines.take_while(|line| !line.starts_with("{1} <==")) {
            match line.strip_prefix("    ") {
                Some(transition) => printed.transition(state, transition),
                None => printed.state(line, &mut state),
            }
        }
        printed
    }

    fn state(&mut self, line: &str, state: &mut usize) {
        let Some(number) = number_in_braces(line) else { return };
        match line.split_once("(0x ") {
            Some((_, masks)) => {
                let masks: Vec<u32> = masks
                    .trim_end_matches(')')
                    .split('/')
                    .filter(|mask| !mask.is_empty())
                    .map(|mask| u32::from_str_radix(mask, 16).expect("a hexadecimal mask"))
                    .collect();
                // Newer parsers print what they leave to user space behind what they deny.
                let [allow, .., audit, quiet] = masks.as_slice() else { panic!("too few masks in {line}") };
                self.accepts.insert(number, [*allow, *audit, *quiet]);
                if line.contains("perms:") {
                    *state = number;
                }
            }
            None => *state = number,
        }
    }

    fn transition(&mut self, state: usize, line: &str) {
        let (from, to) = line.split_once(" -> ").expect("an arrow");
        let to = number_in_braces(to).expect("a state");
        if let Some(excepted) = from.strip_prefix("[^").and_then(|set| set.strip_suffix(']')) {
            self.others.insert(state, (unescaped(excepted), to));
        } else if from == "[]" {
            self.others.insert(state, (Vec::new(), to));
        } else {
            let hexadecimal = from.rsplit("0x").next().expect("a number");
            self.bytes.insert((state, u8::from_str_radix(hexadecimal, 16).expect("a byte")), to);
        }
    }

    /// All automata of what the parser printed.
    pub fn all(dump: &str) -> Vec<Self> {
        dump.match_indices("{1} <==").map(|(at, _)| Self::read(&dump[at..])).collect()
    }

    fn step(&self, state: usize, byte: u8) -> Option<usize> {
        let other = || {
            let (excepted, to) = self.others.get(&state)?;
            (!excepted.contains(&byte)).then_some(*to)
        };
        self.bytes.get(&(state, byte)).copied().or_else(other)
    }

    /// A string of which the two automata say different things, but for how a file is executed.
    pub fn difference(&self, other: &Self) -> Option<Vec<u8>> {
        let said = |automaton: &Self, state: Option<usize>| {
            let masks = state.and_then(|state| automaton.accepts.get(&state)).copied().unwrap_or_default();
            let [allow, audit, quiet] = masks.map(|mask| mask & !(EXEC_KIND | EXEC_KIND << OTHER));
            // A mark that nothing is left of says nothing.
            [allow, audit & allow, quiet & !allow]
        };
        let start = (Some(1), Some(1));
        let mut seen = HashSet::from([start]);
        let mut open = vec![(start, Vec::new())];
        while let Some(((one, two), string)) = open.pop() {
            if said(self, one) != said(other, two) {
                return Some(string);
            }
            for byte in 0..=u8::MAX {
                let next = (one.and_then(|at| self.step(at, byte)), two.and_then(|at| other.step(at, byte)));
                if next != (None, None) && seen.insert(next) {
                    open.push((next, [string.as_slice(), &[byte]].concat()));
                }
            }
        }
        None
    }

    /// What a path is allowed, what of it is logged, and what it is denied without a log.
    pub fn ask(&self, path: &[u8]) -> [u32; 3] {
        let end = path.iter().try_fold(1, |state, byte| self.step(state, *byte));
        end.and_then(|state| self.accepts.get(&state)).copied().unwrap_or_default()
    }
}

/// The bytes of a set as the parser prints it: `\x0` and the like for what cannot be printed.
fn unescaped(set: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = set.as_bytes();
    while let [byte, behind @ ..] = rest {
        let (byte, left) = match (byte, behind) {
            (b'\\', [b'x', high @ (b'1' | b'7'..=b'9' | b'a'..=b'f'), low, left @ ..])
                if low.is_ascii_hexdigit() =>
            {
                let digit = |byte: u8| char::from(byte).to_digit(16).expect("a digit");
                (u8::try_from(digit(*high) * 16 + digit(*low)).expect("a byte"), left)
            }
            (b'\\', [b'x', digit, left @ ..]) => {
                (u8::try_from(char::from(*digit).to_digit(16).expect("a digit")).expect("a byte"), left)
            }
            (b'\\', [letter, left @ ..]) => {
                let named = [(b'a', 7), (b'b', 8), (b't', 9), (b'n', 10), (b'v', 11), (b'f', 12), (b'r', 13)];
                (named.iter().find(|(name, _)| name == letter).map_or(*letter, |(_, byte)| *byte), left)
            }
            (byte, left) => (*byte, left),
        };
        bytes.push(byte);
        rest = left;
    }
    bytes
}

fn number_in_braces(text: &str) -> Option<usize> {
    text.split('{').nth(1)?.split('}').next()?.parse().ok()
}

/// Letters in the parser's old layout, that of the owner's half.
const LETTERS: [(Permissions, u32); 7] = [
    (Permissions::EXEC, 1),
    (Permissions::WRITE, 2),
    (Permissions::READ, 4),
    (Permissions::APPEND, 8),
    (Permissions::LINK, 0x10),
    (Permissions::LOCK, 0x20),
    (Permissions::MMAP, 0x40),
];

/// The bits of a printed mask, in the owner's half, that tell how a file is executed; the others' lie beside `x` there.
pub const EXEC_KIND: u32 = 0x3f80;
/// The other half's bits lie this much higher.
pub const OTHER: u32 = 14;

pub fn letters(mask: u32, half: Half) -> Permissions {
    let mask = if half == Half::Owner { mask } else { mask >> OTHER };
    LETTERS.iter().filter(|(_, bit)| mask & bit != 0).map(|(letter, _)| *letter).collect()
}
