use crate::diagnostic::Applicability;
use crate::lint::edits::removal;
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::syntax::{FileRule, Item, ItemKind, Qualifiers, RuleKind, Word};
use crate::vocabulary::{ExecMode, Permissions};

declare_rule! {
    /// Two rules in a row for one path, with different permissions.
    ///
    /// # Why
    /// What may be done with the file is seen only by who finds both.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /var/lib/example/state r,
    /// /var/lib/example/state w,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /var/lib/example/state rw,
    /// ```
    ///
    /// # Fix
    /// Gives the first the permissions of both and removes the second. What is compiled stays the same.
    ///
    /// # Source
    /// apparmor.d(5), "File Rules": permissions of rules that match one path are added up
    pub struct MergeableRules {
        id: "mergeable-rules",
        group: Redundancy,
        fix: Safe,
    }
}

impl Rule for MergeableRules {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        let bodies = file.items().filter_map(|item| match &item.kind {
            ItemKind::Profile(profile) => Some(&profile.body.items),
            ItemKind::Block(block) => Some(&block.body.items),
            _ => None,
        });
        for items in std::iter::once(&file.file.items).chain(bodies) {
            check(file, items, findings);
        }
    }
}

fn check(file: &FileContext<'_>, items: &[Item], findings: &mut Findings) {
    let mut index = 0;
    while index + 1 < items.len() {
        let (first, second) = (&items[index], &items[index + 1]);
        index += 1;
        let Some(merged) = merged(file, first, second) else { continue };
        let (Some(path), Some(permissions)) = (merged.path, merged.permissions) else { continue };
        let finding = MergeableRules::finding(
            file.location(second.span),
            format!("the rule above is for `{}` too", file.show(&path)),
        )
        .related(file.location(first.span), "this one")
        .help(format!("write one rule with `{}`", merged.letters));
        let removed = removal(file.bytes(), second.span).filter(|_| second.comment.is_none());
        findings.report(match removed {
            Some(span) => finding.fix(
                "merge the two",
                Applicability::Safe,
                vec![(permissions.span, merged.letters.into_bytes()), (span, Vec::new())],
            ),
            None => finding,
        });
        // The second is gone with the fix; what follows it is looked at in the next round.
        index += 1;
    }
}

struct Merged {
    path: Option<Word>,
    permissions: Option<Word>,
    letters: String,
}

/// The two as one, where they differ in permissions alone.
fn merged(file: &FileContext<'_>, first: &Item, second: &Item) -> Option<Merged> {
    let ((one_before, one), (other_before, other)) = (file_rule(first)?, file_rule(second)?);
    let same_path = file.text(one.path?.span) == file.text(other.path?.span);
    let same_words = file.text(one_before.span) == file.text(other_before.span)
        && one.safety.is_none()
        && other.safety.is_none()
        && one.subset.is_none()
        && other.subset.is_none()
        && one.target.is_none()
        && other.target.is_none();
    if !same_path || !same_words {
        return None;
    }
    let (left, left_exec) = letters(file.text(one.permissions?.span));
    let (right, right_exec) = letters(file.text(other.permissions?.span));
    // Where one has all of the other, `subsumed-rule` tells it.
    if left.contains(right) || right.contains(left) {
        return None;
    }
    let both = left | right;
    let has_write_and_append = both.contains(Permissions::WRITE | Permissions::APPEND);
    let two_modes = left_exec.is_some() && right_exec.is_some();
    if has_write_and_append || two_modes {
        return None;
    }
    let mode = left_exec.or(right_exec);
    let plain = (both - Permissions::EXEC).to_string();
    let exec = match mode {
        Some(mode) => mode.to_string(),
        None if both.contains(Permissions::EXEC) => "x".to_owned(),
        None => String::new(),
    };
    Some(Merged { path: one.path, permissions: one.permissions, letters: plain + &exec })
}

fn file_rule(item: &Item) -> Option<(&Qualifiers, &FileRule)> {
    match &item.kind {
        ItemKind::Rule(rule) => match &rule.kind {
            RuleKind::File(file) => Some((&rule.qualifiers, file)),
            _ => None,
        },
        _ => None,
    }
}

fn letters(word: &[u8]) -> (Permissions, Option<ExecMode>) {
    let at = word.iter().position(|letter| b"iIuUpPcC".contains(letter));
    let (plain, behind) = word.split_at(at.unwrap_or(word.len()));
    let length = behind.iter().position(|letter| letter.eq_ignore_ascii_case(&b'x')).map_or(0, |at| at + 1);
    let mode = ExecMode::from_name(&behind[..length]);
    let rest = plain.iter().chain(&behind[length..]);
    let permissions: Permissions = rest.filter_map(|letter| Permissions::from_letter(*letter)).collect();
    (if mode.is_some() { permissions | Permissions::EXEC } else { permissions }, mode)
}
