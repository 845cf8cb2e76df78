use crate::diagnostic::Applicability;
use crate::lint::edits::removal;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::source::FileId;
use std::collections::{BTreeSet, HashMap};

declare_rule! {
    /// A variable that is declared beside a profile and used nowhere.
    ///
    /// Neither in the file nor in what it includes. Variables of tunables are for others to use, and not looked at.
    ///
    /// # Why
    /// Who changes its value believes that he changes the policy: most often the name is misspelt in one of the two places.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// @{data} = /srv/example/
    ///
    /// profile example /usr/bin/example {
    ///   /usr/bin/example mr,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// @{data} = /srv/example/
    ///
    /// profile example /usr/bin/example {
    ///   @{data}/** r,
    /// }
    /// ```
    ///
    /// # Fix
    /// Removes the line. What is compiled stays the same.
    ///
    /// # Source
    /// apparmor.d(5), "Variables"
    pub struct UnusedVariable {
        id: "unused-variable",
        group: Redundancy,
        fix: Safe,
    }
}

impl Rule for UnusedVariable {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let policy = profile.policy;
        // Once a file is enough, and without all includes nothing can be said.
        let is_first = policy.profiles.first().is_some_and(|first| std::ptr::eq(first, profile.profile));
        if !is_first || !policy.complete {
            return;
        }
        let mut names: Vec<&[u8]> = policy
            .variables
            .declared_in(policy.root)
            .filter(|name| policy.variables.declared(name).is_some_and(|place| place.file == policy.root))
            .collect();
        if names.is_empty() {
            return;
        }
        names.sort_unstable();
        names.dedup();
        let words: Vec<Vec<u8>> = names
            .iter()
            .map(|name| {
                let is_boolean = policy.variables.boolean(name).is_some();
                [if is_boolean { &b"${"[..] } else { b"@{" }, name, b"}"].concat()
            })
            .collect();
        let mut counts: HashMap<&[u8], Count> =
            words.iter().map(|word| (word.as_slice(), Count::default())).collect();
        // Most are used in the file itself, and that ends the search.
        let others = || -> BTreeSet<FileId> {
            let included = policy.includes.iter().filter_map(|include| include.file);
            included.filter(|file| *file != policy.root).collect()
        };
        for file in std::iter::once(policy.root).chain(std::iter::once_with(others).flatten()) {
            count(profile.sources.get(file).bytes(), &mut counts);
            if counts.values().all(|count| count.uses > 0) {
                return;
            }
        }
        for (name, word) in names.into_iter().zip(&words) {
            let Some(place) = policy.variables.declared(name) else { continue };
            let Count { uses, declarations } = counts[word.as_slice()];
            // What swallows another assignment is told by `assignment-swallows`.
            let swallows = profile.text(place).iter().filter(|byte| **byte == b'=').count() > 1;
            if uses > 0 || swallows {
                continue;
            }
            let shown = String::from_utf8_lossy(word).into_owned();
            let finding = Self::finding(place, format!("`{shown}` is used nowhere"))
                .help("remove it, or correct the name where it was meant");
            let span =
                removal(profile.sources.get(place.file).bytes(), place.span).filter(|_| declarations == 1);
            findings.report(match span {
                Some(span) => {
                    finding.fix("remove the variable", Applicability::Safe, vec![(span, Vec::new())])
                }
                None => finding,
            });
        }
    }
}

/// How often a variable is used, and how often it is given values.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    uses: usize,
    declarations: usize,
}

/// Counts the words, such as `@{NAME}`, in one pass, however many they are.
fn count(source: &[u8], counts: &mut HashMap<&[u8], Count>) {
    let mut next = 0;
    while let Some(offset) = source[next..].iter().position(|byte| matches!(byte, b'@' | b'$')) {
        let at = next + offset;
        next = at + 1;
        let Some(length) = source[at..].iter().position(|byte| matches!(byte, b'}' | b'\n')) else { break };
        let (word, behind) = source[at..].split_at(length + 1);
        let Some(count) = counts.get_mut(word) else { continue };
        let line_start = source[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let before = source[line_start..at].trim_ascii_start();
        if before.starts_with(b"#") && !before.starts_with(b"#include") {
            continue;
        }
        let behind = behind.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_start();
        let is_declaration = before.is_empty()
            && [&b"="[..], b"+=", b"?="].iter().any(|operator| behind.starts_with(operator));
        count.declarations += usize::from(is_declaration);
        count.uses += usize::from(!is_declaration);
    }
}
