//! `capability chown setuid,`

use super::{Check, known};
use crate::syntax::{CapabilityRule, SyntaxError};
use crate::vocabulary::{Capability, Word as _};

impl Check<'_> {
    pub(super) fn capability(&mut self, rule: &CapabilityRule) {
        for word in &rule.names {
            let raw = word.raw(self.source);
            if Capability::from_name(raw).is_some() {
                continue;
            }
            let lower = raw.to_ascii_lowercase();
            let bare = lower.strip_prefix(b"cap_").unwrap_or(&lower);
            match Capability::from_name(bare) {
                Some(capability) => {
                    let name = capability.name();
                    let text = self.show(*word);
                    self.report(
                        SyntaxError::new(word.span, format!("unknown capability `{text}`"))
                            .code("unknown-capability")
                            .help(format!("write `{name}`: small letters, without `CAP_`"))
                            .fix(format!("write `{name}`"), word.span, name),
                    );
                }
                None if bare == b"all" => self.report(
                    SyntaxError::new(word.span, "unknown capability `all`")
                        .code("unknown-capability")
                        .help("write `capability,` without a name to mean all of them"),
                ),
                None => self.unknown(
                    "unknown-capability",
                    *word,
                    "capability",
                    &known::<Capability>(self.version),
                ),
            }
        }
    }
}
