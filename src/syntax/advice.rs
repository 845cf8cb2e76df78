//! What to do about a word that a rule has no place for. Each kind of rule has slips of its own.

use super::input::Input;
use super::lexical::{found_span, name, rule_word, space};
use crate::vocabulary::{self, Capability, SocketType, Word as _, conditions};

/// The advice for the word at `input` in the rule that begins at `rule`; `expected` is what could stand there instead.
pub(super) fn advice(rule: Input<'_>, input: Input<'_>, expected: &str) -> Option<String> {
    let slip = Slip::new(rule, input);
    let takes_arrow = expected.contains("`->`");
    if let Some(advice) = slip.filler(takes_arrow) {
        return Some(advice);
    }
    let own = match slip.keyword {
        "capability" => slip.capability(),
        "network" => slip.network(),
        "mount" | "remount" | "umount" | "unmount" => slip.mount(),
        "pivot_root" => slip.pivot_root(),
        "userns" => slip.userns(),
        "signal" => slip.signal(),
        "ptrace" => slip.ptrace(),
        "dbus" => slip.dbus(),
        "unix" => slip.unix(),
        _ => None,
    };
    own.or_else(|| takes_arrow.then(|| slip.arrow()).flatten())
}

/// The word that is out of place, and what stands around it.
struct Slip<'a> {
    keyword: &'a str,
    /// The last word before it.
    before: &'a str,
    word: &'a str,
    /// The word behind it, on whatever line.
    behind: Option<&'a str>,
    /// Does an arrow stand further on in the line?
    arrow_follows: bool,
}

impl<'a> Slip<'a> {
    fn new(rule: Input<'a>, input: Input<'a>) -> Self {
        let source = rule.source();
        let text = |bytes: &'a [u8]| std::str::from_utf8(bytes).unwrap_or_default();
        let keyword = name(rule).map_or("", |(_, word)| text(word.raw(source)));
        let before = text(&source[rule.offset()..input.offset()]);
        let word = found_span(input);
        let behind = rule_word(space(input.at(word.end as usize)));
        let line = source[word.end as usize..].split(|byte| *byte == b'\n').next().unwrap_or_default();
        Self {
            keyword,
            before: before.split_ascii_whitespace().next_back().unwrap_or_default(),
            word: text(word.of(source)),
            behind: behind.ok().map(|(_, word)| text(word.raw(source))),
            arrow_follows: line.windows(2).any(|two| two == b"->"),
        }
    }

    fn is_name(&self) -> bool {
        let begins = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '@' | '"');
        self.word.starts_with(begins) && !self.word.contains(['(', '='])
    }

    fn arrow(&self) -> Option<String> {
        let word = self.word;
        if word.contains("&gt;") || word.contains("&lt;") {
            return Some("write `->`: `&gt;` is how a web page is told of `>`".to_owned());
        }
        if matches!(word, "=>" | "-" | "-->" | "~>" | ">" | "→" | "–>" | "—>") {
            return Some("write the arrow as `->`, without a blank in it".to_owned());
        }
        if !word.is_empty() && word.bytes().all(|letter| b"rwalkmx".contains(&letter)) {
            return Some("write permissions as one word, such as `rw`".to_owned());
        }
        self.is_name().then(|| {
            format!(
                "write `-> {word}` if it is what the rule leads to; otherwise end the rule before it with `,`"
            )
        })
    }

    /// A word of English prose: `signal send to foo`, `mount /a on /b`, `capability chown and kill`.
    fn filler(&self, takes_arrow: bool) -> Option<String> {
        let word = self.word;
        if !matches!(word, "to" | "from" | "by" | "with" | "for" | "on" | "at" | "as" | "and" | "into") {
            return None;
        }
        if takes_arrow && self.keyword != "network" && !matches!(word, "from" | "and") {
            return Some(format!("write `->` in place of `{word}`"));
        }
        let has_peer = matches!(self.keyword, "signal" | "ptrace") && word != "and";
        let named = self.behind.filter(|behind| has_peer && !matches!(*behind, "peer" | "set" | "("));
        Some(match named {
            Some(name) => format!("write `peer={name}` in place of `{word} {name}`"),
            None => format!("remove `{word}`"),
        })
    }

    /// A condition without its `=`: `name org.foo` or `set(term)`.
    fn condition(&self, names: &[(&str, vocabulary::Version)]) -> Option<String> {
        let is_condition = |word: &str| names.iter().any(|(name, _)| *name == word);
        if is_condition(self.word) {
            let value = self.behind.unwrap_or("VALUE");
            return Some(format!("write `{}={value}`", self.word));
        }
        if is_condition(self.before) {
            return Some(format!("write `{}={}`", self.before, self.word));
        }
        let (name, list) = self.word.split_once('(')?;
        is_condition(name).then(|| format!("write `{name}=({list}`"))
    }

    /// An access that stands behind the conditions, or a second one.
    fn late_access(&self) -> Option<String> {
        let tables = [vocabulary::SIGNAL, vocabulary::PTRACE, vocabulary::DBUS, vocabulary::UNIX];
        let is_access = tables.iter().any(|table| table.from_name(self.word.as_bytes()).is_some());
        is_access
            .then(|| "accesses stand right behind the keyword, several of them in parentheses".to_owned())
    }

    fn capability(&self) -> Option<String> {
        match self.word {
            "*" | "all" | "any" => Some("write `capability,` to allow all of them".to_owned()),
            "(" => Some("write the names without parentheses, with blanks between them".to_owned()),
            ":" | "=" => Some("write `capability NAME,`".to_owned()),
            word => {
                let whole = format!("{}{}", self.before, word.replace('-', "_"));
                let is_known = Capability::from_name(whole.as_bytes()).is_some();
                (word.starts_with('-') && is_known).then(|| format!("write `{whole}`"))
            }
        }
    }

    fn network(&self) -> Option<String> {
        let port = |text: &str| text.parse::<u16>().is_ok();
        match (self.before, self.word) {
            (_, "port") => Some(format!("write `port={}`", self.behind.unwrap_or("NUMBER"))),
            ("port", word) if port(word) => Some(format!("write `port={word}`")),
            (_, word) if port(word) => Some(format!("write `port={word}` if a port is meant")),
            _ => self.condition(conditions::NETWORK).or_else(|| {
                Some(
                    "a `network` rule names a family and one type or protocol; then end it with `,`"
                        .to_owned(),
                )
            }),
        }
    }

    fn mount(&self) -> Option<String> {
        let (keyword, word) = (self.keyword, self.word);
        let arrow = if self.arrow_follows { "" } else { ", and `->` before the mount point" };
        match (self.before, word) {
            ("-o", options) => {
                let options: Vec<&str> = options.split(',').collect();
                let options = options.join(", ");
                return Some(format!("write `options=({options})` in place of `-o {word}`{arrow}"));
            }
            ("-t", fstype) => return Some(format!("write `fstype={fstype}` in place of `-t {word}`{arrow}")),
            (_, "->") if keyword != "mount" => {
                return Some(format!(
                    "`{keyword}` names the mount point alone: remove the arrow and what it leads to, or what stands before it"
                ));
            }
            _ => {}
        }
        let begins_condition =
            |name: &str| word.strip_prefix(name).is_some_and(|rest| rest.starts_with(['=', '(']));
        if ["options", "option", "fstype", "vfstype"].into_iter().any(begins_condition) {
            return Some(match keyword {
                "mount" => {
                    "conditions stand before the source: `mount options=(…) SOURCE -> MOUNTPOINT,`".to_owned()
                }
                _ => format!("conditions stand before the mount point: `{keyword} options=(…) MOUNTPOINT,`"),
            });
        }
        let follows_source = keyword == "mount" && self.is_name() && !self.before.contains('=');
        (follows_source && self.before != "mount" && word.starts_with(['/', '@', '"']))
            .then(|| format!("write `-> {word}`: the mount point stands behind an arrow"))
    }

    fn pivot_root(&self) -> Option<String> {
        if self.before == "oldroot" {
            return Some(format!("write `oldroot={}`", self.word));
        }
        let is_path = |text: &str| text.starts_with(['/', '@', '"']);
        (is_path(self.before) && is_path(self.word)).then(|| {
            format!(
                "write `pivot_root oldroot={} {},`: the old root is a condition, the new root stands alone",
                self.word, self.before
            )
        })
    }

    fn userns(&self) -> Option<String> {
        match self.word {
            "(" => Some("write `userns create,`, without parentheses".to_owned()),
            _ => Some("`create` is the only access there is: write `userns create,` or `userns,`".to_owned()),
        }
    }

    fn signal(&self) -> Option<String> {
        let lower = self.word.to_ascii_lowercase();
        let signal = lower.strip_prefix("sig").unwrap_or(&lower);
        if vocabulary::Signal::from_name(signal.as_bytes()).is_some() {
            return Some(format!("write `set=({signal})`"));
        }
        self.late_access().or_else(|| self.condition(conditions::SIGNAL)).or_else(|| self.peer())
    }

    /// The other end without `peer=`.
    fn peer(&self) -> Option<String> {
        let is_free = self.is_name() && !self.before.contains('=');
        is_free.then(|| format!("write `peer={}` if it is the other end", self.word))
    }

    fn ptrace(&self) -> Option<String> {
        if matches!(self.word, "attach" | "traceme" | "seize") {
            return Some("write `trace`".to_owned());
        }
        self.late_access().or_else(|| self.condition(conditions::PTRACE)).or_else(|| self.peer())
    }

    fn dbus(&self) -> Option<String> {
        match self.word {
            "own" | "acquire" => Some("write `bind` to let the program own a name".to_owned()),
            "call" | "method_call" | "signal" => Some("write `send`".to_owned()),
            _ => self.late_access().or_else(|| self.condition(conditions::DBUS)),
        }
    }

    fn unix(&self) -> Option<String> {
        let word = self.word;
        if SocketType::from_name(word.as_bytes()).is_some() {
            return Some(format!("write `type={word}`"));
        }
        if word.starts_with('@') {
            return Some(format!("write `addr={word}`"));
        }
        self.late_access().or_else(|| self.condition(conditions::UNIX))
    }
}
