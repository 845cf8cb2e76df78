//! What a rule lets do, `(send, receive)`: each kind of rule has its own words.

use super::Check;
use crate::syntax;
use crate::vocabulary::AccessTable;

impl Check<'_> {
    /// Checks the words of an access list; a bare word was only taken for an access because it is in the table.
    pub(super) fn access(&mut self, access: Option<&syntax::Access>, rule: &str, table: AccessTable) {
        let Some(syntax::Access::List(list)) = access else { return };
        for word in &list.items {
            if table.from_name(&self.text(*word)).is_none() {
                let preferred: Vec<_> = table.preferred().collect();
                let what = format!("access in {} `{rule}` rule", article(rule));
                self.unknown("syntax", *word, &what, &preferred);
            }
        }
    }

    /// True when the rule has one of these accesses.
    pub(super) fn grants(&self, access: Option<&syntax::Access>, table: AccessTable, wanted: &str) -> bool {
        access.is_some_and(|access| {
            access
                .words()
                .iter()
                .filter_map(|word| table.from_name(&self.text(*word)))
                .any(|access| access.grants.contains(&wanted))
        })
    }
}

/// "a" or "an".
pub(super) fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" }
}
