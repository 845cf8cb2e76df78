//! The head of a profile: `profile a /bin/a flags=(complain)`.

use super::{Check, Scope, known, one_of};
use crate::source::Span;
use crate::syntax::{Identities, Profile, ProfileKind, SyntaxError, Word};
use crate::vocabulary::{Errno, FlagKind, ProfileFlag, Version, Word as _};

/// A flag as it stands in a profile.
struct Flag {
    flag: ProfileFlag,
    value: Option<Vec<u8>>,
    word: Word,
}

impl Check<'_> {
    pub(super) fn profile(&mut self, profile: &Profile, scope: Scope<'_>) {
        self.profile_name(profile.name);
        if profile.kind == ProfileKind::Bare && !scope.in_body {
            self.bare_name(profile.name);
        }
        if let Some(attachment) = profile.attachment {
            self.attachment(attachment);
        }
        if let Some(xattrs) = &profile.xattrs {
            self.since(xattrs.span, "`xattrs=` needs", Version::V3_0);
            for condition in &xattrs.conditions {
                self.empty_text(condition);
            }
            if scope.in_body && profile.kind == ProfileKind::Hat && !xattrs.conditions.is_empty() {
                self.report(
                    SyntaxError::new(xattrs.span, "a hat cannot ask for extended attributes")
                        .note("a hat is entered by change_hat(2), never by executing a file")
                        .help("remove `xattrs=(…)`, or write `profile` instead of `hat`"),
                );
            }
        }
        for identities in &profile.identities {
            if self.since(identities.span, "`+identities=` needs", Version::V5_0) {
                self.identities(identities);
            }
        }
        if let Some(flags) = &profile.flags {
            self.flags(&flags.list.items);
        }
        self.items(&profile.body.items, Scope { in_body: true, blocks: &[] });
    }

    fn profile_name(&mut self, name: Word) {
        let text = self.text(name);
        let error = SyntaxError::new(name.span, String::new());
        let error = if text.is_empty() {
            SyntaxError { message: "the name of the profile is empty".into(), ..error }
                .help("write a name between the quotes")
        } else if text.starts_with(b"&") {
            SyntaxError { message: "the name of a profile cannot begin with `&`".into(), ..error }
                .note("`&` stacks profiles behind `->`")
                .help("remove the `&`")
        } else if let Some(rest) = text.strip_prefix(b":") {
            let Some(end) = rest.iter().position(|byte| *byte == b':') else {
                let shown = self.show(name);
                self.report(
                    SyntaxError::new(name.span, format!("the namespace in `{shown}` has no end"))
                        .help("write `:NAMESPACE:NAME`"),
                );
                return;
            };
            let (namespace, behind) = (&rest[..end], &rest[end + 1..]);
            let behind = behind.strip_prefix(b"//").unwrap_or(behind);
            if namespace.is_empty() {
                SyntaxError { message: "the name of the namespace is empty".into(), ..error }
                    .help("write `:NAMESPACE:NAME`")
            } else if behind.is_empty() {
                SyntaxError { message: "a name is missing behind the namespace".into(), ..error }
                    .help("write `:NAMESPACE:NAME`")
            } else {
                return;
            }
        } else {
            return;
        };
        self.report(error);
    }

    /// Without the keyword a name begins like a path or a namespace.
    fn bare_name(&mut self, name: Word) {
        let text = self.text(name);
        if text.starts_with(b"/") || text.starts_with(b":") || text.starts_with(b"&") {
            return;
        }
        let shown = self.show(name);
        self.report(
            SyntaxError::new(name.span, format!("the name `{shown}` needs the keyword `profile` before it"))
                .note("only a name that begins with `/` or with a namespace may stand without it")
                .help(format!("write `profile {shown} {{`"))
                .fix("add the keyword", Span::at(name.span.start as usize), *b"profile "),
        );
    }

    fn attachment(&mut self, attachment: Word) {
        let text = self.text(attachment);
        if text.starts_with(b"/") || text.starts_with(b"@{") {
            return;
        }
        let shown = self.show(attachment);
        self.report(
            SyntaxError::new(attachment.span, format!("`{shown}` is no path of a program"))
                .code("relative-path")
                .help("an attachment begins with `/` or a variable such as `@{bin}`"),
        );
    }

    fn identities(&mut self, identities: &Identities) {
        if identities.list.items.is_empty() {
            self.report(
                SyntaxError::new(identities.span, "the list of identities is empty")
                    .help("name an identity, or remove `+identities=( )`"),
            );
        }
        for word in &identities.list.items {
            let text = self.text(*word);
            let rest = &self.source[word.span.end as usize..];
            if text.ends_with(b"\\") && !word.is_quoted(self.source) && rest.starts_with(b")") {
                // To apparmor_parser the list goes on to the end of the file.
                self.report(
                    SyntaxError::new(
                        Span::new(word.span.end as usize - 1, word.span.end as usize + 1),
                        "this `)` is escaped and does not close the list",
                    )
                    .help("remove the backslash before it"),
                );
            } else if !text.starts_with(b"/") && text.contains(&b' ') {
                let shown = self.show(*word);
                self.report(
                    SyntaxError::new(word.span, format!("`{shown}` is no identity")).help(
                        "write a plain name, or a path that begins with `/`; only a path may hold blanks",
                    ),
                );
            }
        }
    }

    fn flags(&mut self, words: &[Word]) {
        let mut seen: Vec<Flag> = Vec::new();
        for word in words {
            let Some(flag) = self.flag(*word) else { continue };
            if let Some(other) = seen.iter().find(|other| conflict(other, &flag)) {
                let (one, two) = (self.show(other.word), self.show(flag.word));
                let help = if one.split('=').next() == two.split('=').next() {
                    "give the flag one value"
                } else {
                    "keep one of them"
                };
                self.errors.push(
                    SyntaxError::new(word.span, format!("the flags `{one}` and `{two}` exclude each other"))
                        .code("conflicting-flags")
                        .related(other.word.span, "the other one")
                        .help(help),
                );
            }
            seen.push(flag);
        }
    }

    /// A flag that the target knows, with a value that fits. Reports any other.
    fn flag(&mut self, word: Word) -> Option<Flag> {
        let text = self.text(word).into_owned();
        let equals = text.iter().position(|byte| *byte == b'=');
        let (name, value) = match equals {
            Some(at) => (&text[..at], Some(&text[at + 1..])),
            None => (&text[..], None),
        };
        let Some(flag) = ProfileFlag::from_name(name) else {
            self.unknown("unknown-flag", word, "profile flag", &known::<ProfileFlag>(self.version));
            return None;
        };
        if !self.since(word.span, &format!("the flag `{flag}` needs"), flag.since()) {
            return None;
        }
        let fits = match (flag.kind(), value) {
            (FlagKind::Mode | FlagKind::Switch(_) | FlagKind::OptionalPath, None) => true,
            (FlagKind::Mode | FlagKind::Switch(_), Some(_)) => {
                self.report(
                    SyntaxError::new(word.span, format!("the flag `{flag}` takes no value"))
                        .code("unknown-flag")
                        .help(format!("write `{flag}`")),
                );
                false
            }
            // Its value may begin with a variable: the resolver looks at it.
            (FlagKind::Path | FlagKind::OptionalPath, Some(_)) => true,
            (FlagKind::Signal, Some(signal)) => {
                let before = self.errors.len();
                self.signal_name(word, signal);
                self.errors.len() == before
            }
            (FlagKind::Errno, Some(errno)) => {
                let fits = Errno::from_name(errno).is_some();
                if !fits {
                    self.unknown_errno(word, errno);
                }
                fits
            }
            (kind @ (FlagKind::Path | FlagKind::Signal | FlagKind::Errno), None) => {
                let example = match kind {
                    FlagKind::Path => "/path",
                    FlagKind::Signal => "term",
                    _ => "EPERM",
                };
                self.report(
                    SyntaxError::new(word.span, format!("the flag `{flag}` needs a value"))
                        .code("unknown-flag")
                        .help(format!("write `{flag}={example}`")),
                );
                false
            }
        };
        fits.then(|| Flag { flag, value: value.map(<[u8]>::to_vec), word })
    }

    fn unknown_errno(&mut self, word: Word, errno: &[u8]) {
        let shown = String::from_utf8_lossy(errno).into_owned();
        let error =
            SyntaxError::new(word.span, format!("unknown error name `{shown}`")).code("unknown-errno");
        let meant = crate::vocabulary::did_you_mean(&shown, Errno::names());
        self.report(match meant {
            Some(name) => error.help(format!("did you mean `{name}`?")),
            None if shown.bytes().all(|byte| byte.is_ascii_digit()) => {
                error.help("write the name of the error, such as `EPERM`, not its number")
            }
            None => error.help(format!("write a name such as {}", one_of(&["EPERM", "EACCES", "ENOENT"]))),
        });
    }
}

fn conflict(one: &Flag, other: &Flag) -> bool {
    one.flag.conflicts_with(other.flag)
        || (one.flag == other.flag
            && one.value.is_some()
            && other.value.is_some()
            && one.value != other.value)
}
