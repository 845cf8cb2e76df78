use crate::diagnostic::Applicability;
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, FileKind, Findings, Rule};
use crate::source::Span;
use crate::syntax::ItemKind;

declare_rule! {
    /// A profile without an `abi` line.
    ///
    /// # Why
    /// Which of its rules are enforced then depends on the defaults of the parser that compiles it and on the kernel below: the same
    /// text confines less on one system, and breaks the program on another.
    ///
    /// # Bad
    /// ```apparmor
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// An `abi` in an abstraction does not count.
    /// ```apparmor
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   include <abstractions/example>
    /// }
    /// ```
    /// ```apparmor file=abstractions/example
    /// abi <abi/4.0>,
    /// /etc/passwd r,
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// ```apparmor
    /// include <tunables/example>
    ///
    /// profile example /usr/bin/example {
    ///   /etc/passwd r,
    /// }
    /// ```
    /// ```apparmor file=tunables/example
    /// abi <abi/4.0>,
    /// ```
    ///
    /// # Fix
    /// Adds the newest `abi` line that the target has, or `abi <abi/4.0>,`; an older one where the base directory lacks that. It can change what is enforced, so it is made only when
    /// unsafe fixes are allowed.
    ///
    /// # Source
    /// apparmor.d(5), "Feature ABI"; containerd issue 12726
    pub struct MissingAbi {
        id: "missing-abi",
        group: Portability,
        default: On,
        fix: Unsafe,
    }
}

/// Without a target: every release that is still looked after has it but Debian 12 and Ubuntu 22.04.
const USUAL_ABI: &str = "4.0";

impl Rule for MissingAbi {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        // Also one that an include of the file's head brings.
        let has_abi = file.policy.abi.is_some();
        let Some((_, first)) = file.profiles().next() else { return };
        if has_abi || file.kind != FileKind::Profile {
            return;
        }
        let finding = Self::finding(file.location(first.name.span), "the file names no `abi`").note(
            "which rules are enforced then depends on the parser and the kernel that the profile meets",
        );
        let wanted = match file.target {
            None => Some(USUAL_ABI),
            Some(target) => target.abi_files().iter().copied().rfind(|abi| !abi.contains('-')),
        };
        let Some(wanted) = wanted else {
            findings.report(finding.help("this target has no `abi` files"));
            return;
        };
        let Some(abi) = at_hand(file, wanted) else {
            let help = format!(
                "begin the file with `abi <abi/{wanted}>,`, for which the base directory has no file"
            );
            findings.report(finding.help(help));
            return;
        };
        findings.report(finding.help(format!("begin the file with `abi <abi/{abi}>,`")).fix(
            format!("add `abi <abi/{abi}>,`"),
            Applicability::Unsafe,
            vec![(first_statement(file), format!("abi <abi/{abi}>,\n\n").into_bytes())],
        ));
    }
}

/// The abi file to name: the wanted one, or the newest before it that there is. One that is not there would be refused.
fn at_hand<'a>(file: &FileContext<'a>, wanted: &'a str) -> Option<&'a str> {
    let Some(abis) = file.abis else { return Some(wanted) };
    let number = |abi: &str| -> Option<Vec<u32>> { abi.split('.').map(|part| part.parse().ok()).collect() };
    let fits = |abi: &&str| number(abi).is_some_and(|abi| Some(abi) <= number(wanted));
    abis.iter().map(String::as_str).filter(fits).max_by_key(|abi| number(abi))
}

/// In front of the first item that is no comment: a licence stays at the head of the file.
fn first_statement(file: &FileContext<'_>) -> Span {
    let first = file.file.items.iter().find(|item| !matches!(item.kind, ItemKind::Comment(_)));
    Span::at(first.map_or(0, |item| item.span.start as usize))
}
