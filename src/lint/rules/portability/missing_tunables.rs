use crate::diagnostic::Applicability;
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, FileKind, Findings, Rule};
use crate::source::Span;
use crate::syntax::ItemKind;

declare_rule! {
    /// A file with profiles that does not include `tunables/global`.
    ///
    /// # Why
    /// The tunables say where this system has its home directories, `/proc` and `/run`, and hold the aliases that the administrator
    /// has set. Without them the profile knows only the paths that its author had, the abstractions that use those variables cannot be
    /// included, and a site's aliases do not reach it.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// profile example /usr/bin/example {
    ///   /run/example.pid rw,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   @{run}/example.pid rw,
    /// }
    /// ```
    ///
    /// # Fix
    /// Adds the include. The file may then declare a variable that the tunables declare too, so it is made only when unsafe fixes are
    /// allowed.
    ///
    /// # Source
    /// apparmor.d(5), "Variables", "Alias rules"
    pub struct MissingTunables {
        id: "missing-tunables",
        group: Portability,
        severity: Note,
        default: On,
        fix: Unsafe,
    }
}

impl Rule for MissingTunables {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        let Some((_, first)) = file.profiles().next() else { return };
        // Another preamble that is included or written here may stand for the tunables.
        let has_preamble = file.file.items.iter().any(|item| {
            matches!(item.kind, ItemKind::Include(_) | ItemKind::Assignment(_) | ItemKind::Alias(_))
        });
        if has_preamble || file.kind != FileKind::Profile {
            return;
        }
        let at = behind_abi(file);
        findings.report(
            Self::finding(file.location(first.name.span), "the file does not include `tunables/global`")
                .note("paths of this system and aliases of its administrator come from there")
                .help("write `include <tunables/global>` before the first profile")
                .fix(
                    "add the include",
                    Applicability::Unsafe,
                    vec![(at, b"include <tunables/global>\n\n".to_vec())],
                ),
        );
    }
}

/// In front of the first item that is neither a comment nor the `abi` line.
fn behind_abi(file: &FileContext<'_>) -> Span {
    let first =
        file.file.items.iter().find(|item| !matches!(item.kind, ItemKind::Comment(_) | ItemKind::Abi(_)));
    Span::at(first.map_or(0, |item| item.span.start as usize))
}
