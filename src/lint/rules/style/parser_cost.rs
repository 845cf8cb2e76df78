use crate::lint::rule::declare_rule;
use crate::lint::signs::{SignKind, signs};
use crate::lint::{FileContext, Findings, Rule};

declare_rule! {
    /// A path with three or more `**`.
    ///
    /// # Why
    /// Each `**` before the last lets the compiled automaton be at many places at once, and those multiply with the other rules of the
    /// profile: compiling takes minutes and gigabytes where it took seconds.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /srv/**/cache/**/tmp/** rw,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /srv/*/cache/** rw,
    /// ```
    ///
    /// # Source
    /// canonical/snapd pull request 12919
    pub struct ParserCost {
        id: "parser-cost",
        group: Style,
    }
}

/// From so many `**` on a path is told.
const FEWEST_DEEP: usize = 3;

impl Rule for ParserCost {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, _, _, path) in file.file_rules() {
            let pairs = path.raw(file.bytes()).windows(2).filter(|pair| pair == b"**").count();
            if pairs < FEWEST_DEEP {
                continue;
            }
            let runs = signs(path, file.bytes());
            let deep = runs.iter().filter(|sign| sign.kind == SignKind::Stars && sign.span.len() > 1).count();
            if deep >= FEWEST_DEEP {
                findings.report(
                    Self::finding(
                        file.location(path.span),
                        format!("{deep} `**` in one path are expensive to compile"),
                    )
                    .help("write `*` where one directory is meant, or split the rule"),
                );
            }
        }
    }
}
