//! The same policy in other words.

use super::Random;
use super::text::{Body, Text};
use aakit::vocabulary::Version;
use std::collections::BTreeMap;

/// A file in other words, and the files that it includes by then, by their names.
pub fn spell(text: &Text, version: Version, random: &mut Random) -> (String, BTreeMap<String, String>) {
    let mut speller =
        Speller { random, version, preamble: String::new(), includes: BTreeMap::new(), variables: 0 };
    let bodies: String = text.profiles.iter().map(|body| speller.body(body, true)).collect();
    let mut file = text.preamble.join("\n");
    file.push_str("\n$yes = true\n@{known} = x\n");
    file.push_str(&speller.preamble);
    file.push_str(&bodies);
    (file, speller.includes)
}

struct Speller<'r> {
    random: &'r mut Random,
    version: Version,
    preamble: String,
    includes: BTreeMap<String, String>,
    variables: usize,
}

/// A file rule in its parts.
#[derive(Clone)]
pub struct FileRule {
    /// `priority=`, `audit`, `deny` and so on, each with a blank behind.
    pub qualifiers: String,
    /// `owner ` or nothing.
    pub owner: String,
    /// Without quotes.
    pub path: String,
    pub letters: String,
    pub exec: String,
    /// ` -> ` and what is behind.
    pub target: String,
}

impl FileRule {
    pub fn parse(rule: &str) -> Option<Self> {
        let mut rest = rule;
        let mut qualifiers = String::new();
        let mut owner = String::new();
        while let Some((word, behind)) = rest.split_once(' ') {
            match word {
                "audit" | "deny" | "allow" | "prompt" => qualifiers.push_str(&format!("{word} ")),
                "owner" | "other" => owner = format!("{word} "),
                _ if word.starts_with("priority=") => qualifiers.push_str(&format!("{word} ")),
                _ => break,
            }
            rest = behind;
        }
        let (path, rest) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once("\" ")?,
            None => rest.split_once(' ')?,
        };
        if !path.starts_with('/') || path.contains(['\\', '"', '@']) {
            return None;
        }
        let (permissions, target) = match rest.split_once(" -> ") {
            Some((permissions, target)) => (permissions, format!(" -> {target}")),
            None => (rest, String::new()),
        };
        let at = permissions.find(|letter: char| "pPcCuUiIx".contains(letter)).unwrap_or(permissions.len());
        let (letters, exec) = permissions.split_at(at);
        let are_known = letters.bytes().all(|letter| b"rwamkl".contains(&letter));
        let is_last = exec.is_empty() || exec.ends_with('x');
        (are_known && is_last && !permissions.is_empty()).then(|| Self {
            qualifiers,
            owner,
            path: path.to_owned(),
            letters: letters.to_owned(),
            exec: exec.to_owned(),
            target,
        })
    }
}

impl Speller<'_> {
    fn body(&mut self, body: &Body, top: bool) -> String {
        let mut head = body.head.clone();
        if !top && self.random.once_in(2) {
            head = head.strip_prefix("hat ").map_or(head.clone(), |name| format!("^{name}"));
        }
        if top && head.starts_with('/') && self.random.once_in(2) {
            head = format!("profile {head}");
        }
        let mut rules: Vec<String> = body.rules.iter().flat_map(|rule| self.rule(rule)).collect();
        self.shuffle(&mut rules);
        let mut children: Vec<String> = body.children.iter().map(|child| self.body(child, false)).collect();
        self.shuffle(&mut children);
        let lines = self.lines(&rules, 0);
        let children = children.concat();
        match self.random.once_in(2) {
            true => format!("{head} {{\n{lines}{children}}}\n"),
            false => format!("{head} {{\n{children}{lines}}}\n"),
        }
    }

    fn shuffle(&mut self, items: &mut [String]) {
        // Of two limits the last holds.
        if items.iter().filter(|item| item.starts_with("set rlimit")).count() < 2 {
            for last in (1..items.len()).rev() {
                items.swap(last, self.random.below(last + 1));
            }
        }
    }

    /// Rules line by line, some of them in an include, a conditional or a block.
    fn lines(&mut self, rules: &[String], depth: usize) -> String {
        let mut lines = String::new();
        let mut at = 0;
        while at < rules.len() {
            let some = &rules[at..rules.len().min(at + 1 + self.random.below(4))];
            // No conditional keeps limits, and up to 3.0 only files and capabilities are kept.
            let is_kept = |rule: &String| match self.version >= Version::V4_0 {
                true => !rule.starts_with("set rlimit"),
                false => rule.contains("capability ") || FileRule::parse(rule).is_some(),
            };
            let are_kept = some.iter().all(is_kept);
            match self.random.below(8) {
                0 if depth < 3 => {
                    let inner = self.lines(some, depth + 1);
                    let name = format!("moved/{}", self.includes.len());
                    self.includes.insert(name.clone(), inner);
                    let include = self.random.pick(&["include", "#include", "include if exists"]);
                    lines.push_str(&format!("  {include} <{name}>\n"));
                }
                1 if depth < 3 && are_kept => {
                    let inner = self.lines(some, depth + 1);
                    lines.push_str(&match self.random.below(3) {
                        0 => format!("  if $yes {{\n{inner}  }}\n"),
                        1 => format!("  if not $yes {{ /never rw, }} else {{\n{inner}  }}\n"),
                        _ => format!("  if defined @{{known}} {{\n{inner}  }} else {{ capability, }}\n"),
                    });
                }
                _ => {
                    for rule in some {
                        lines.push_str(&self.line(rule));
                    }
                }
            }
            at += some.len();
        }
        lines
    }

    fn line(&mut self, rule: &str) -> String {
        let blocked = ["audit ", "owner "].iter().find_map(|word| Some((word, rule.strip_prefix(word)?)));
        if let Some((word, inner)) = blocked
            && FileRule::parse(inner).is_some_and(|rule| rule.qualifiers.is_empty() && rule.owner.is_empty())
            && self.random.once_in(3)
        {
            return format!("  {word}{{ {inner}, }}\n");
        }
        let behind = self.random.pick(&["", "", "", "  # said why", " # a, b { } c,"]);
        let before = self.random.pick(&["", "", "", "  # a comment\n", "\n"]);
        format!("{before}  {rule},{behind}\n")
    }

    /// Rules that say the same as this one.
    fn rule(&mut self, rule: &str) -> Vec<String> {
        let mut rules = match FileRule::parse(rule) {
            Some(rule) => {
                let parts = self.split(rule);
                parts.into_iter().map(|part| self.spelled(part)).collect()
            }
            None => self.split_list(rule),
        };
        if self.random.once_in(8) {
            rules.push(rules[0].clone());
        }
        rules
    }

    /// A rule as several.
    fn split(&mut self, rule: FileRule) -> Vec<FileRule> {
        let is_link = rule.letters.contains('l');
        let mut parts = vec![rule];
        if self.random.once_in(3) {
            parts = parts.into_iter().flat_map(alternatives).collect();
        }
        if self.random.once_in(3) && !is_link {
            let halves = |part: FileRule| match part.owner.is_empty() && part.exec.is_empty() {
                true => ["owner ", "other "]
                    .map(|half| FileRule { owner: half.to_owned(), ..part.clone() })
                    .to_vec(),
                false => vec![part],
            };
            parts = parts.into_iter().flat_map(halves).collect();
        }
        if self.random.once_in(3) {
            let single = |part: FileRule| {
                let mut singles: Vec<FileRule> = part
                    .letters
                    .chars()
                    .map(|letter| {
                        let target = if letter == 'l' { part.target.clone() } else { String::new() };
                        FileRule { letters: letter.to_string(), exec: String::new(), target, ..part.clone() }
                    })
                    .collect();
                if !part.exec.is_empty() {
                    singles.push(FileRule { letters: String::new(), ..part });
                }
                singles
            };
            parts = parts.into_iter().flat_map(single).collect();
        }
        let wide = parts
            .iter()
            .find(|part| part.path.ends_with("/**") && part.exec.is_empty() && part.target.is_empty());
        if let Some(wide) = wide.cloned().filter(|_| self.random.once_in(2)) {
            // What a rule covers anyway.
            parts.push(FileRule { path: wide.path.replace("/**", "/covered/x*"), ..wide });
        }
        parts
    }

    fn spelled(&mut self, rule: FileRule) -> String {
        let FileRule { mut qualifiers, owner, mut path, letters, exec, target } = rule;
        if self.random.once_in(4) && !qualifiers.contains("deny") && !qualifiers.contains("prompt") {
            qualifiers.push_str("allow ");
            qualifiers = qualifiers.replacen("allow allow ", "allow ", 1);
        }
        let directory = path[1..]
            .find('/')
            .map(|end| end + 1)
            .filter(|end| path[..*end].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'/'));
        if let Some(end) = directory.filter(|_| self.random.once_in(4)) {
            self.variables += 1;
            let name = format!("@{{moved{}}}", self.variables);
            self.preamble.push_str(&format!("{name} = {}\n", &path[..end]));
            path = format!("{name}{}", &path[end..]);
        } else if directory.is_some() && self.random.once_in(6) {
            path = format!("/{}", path[1..].replacen('/', "//", 1));
        }
        if path.contains(' ') || self.random.once_in(4) {
            path = format!("\"{path}\"");
        }
        let mut letters: Vec<String> = letters.chars().map(String::from).collect();
        self.shuffle(&mut letters);
        let permissions = format!("{}{exec}", letters.concat());
        let keyword = if self.random.once_in(4) { "file " } else { "" };
        match self.random.once_in(3) && !permissions.contains('l') {
            true => format!("{qualifiers}{owner}{keyword}{permissions} {path}{target}"),
            false => format!("{qualifiers}{owner}{keyword}{path} {permissions}{target}"),
        }
    }

    /// A rule with a list as one for each of some of its members, or with the list in another order.
    fn split_list(&mut self, rule: &str) -> Vec<String> {
        if let Some((before, names)) = rule.split_once("capability ") {
            let mut names: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
            self.shuffle(&mut names);
            let at = self.random.below(names.len());
            let halves = names.split_at(at);
            let said = [halves.0, halves.1].into_iter().filter(|names| !names.is_empty());
            return said.map(|names| format!("{before}capability {}", names.join(" "))).collect();
        }
        let Some((before, list, behind)) = self.list(rule) else { return vec![rule.to_owned()] };
        let separators: &[&str] = &[", ", " ", ","];
        let mut members: Vec<String> =
            list.split([',', ' ']).filter(|member| !member.is_empty()).map(str::to_owned).collect();
        self.shuffle(&mut members);
        let separator = self.random.pick(separators);
        let is_exact = before.contains("options=");
        match members.len() > 1 && !is_exact && self.random.once_in(2) {
            true => members.iter().map(|member| format!("{before}({member}){behind}")).collect(),
            false => vec![format!("{before}({}){behind}", members.join(separator))],
        }
    }

    /// One of the lists in brackets of a rule that may be split.
    fn list<'t>(&mut self, rule: &'t str) -> Option<(&'t str, &'t str, &'t str)> {
        let kinds = ["signal", "ptrace", "dbus", "unix", "mount", "mqueue"];
        if !rule.split(' ').any(|word| kinds.contains(&word)) || rule.contains("peer=(") {
            return None;
        }
        let opening: Vec<usize> = rule.match_indices('(').map(|(at, _)| at).collect();
        let at = *opening.get(self.random.below(opening.len()))?;
        let end = at + rule[at..].find(')')?;
        Some((&rule[..at], &rule[at + 1..end], &rule[end + 1..]))
    }
}

/// One rule for each way through the first group of plain words.
fn alternatives(rule: FileRule) -> Vec<FileRule> {
    let found = || {
        let at = rule.path.find('{')?;
        let end = at + rule.path[at..].find('}')?;
        let inside = &rule.path[at + 1..end];
        let behind = &rule.path[end + 1..];
        let is_plain = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let plain = inside.split(',').all(is_plain) && !behind.starts_with('*');
        let deep = rule.path[..at].contains('[');
        (plain && !deep).then(|| {
            inside.split(',').map(|word| format!("{}{word}{behind}", &rule.path[..at])).collect::<Vec<_>>()
        })
    };
    match found() {
        Some(paths) => paths.into_iter().map(|path| FileRule { path, ..rule.clone() }).collect(),
        None => vec![rule],
    }
}
