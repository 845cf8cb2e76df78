use crate::diagnostic::Applicability;
use crate::lint::rule::declare_rule;
use crate::lint::signs::{Sign, SignKind, contains, signs};
use crate::lint::{FileContext, Findings, ProfileContext, Rule};
use crate::source::Span;

declare_rule! {
    /// Two slashes in a row in a path.
    ///
    /// Behind the first character apparmor_parser makes them one. At the beginning they stay, and a variable whose value begins with
    /// `/` puts a second one there too.
    ///
    /// # Why
    /// No path of the kernel begins with `//`: such a rule never matches anything.
    ///
    /// # Bad
    /// ```apparmor rules
    /// //etc/passwd r,
    /// ```
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// @{data} = /srv/a /srv/b
    ///
    /// profile example /usr/bin/example {
    ///   /@{data}/index r,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /etc/passwd r,
    /// @{PROC}/cpuinfo r,
    /// ```
    ///
    /// # Fix
    /// Removes the second slash. At the beginning of a path the rule then matches what it did not match before, so there it is made only
    /// when unsafe fixes are allowed.
    ///
    /// # Source
    /// found with apparmor_parser 3.0.8 and 6.0
    pub struct DoubleSlash {
        id: "double-slash",
        group: Correctness,
        fix: Unsafe,
    }
}

impl Rule for DoubleSlash {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, _, _, path) in file.file_rules() {
            if !contains(path.text(file.bytes()), b"//") {
                continue;
            }
            let signs = signs(path, file.bytes());
            let Some(at) = doubled(&signs) else { continue };
            let span = signs[at].span.to(signs[at + 1].span);
            let (message, applicability) = if at == 0 {
                ("this rule never matches: no path begins with `//`", Applicability::Unsafe)
            } else {
                ("two slashes in a row are read as one", Applicability::Safe)
            };
            findings.report(Self::finding(file.location(span), message).help("remove one of them").fix(
                "remove one slash",
                applicability,
                vec![(span, b"/".to_vec())],
            ));
        }
    }

    fn check_profile(&self, context: &ProfileContext<'_>, findings: &mut Findings) {
        for (rule, access) in context.shown_files {
            let path = &access.path;
            if !path.has_variables || !(path.text.starts_with(b"//") || path.text.starts_with(b"/{/")) {
                continue;
            }
            let raw = context.text(path.location);
            let written = raw.strip_prefix(b"\"").unwrap_or(&raw);
            // Written as two slashes it is found in the text.
            if !written.starts_with(b"/@{") {
                continue;
            }
            let dead = path.glob.strings(64).and_then(|paths| {
                let dead = paths.iter().find(|path| path.starts_with(b"//")).cloned();
                dead.filter(|_| paths.iter().all(|path| path.starts_with(b"//")))
            });
            let dead = dead.or_else(|| path.text.starts_with(b"//").then(|| path.text.to_vec()));
            let Some(dead) = dead else { continue };
            let at = path.location;
            let slash = at.span.start as usize + usize::from(raw.starts_with(b"\""));
            findings.report(
                context.reached_by(
                    &rule.origin,
                    Self::finding(at, "this rule never matches: the variable begins with a `/` of its own")
                        .note(format!(
                            "with its variables replaced the path is `{}`",
                            String::from_utf8_lossy(&dead)
                        ))
                        .help("remove the `/` before the variable")
                        .fix(
                            "remove the slash",
                            Applicability::Unsafe,
                            vec![(Span::new(slash, slash + 1), Vec::new())],
                        ),
                ),
            );
        }
    }
}

/// The first of two signs that are both a slash.
fn doubled(signs: &[Sign]) -> Option<usize> {
    let is_slash = |sign: &Sign| sign.kind == SignKind::Byte(b'/');
    signs.windows(2).position(|pair| is_slash(&pair[0]) && is_slash(&pair[1]))
}
