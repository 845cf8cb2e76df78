//! `change_profile unsafe /bin/x -> profile,`

use super::Check;
use crate::syntax::{ChangeProfileRule, SyntaxError};

impl Check<'_> {
    pub(super) fn change_profile(&mut self, rule: &ChangeProfileRule) {
        let Some(exec) = rule.exec else { return };
        let text = self.text(exec);
        if !text.starts_with(b"/") && !text.starts_with(b"@{") {
            let shown = self.show(exec);
            self.report(
                SyntaxError::new(exec.span, format!("`{shown}` is no path of a program"))
                    .code("relative-path")
                    .help("begin it with `/` or a variable, or write `->` before the name of a profile"),
            );
        }
    }
}
