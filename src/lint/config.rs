//! `aakit.toml`: what a tree of policy wants of aakit. Reading the file is left to `cli`; here its text becomes a [`Config`].
//!
//! ```toml
//! base = "apparmor.d"              # where abstractions/ and tunables/ are; paths are relative to this file
//! includes = ["extra"]             # searched before the base
//! paths = ["apparmor.d"]           # what is looked at when the command line names nothing
//! target = "debian-12"             # judge as this release's parser would
//! select = ["security", "tabs"]    # these rules and groups instead of the defaults; "all" is all
//! extend-select = ["style"]        # these besides
//! ignore = ["missing-owner"]
//! fail-on = "warning"              # error, warning or note
//!
//! [rules]                          # the level of single rules: off, note, warning, error
//! missing-abi = "error"
//!
//! [[overrides]]                    # for some files; later ones win
//! paths = ["local/**"]
//! ignore = ["missing-abi"]
//!
//! [[waivers]]                      # findings that are known and accepted
//! rule = "dangerous-capability"
//! paths = ["usr.sbin.ntpd"]
//! contains = "sys_time"            # only findings whose message has this text
//! reason = "it sets the clock"
//!
//! [fmt]                            # see `aakit fmt --help`
//! ```

use super::level::{Level, Levels, Selector};
use super::registry;
use super::rule::Group;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileId, Location, SourceFile, Span, normalized, without_detours};
use crate::vocabulary::{Target, did_you_mean};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The file's name.
pub const FILE_NAME: &str = "aakit.toml";

/// The code of what is wrong with a config.
const CODE: &str = "config";

const KEYS: [&str; 12] = [
    "base",
    "includes",
    "paths",
    "target",
    "select",
    "extend-select",
    "ignore",
    "fail-on",
    "rules",
    "overrides",
    "waivers",
    "fmt",
];
const OVERRIDE_KEYS: [&str; 4] = ["paths", "select", "ignore", "rules"];
const WAIVER_KEYS: [&str; 4] = ["rule", "paths", "contains", "reason"];

/// What `aakit.toml` says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// The file itself; empty for the defaults.
    pub file: PathBuf,
    /// The directory that holds the file: relative paths and patterns start there.
    pub directory: PathBuf,
    /// The base directory.
    pub base: Option<PathBuf>,
    /// Directories searched for includes before the base.
    pub includes: Vec<PathBuf>,
    /// What is looked at when the command line names nothing.
    pub paths: Vec<PathBuf>,
    /// Whose verdict counts.
    pub target: Option<Target>,
    /// What is on instead of the defaults.
    pub select: Option<Vec<Selector>>,
    /// What is on besides.
    pub extend_select: Vec<Selector>,
    /// What is off.
    pub ignore: Vec<Selector>,
    /// From which severity on findings make the run fail.
    pub fail_on: Option<Severity>,
    /// Levels of single rules.
    pub rules: Vec<(&'static str, Level)>,
    /// Changes for some files, in order.
    pub overrides: Vec<Override>,
    /// Findings that are known and accepted.
    pub waivers: Vec<Waiver>,
    /// The table `[fmt]`, which the formatter reads.
    pub fmt: toml::Table,
}

/// Changes for the files that match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Override {
    /// Patterns of paths, relative to the config's directory.
    pub paths: Vec<String>,
    /// What is on besides.
    pub select: Vec<Selector>,
    /// What is off.
    pub ignore: Vec<Selector>,
    /// Levels of single rules.
    pub rules: Vec<(&'static str, Level)>,
}

/// Findings that are known and accepted, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Waiver {
    /// Where it stands in the config.
    pub span: Span,
    /// The rule.
    pub rule: &'static str,
    /// Patterns of paths, relative to the config's directory; none means every file.
    pub paths: Vec<String>,
    /// Only findings whose message has this text.
    pub contains: Option<String>,
    /// Why they are accepted.
    pub reason: String,
}

impl Config {
    /// Reads the text of `file`, which goes by `id` in what is returned when it is wrong.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(file: &SourceFile, id: FileId) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader { id, errors: Vec::new() };
        let Ok(text) = std::str::from_utf8(file.bytes()) else {
            return Err(vec![Diagnostic::error(
                CODE,
                Location::new(id, Span::at(0)),
                "the config is not UTF-8",
            )]);
        };
        let directory = file.path().parent().map(Path::to_path_buf).unwrap_or_default();
        match DeTable::parse(text) {
            Err(error) => {
                let span = error.span().unwrap_or_default();
                reader.error(span, error.message().to_owned()).push();
            }
            Ok(table) => {
                let mut config = reader.config(table.get_ref(), &directory);
                // The table for the formatter is kept whole, and only read where the rest is sound.
                if reader.errors.is_empty() && table.get_ref().contains_key("fmt") {
                    let whole: toml::Table = toml::from_str(text).unwrap_or_default();
                    config.fmt =
                        whole.get("fmt").and_then(toml::Value::as_table).cloned().unwrap_or_default();
                }
                config.directory = directory;
                config.file = file.path().to_path_buf();
                if reader.errors.is_empty() {
                    return Ok(config);
                }
            }
        }
        Err(reader.errors)
    }

    /// The levels for one file. `select` and `ignore` of the command line come last; a `select` there replaces the
    /// defaults and the config's.
    #[must_use]
    pub fn levels(
        &self,
        path: &Path,
        has_target: bool,
        select: Option<&[Selector]>,
        ignore: &[Selector],
    ) -> Levels {
        let mut levels = Levels::defaults(has_target);
        if self.select.is_some() {
            levels.clear();
        }
        let selected: Vec<Selector> =
            self.select.iter().flatten().chain(&self.extend_select).copied().collect();
        levels.apply(&selected, &self.ignore);
        for (rule, level) in &self.rules {
            levels.set(rule, *level);
        }
        for change in self.overrides.iter().filter(|change| self.names(&change.paths, path)) {
            levels.apply(&change.select, &change.ignore);
            for (rule, level) in &change.rules {
                levels.set(rule, *level);
            }
        }
        match select {
            None => levels.apply(&[], ignore),
            Some(select) => {
                let configured = levels.clone();
                levels.clear();
                levels.apply(select, ignore);
                // What stays on keeps the level that the config gave it.
                levels.keep_severities(&configured);
            }
        }
        levels
    }

    /// The waivers that accept the finding.
    pub fn waivers_of(&self, finding: &Diagnostic, path: &Path) -> impl Iterator<Item = &Waiver> {
        self.waivers.iter().filter(move |waiver| {
            waiver.rule == finding.code
                && self.is_about(waiver, path)
                && waiver.contains.as_ref().is_none_or(|text| finding.message.contains(text))
        })
    }

    /// Is the waiver also for this file?
    #[must_use]
    pub fn is_about(&self, waiver: &Waiver, path: &Path) -> bool {
        waiver.paths.is_empty() || self.names(&waiver.paths, path)
    }

    /// Does one of the patterns, which are relative to the config's directory, name the path, or a directory above it?
    #[must_use]
    pub fn names(&self, patterns: &[String], path: &Path) -> bool {
        // The directory of a plain file name is empty, which is no path.
        let here = if self.directory.as_os_str().is_empty() { Path::new(".") } else { &*self.directory };
        let (path, here) = (normalized(path), normalized(here));
        let relative = path.strip_prefix(&here).unwrap_or(&path);
        patterns.iter().any(|pattern| {
            let pattern = pattern.trim_end_matches('/');
            // A file that stands elsewhere can only be named from the root, or upwards.
            let whole = (pattern.starts_with('/') || pattern.starts_with("../"))
                .then(|| without_detours(&here.join(pattern)));
            relative.ancestors().any(|path| matches_pattern(pattern.as_bytes(), bytes(path)))
                || whole.is_some_and(|whole| path.ancestors().any(|path| glob(bytes(&whole), bytes(path))))
        })
    }
}

fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}

/// `*` is anything but `/`, `**` anything, `?` one character but `/`; a pattern without `/` names a file in any directory.
fn matches_pattern(pattern: &[u8], path: &[u8]) -> bool {
    if !pattern.contains(&b'/') {
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        return glob(pattern, name);
    }
    glob(pattern.strip_prefix(b"./").or(pattern.strip_prefix(b"/")).unwrap_or(pattern), path)
}

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match pattern {
        [] => text.is_empty(),
        // `a/**/b` also means `a/b`.
        [b'*', b'*', b'/', rest @ ..] => {
            (0..=text.len()).any(|at| (at == 0 || text[at - 1] == b'/') && glob(rest, &text[at..]))
        }
        [b'*', b'*', rest @ ..] => (0..=text.len()).any(|at| glob(rest, &text[at..])),
        [b'*', rest @ ..] => {
            let end = text.iter().position(|byte| *byte == b'/').unwrap_or(text.len());
            (0..=end).any(|at| glob(rest, &text[at..]))
        }
        [b'?', rest @ ..] => text.first().is_some_and(|byte| *byte != b'/') && glob(rest, &text[1..]),
        [byte, rest @ ..] => text.first() == Some(byte) && glob(rest, &text[1..]),
    }
}

/// Collects what is wrong while the values are read.
struct Reader {
    id: FileId,
    errors: Vec<Diagnostic>,
}

/// An error on its way into the list.
struct Complaint<'r> {
    errors: &'r mut Vec<Diagnostic>,
    diagnostic: Diagnostic,
}

impl Complaint<'_> {
    fn help(mut self, help: impl Into<String>) -> Self {
        self.diagnostic.help = Some(help.into());
        self
    }

    fn push(self) {
        self.errors.push(self.diagnostic);
    }
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Reader {
    fn error(&mut self, span: std::ops::Range<usize>, message: impl Into<String>) -> Complaint<'_> {
        let location = Location::new(self.id, Span::new(span.start, span.end.max(span.start)));
        Complaint { errors: &mut self.errors, diagnostic: Diagnostic::error(CODE, location, message) }
    }

    fn config(&mut self, table: &DeTable, directory: &Path) -> Config {
        self.check_keys(table, &KEYS);
        let at = |path: String| directory.join(path);
        let mut config = Config::default();
        for (key, value) in table {
            match &**key.get_ref() {
                "base" => config.base = self.text(value).map(at),
                "includes" => config.includes = self.texts(value).into_iter().map(at).collect(),
                "paths" => config.paths = self.texts(value).into_iter().map(at).collect(),
                "target" => config.target = self.word(value),
                "select" => config.select = Some(self.words(value)),
                "extend-select" => config.extend_select = self.words(value),
                "ignore" => config.ignore = self.silenceable(value),
                "fail-on" => config.fail_on = self.severity(value),
                "rules" => config.rules = self.rules(value),
                "overrides" => {
                    config.overrides = self.tables(value).iter().map(|table| self.over(table)).collect()
                }
                "waivers" => {
                    config.waivers =
                        self.tables(value).iter().filter_map(|table| self.waiver(table)).collect()
                }
                "fmt" => {
                    self.table(value);
                }
                _ => {}
            }
        }
        config
    }

    fn over(&mut self, table: &Spanned<DeTable>) -> Override {
        self.check_keys(table.get_ref(), &OVERRIDE_KEYS);
        let mut change = Override::default();
        for (key, value) in table.get_ref() {
            match &**key.get_ref() {
                "paths" => change.paths = self.texts(value),
                "select" => change.select = self.words(value),
                "ignore" => change.ignore = self.silenceable(value),
                "rules" => change.rules = self.rules(value),
                _ => {}
            }
        }
        if !table.get_ref().contains_key("paths") {
            self.error(table.span(), "this override names no files").help("add `paths = [\"…\"]`").push();
        }
        change
    }

    fn waiver(&mut self, table: &Spanned<DeTable>) -> Option<Waiver> {
        self.check_keys(table.get_ref(), &WAIVER_KEYS);
        let span = Span::new(table.span().start, table.span().end);
        let mut waiver = Waiver { span, rule: "", paths: Vec::new(), contains: None, reason: String::new() };
        for (key, value) in table.get_ref() {
            match &**key.get_ref() {
                "rule" => {
                    waiver.rule =
                        self.text(value).and_then(|id| self.rule(value.span(), &id)).unwrap_or_default()
                }
                "paths" => waiver.paths = self.texts(value),
                "contains" => waiver.contains = self.text(value),
                "reason" => waiver.reason = self.text(value).unwrap_or_default(),
                _ => {}
            }
        }
        if !table.get_ref().contains_key("rule") {
            self.error(table.span(), "this waiver names no rule").help("add `rule = \"…\"`").push();
        }
        if waiver.reason.trim().is_empty() {
            self.error(table.span(), "this waiver gives no reason")
                .help("add `reason = \"…\"`: who reads it later must know why the finding was accepted")
                .push();
        }
        Some(waiver).filter(|waiver| !waiver.rule.is_empty())
    }

    fn rules(&mut self, value: &Value) -> Vec<(&'static str, Level)> {
        let mut rules = Vec::new();
        let Some(table) = self.table(value) else { return rules };
        for (key, value) in table {
            let rule = self.rule(key.span(), key.get_ref());
            let Some(word) = self.text(value) else { continue };
            match Level::from_str(&word) {
                Ok(level) => rules.extend(rule.map(|rule| (rule, level))),
                Err(()) => {
                    let help = did_you_mean(&word, Level::NAMES).map_or_else(
                        || "a level is `off`, `note`, `warning` or `error`".to_owned(),
                        |meant| format!("did you mean `{meant}`?"),
                    );
                    self.error(value.span(), format!("`{word}` is no level")).help(help).push();
                }
            }
        }
        rules
    }

    /// The id of a rule whose level may be changed.
    fn rule(&mut self, span: std::ops::Range<usize>, id: &str) -> Option<&'static str> {
        match registry::find(id) {
            Some(rule) if rule.group == Group::Error => {
                self.error(
                    span,
                    format!("`{id}` cannot be silenced: apparmor_parser would refuse the profile"),
                )
                .push();
                None
            }
            Some(rule) => Some(rule.id),
            None => {
                let help = registry::suggest(id).map_or_else(
                    || "see `aakit rules` for the names".to_owned(),
                    |meant| format!("did you mean `{meant}`?"),
                );
                self.error(span, format!("no rule is called `{id}`")).help(help).push();
                None
            }
        }
    }

    fn severity(&mut self, value: &Value) -> Option<Severity> {
        let word = self.text(value)?;
        let severity = Level::from_str(&word).ok().and_then(Level::severity);
        if severity.is_none() {
            self.error(value.span(), format!("`{word}` is no severity"))
                .help("give `error`, `warning` or `note`")
                .push();
        }
        severity
    }

    /// Selectors that turn something off; errors stay on.
    fn silenceable(&mut self, value: &Value) -> Vec<Selector> {
        let selectors: Vec<Selector> = self.words(value);
        for selector in &selectors {
            let error = match selector {
                Selector::Group(Group::Error) => Some("error"),
                Selector::Rule(id) => {
                    registry::find(id).filter(|rule| rule.group == Group::Error).map(|rule| rule.id)
                }
                _ => None,
            };
            if let Some(name) = error {
                self.error(
                    value.span(),
                    format!("`{name}` cannot be silenced: apparmor_parser would refuse the profile"),
                )
                .push();
            }
        }
        selectors
    }

    fn word<T: FromStr<Err: std::fmt::Display>>(&mut self, value: &Value) -> Option<T> {
        let word = self.text(value)?;
        word.parse().map_err(|error: T::Err| self.error(value.span(), error.to_string()).push()).ok()
    }

    fn words<T: FromStr<Err: std::fmt::Display>>(&mut self, value: &Value) -> Vec<T> {
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(value, "a list of words");
            return Vec::new();
        };
        array.iter().filter_map(|word| self.word(word)).collect()
    }

    fn text(&mut self, value: &Value) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(value, "a text in quotes");
        }
        text
    }

    fn texts(&mut self, value: &Value) -> Vec<String> {
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(value, "a list of texts, `[\"…\"]`");
            return Vec::new();
        };
        array.iter().filter_map(|text| self.text(text)).collect()
    }

    fn table<'v, 'i>(&mut self, value: &'v Value<'i>) -> Option<&'v DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(value, "a table");
        }
        table
    }

    /// The tables of `[[name]]`.
    fn tables<'i>(&mut self, value: &Value<'i>) -> Vec<Spanned<DeTable<'i>>> {
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(value, "tables, each in double brackets: `[[…]]`");
            return Vec::new();
        };
        array
            .iter()
            .filter_map(|entry| self.table(entry).map(|table| Spanned::new(entry.span(), table.clone())))
            .collect()
    }

    fn wrong_type(&mut self, value: &Value, wanted: &str) {
        self.error(value.span(), format!("expected {wanted}, found {}", value.get_ref().type_str())).push();
    }

    fn check_keys(&mut self, table: &DeTable, known: &[&str]) {
        for key in table.keys() {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let help = did_you_mean(name, known.iter().copied()).map_or_else(
                || format!("the keys here are {}", listed(known)),
                |meant| format!("did you mean `{meant}`?"),
            );
            self.error(key.span(), format!("unknown key `{name}`")).help(help).push();
        }
    }
}

/// "`a`, `b` and `c`"
fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn parse(text: &str) -> Result<Config, Vec<String>> {
        let sources = SourceMap::new();
        let id = sources.add(SourceFile::new("/tree/aakit.toml", text));
        Config::parse(&sources.get(id), id).map_err(|errors| {
            errors
                .into_iter()
                .map(|error| format!("{} | {}", error.message, error.help.unwrap_or_default()))
                .collect()
        })
    }

    #[test]
    fn every_key_is_read() {
        let config = parse(
            "base = 'p'\nincludes = ['i']\npaths = ['p']\ntarget = 'debian-12'\nselect = ['security', 'hash-include']\n\
             extend-select = ['style']\nignore = ['missing-abi']\nfail-on = 'error'\n[rules]\nhash-include = 'error'\n\
             [[overrides]]\npaths = ['local/**']\nrules = { hash-include = 'off' }\n\
             [[waivers]]\nrule = 'missing-abi'\npaths = ['x']\ncontains = 'abi'\nreason = 'old'\n[fmt]\nindent = 2\n",
        )
        .unwrap();
        assert_eq!(config.base.as_deref(), Some(Path::new("/tree/p")));
        assert_eq!(config.target.map(Target::name), Some("debian-12"));
        assert_eq!(config.fmt["indent"].as_integer(), Some(2));
        let level = |path: &str| config.levels(Path::new(path), false, None, &[]).get("hash-include");
        assert_eq!(level("/tree/x"), Level::On(Severity::Error));
        assert_eq!(level("/tree/local/deep/x"), Level::Off);
        let finding = |message: &str| {
            Diagnostic::new(
                "missing-abi",
                Severity::Warning,
                Location::new(SourceMap::new().add(SourceFile::new("x", "")), Span::at(0)),
                message,
            )
        };
        let waives = |message: &str, path: &str| {
            config.waivers_of(&finding(message), Path::new(path)).next().is_some()
        };
        assert!(waives("no abi", "/tree/deep/x"));
        assert!(!waives("nothing", "/tree/deep/x"));
        assert!(!waives("no abi", "/tree/y"));
    }

    #[test]
    fn the_example_of_the_documentation_is_read() {
        let page = include_str!("../../docs/lint.md");
        let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let config = parse(example).unwrap();
        assert_eq!((config.rules.len(), config.overrides.len(), config.waivers.len()), (1, 1, 1));
    }

    #[test]
    fn what_is_wrong_is_told_with_what_was_meant() {
        assert_eq!(
            parse("ingore = []\n"),
            Err(vec!["unknown key `ingore` | did you mean `ignore`?".to_owned()])
        );
        assert_eq!(parse("target = 'debain-12'\n").unwrap_err().len(), 1);
        assert_eq!(
            parse("[rules]\nhash-includ = 'off'\n"),
            Err(vec!["no rule is called `hash-includ` | did you mean `hash-include`?".to_owned()])
        );
        assert_eq!(
            parse("[rules]\nhash-include = 'warn'\n"),
            Err(vec!["`warn` is no level | did you mean `warning`?".to_owned()])
        );
        assert_eq!(parse("ignore = ['syntax']\n").unwrap_err().len(), 1);
        assert_eq!(
            parse("select = 'all'\n"),
            Err(vec!["expected a list of words, found string | ".to_owned()])
        );
        assert_eq!(parse("[[waivers]]\nrule = 'missing-abi'\n").unwrap_err().len(), 1);
        assert_eq!(parse("x = [\n").unwrap_err().len(), 1);
    }

    #[test]
    fn the_narrower_name_wins() {
        let levels = |select: &str, ignore: &str| {
            let config = parse(&format!("select = [{select}]\nignore = [{ignore}]\n")).unwrap();
            config.levels(Path::new("/tree/x"), false, None, &[])
        };
        assert_ne!(levels("'hash-include'", "'style'").get("hash-include"), Level::Off);
        assert_eq!(levels("'style'", "'hash-include'").get("hash-include"), Level::Off);
        assert_eq!(levels("'style'", "").get("missing-abi"), Level::Off);
        assert_ne!(levels("", "'all'").get("syntax"), Level::Off);
    }

    #[test]
    fn the_command_line_replaces_what_the_config_selects_and_keeps_its_levels() {
        let config = parse("[rules]\nhash-include = 'error'\nmissing-abi = 'error'\n").unwrap();
        let levels = config.levels(Path::new("/tree/x"), false, Some(&[Selector::Rule("hash-include")]), &[]);
        assert_eq!(levels.get("hash-include"), Level::On(Severity::Error));
        assert_eq!(levels.get("missing-abi"), Level::Off);
    }

    #[test]
    fn patterns_of_paths() {
        for (pattern, path) in [
            ("x", "deep/x"),
            ("*.d/x", "a.d/x"),
            ("a/**", "a/b/c"),
            ("a/**/c", "a/c"),
            ("**/c", "c"),
            ("?", "x"),
            ("./a", "a"),
        ] {
            assert!(matches_pattern(pattern.as_bytes(), path.as_bytes()), "{pattern} {path}");
        }
        for (pattern, path) in [("x", "xy"), ("a/*", "a/b/c"), ("a/b", "z/a/b")] {
            assert!(!matches_pattern(pattern.as_bytes(), path.as_bytes()), "{pattern} {path}");
        }
    }

    /// Such patterns never matched: a config that is named with `--config` could not speak of files elsewhere.
    #[test]
    fn patterns_of_files_that_stand_elsewhere() {
        let config = Config { directory: "/tree/ci".into(), ..Config::default() };
        let names = |pattern: &str, path: &str| config.names(&[pattern.to_owned()], Path::new(path));
        assert!(names("/etc/apparmor.d/usr.*", "/etc/apparmor.d/usr.bin.x"));
        assert!(names("/etc/apparmor.d/", "/etc/apparmor.d/usr.bin.x"));
        assert!(names("../policy/*", "/tree/policy/x"));
        assert!(names("/x", "/tree/ci/x"));
        assert!(!names("../policy/*", "/tree/ci/policy/x"));
        assert!(!names("/policy/*", "/tree/policy/x"));
    }
}
