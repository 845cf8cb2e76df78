use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::syntax::{Block, ItemKind, RuleKind};
use crate::vocabulary::Version;

declare_rule! {
    /// A rule inside a rule block, or a limit inside a conditional, that apparmor_parser reads, checks and throws away.
    ///
    /// Only file rules, link rules and change_profile rules survive in `audit { }`, `deny { }`, `owner { }` and `{ }`. Up to AppArmor 3.0
    /// the same goes for `if`, which keeps capabilities too.
    ///
    /// # Why
    /// Policy is lost without a word: what the rule should allow is refused, and what it should deny is not denied.
    ///
    /// # Bad
    /// ```apparmor rules
    /// audit {
    ///   /etc/passwd r,
    ///   network inet,
    /// }
    /// ```
    ///
    /// ```apparmor target=debian-12
    /// abi <abi/3.0>,
    ///
    /// include <tunables/global>
    ///
    /// ${EXAMPLE_ONLINE}=true
    ///
    /// profile example /usr/bin/example {
    ///   if ${EXAMPLE_ONLINE} {
    ///     network inet stream,
    ///   }
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// audit {
    ///   /etc/passwd r,
    /// }
    /// audit network inet,
    /// ```
    /// ```apparmor target=debian-12
    /// abi <abi/3.0>,
    ///
    /// include <tunables/global>
    ///
    /// ${EXAMPLE_ONLINE}=true
    ///
    /// profile example /usr/bin/example {
    ///   if ${EXAMPLE_ONLINE} {
    ///     /etc/resolv.conf r,
    ///
    ///     capability net_bind_service,
    ///   }
    /// }
    /// ```
    ///
    /// # Source
    /// found with apparmor_parser 3.0.8 and 6.0: the compiled policy is the same without the rule; for `if`, with 3.0.8, 4.1.0 and 5.0.2
    pub struct DiscardedInBlock {
        id: "discarded-in-block",
        group: Error,
    }
}

/// Where a rule stands.
#[derive(Clone, Copy, Default)]
struct Place {
    in_block: bool,
    in_conditional: bool,
}

/// Does a conditional drop a rule of this kind?
fn dropped_in_conditional(kind: &RuleKind, file: &FileContext<'_>) -> bool {
    let keeps_most = file.target.unwrap_or_default().version() >= Version::V4_0;
    matches!(kind, RuleKind::Rlimit(_)) || !(keeps_most || matches!(kind, RuleKind::Capability(_)))
}

impl Rule for DiscardedInBlock {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, profile) in file.profiles() {
            look(&profile.body, Place::default(), file, findings);
        }
        // A file of rules alone stands inside a profile.
        for item in &file.file.items {
            look_at(&item.kind, Place::default(), file, findings);
        }
    }
}

fn look(block: &Block, place: Place, file: &FileContext<'_>, findings: &mut Findings) {
    for item in &block.items {
        let what = match &item.kind {
            ItemKind::Rule(rule) => match rule.kind {
                RuleKind::File(_) | RuleKind::Link(_) | RuleKind::ChangeProfile(_) => None,
                ref kind => {
                    let is_dropped =
                        place.in_block || (place.in_conditional && dropped_in_conditional(kind, file));
                    let what = if matches!(kind, RuleKind::Rlimit(_)) { "this limit" } else { "this rule" };
                    is_dropped.then_some(what)
                }
            },
            ItemKind::Profile(_) if place.in_block => Some("this profile"),
            _ => None,
        };
        if let Some(what) = what {
            let (block, out) = if place.in_block {
                ("a rule block", "the block")
            } else {
                ("a conditional", "the conditional")
            };
            let span = match &item.kind {
                ItemKind::Profile(profile) => profile.name.span,
                _ => item.span,
            };
            findings.report(
                DiscardedInBlock::finding(
                    file.location(span),
                    format!("{what} is thrown away: it stands in {block}"),
                )
                .note("apparmor_parser reads and checks it, and leaves it out of the policy")
                .help(format!("move it out of {out}, with its qualifiers before it")),
            );
        }
        look_at(&item.kind, place, file, findings);
    }
}

fn look_at(kind: &ItemKind, place: Place, file: &FileContext<'_>, findings: &mut Findings) {
    match kind {
        ItemKind::Block(block) => look(&block.body, Place { in_block: true, ..place }, file, findings),
        ItemKind::Conditional(conditional) => {
            let place = Place { in_conditional: true, ..place };
            let blocks = conditional.branches.iter().map(|branch| &branch.body);
            for block in blocks.chain(conditional.otherwise.iter().map(|(_, block)| block)) {
                look(block, place, file, findings);
            }
        }
        _ => {}
    }
}
