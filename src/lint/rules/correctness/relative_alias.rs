use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::syntax::ItemKind;

declare_rule! {
    /// An alias with a side that is no absolute path.
    ///
    /// # Why
    /// An alias replaces the beginning of paths, and every path begins with `/`: this one never replaces anything, or makes paths that
    /// match nothing. apparmor_parser does not look.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// alias etc -> /srv/etc,
    ///
    /// profile example /usr/bin/example {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// alias /etc/ -> /srv/etc/,
    ///
    /// profile example /usr/bin/example {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Alias rules"; found with apparmor_parser 3.0.8 and 6.0
    pub struct RelativeAlias {
        id: "relative-alias",
        group: Correctness,
    }
}

impl Rule for RelativeAlias {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for item in file.items() {
            let ItemKind::Alias(alias) = &item.kind else { continue };
            for side in [alias.from, alias.to] {
                let text = side.text(file.bytes());
                if text.starts_with(b"/") {
                    continue;
                }
                let shown = file.show(&side);
                let finding =
                    Self::finding(file.location(side.span), format!("`{shown}` is no absolute path"));
                findings.report(match text.first() {
                    Some(b'@') => {
                        finding.note("in an alias variables are not replaced").help("write the path itself")
                    }
                    _ => finding.help(format!("write `/{shown}`")),
                });
            }
        }
    }
}
