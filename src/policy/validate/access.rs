//! What a rule lets do, `(send, receive)`: each kind of rule has its own words.

use super::{Check, one_of};
use crate::syntax::{self, SyntaxError};
use crate::vocabulary::{self, AccessTable};

impl Check<'_> {
    /// Checks the words of an access list; a bare word was only taken for an access because it is in the table.
    pub(super) fn access(&mut self, access: Option<&syntax::Words>, rule: &str, table: AccessTable) {
        let Some(syntax::Words::List(list)) = access else { return };
        for word in &list.items {
            let text = self.text(*word);
            if table.from_list(&text).is_some() {
                continue;
            }
            let preferred: Vec<_> = table.preferred().collect();
            let shown = self.show(*word);
            let message = format!("{} `{rule}` rule has no access `{shown}`", article(rule));
            let error = SyntaxError::new(word.span, message);
            let meant = vocabulary::did_you_mean(&shown, preferred.iter().copied());
            self.report(match (rule, &*text, meant) {
                ("dbus", b"acquire" | b"own", _) => error.help("write `bind` to let the program own a name"),
                _ if shown.contains('=') => {
                    error.help(format!("the list holds accesses alone: put `{shown}` behind its `)`"))
                }
                (_, _, Some(meant)) => error.help(format!("did you mean `{meant}`?")),
                _ => error.help(format!("use {}", one_of(&preferred))),
            });
        }
    }

    /// True when the rule has one of these accesses.
    pub(super) fn grants(&self, access: Option<&syntax::Words>, table: AccessTable, wanted: &str) -> bool {
        access.is_some_and(|access| {
            access
                .words()
                .iter()
                .filter_map(|word| table.from_list(&self.text(*word)))
                .any(|access| access.grants.contains(&wanted))
        })
    }
}

/// "a" or "an".
pub(super) fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" }
}
