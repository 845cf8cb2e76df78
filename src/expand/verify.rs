//! Is the expansion the policy that it was made from?

use super::rule::patterns;
use super::word::{Place, canonical};
use crate::policy::{Policy, ResolvedFlag, ResolvedProfile, ResolvedRule};

/// Compares what two policies come to.
///
/// # Errors
/// What differs first, in words.
pub(super) fn same(before: &Policy, after: &Policy) -> Result<(), String> {
    if let Some(error) = after.diagnostics.first() {
        return Err(format!("the expansion does not compile: {}", error.message));
    }
    let (before, after) = (before.all_profiles(), after.all_profiles());
    let mut after = after.collect::<Vec<_>>().into_iter();
    for one in before {
        let Some(other) = after.next() else { return Err(missing(one)) };
        same_profile(one, other)?;
    }
    after.next().map_or(Ok(()), |more| Err(missing(more)))
}

fn missing(profile: &ResolvedProfile) -> String {
    format!("the profile `{}` stands on one side only", profile.display_name())
}

fn same_profile(one: &ResolvedProfile, other: &ResolvedProfile) -> Result<(), String> {
    let name = one.display_name();
    let flags = |profile: &ResolvedProfile| -> Vec<_> {
        profile.flags.iter().map(|ResolvedFlag { flag, value, .. }| (*flag, value.clone())).collect()
    };
    let attachment = |profile: &ResolvedProfile| {
        let attachment = profile.attachment.as_ref()?;
        Some((form(&attachment.pattern.text, Place::Path), attachment.is_name))
    };
    if name != other.display_name() || one.kind != other.kind {
        return Err(format!("the profile `{name}` became `{}`", other.display_name()));
    }
    if one.mode != other.mode || flags(one) != flags(other) || one.xattrs != other.xattrs {
        return Err(format!("the flags of the profile `{name}` differ"));
    }
    if attachment(one) != attachment(other) {
        return Err(format!("the attachment of the profile `{name}` differs"));
    }
    if one.rules.len() != other.rules.len() {
        return Err(format!(
            "the profile `{name}` has {} rules, then {}",
            one.rules.len(),
            other.rules.len()
        ));
    }
    for (rule, again) in one.rules_as_compiled().into_iter().zip(other.rules_as_compiled()) {
        if fingerprint(rule) != fingerprint(again) {
            return Err(format!("a rule of the profile `{name}` differs: {:?}", fingerprint(rule)));
        }
    }
    Ok(())
}

/// What of a rule is not the same words anyway.
fn fingerprint(rule: &ResolvedRule) -> impl PartialEq + std::fmt::Debug {
    let texts: Vec<_> =
        patterns(&rule.kind).iter().map(|(pattern, place)| form(&pattern.text, *place)).collect();
    let kind = std::mem::discriminant(&rule.kind);
    (kind, texts, rule.decision, rule.audit, rule.priority, rule.ownership)
}

/// The text as it is written; one that a variable keeps as it is.
fn form(text: &[u8], place: Place) -> Vec<u8> {
    canonical(text, place).unwrap_or_else(|| text.to_vec())
}
