//! `signal (send, receive) set=(term, kill) peer=foo,`

use super::Check;
use super::condition::Conditions;
use crate::syntax::{Condition, SignalRule, SyntaxError};
use crate::vocabulary::{MAX_REALTIME_SIGNAL, SIGNAL, Signal, conditions};

const TABLE: Conditions = Conditions { rule: "signal", local: conditions::SIGNAL, peer: &[] };

impl Check<'_> {
    pub(super) fn signal(&mut self, rule: &SignalRule) {
        self.access(rule.access.as_ref(), "signal", SIGNAL);
        let is_peer = |condition: &&Condition| condition.name.raw(self.source) == b"peer";
        let peers: Vec<_> = rule.conditions.iter().filter(is_peer).collect();
        self.once(peers.into_iter());
        for condition in &rule.conditions {
            if self.known_condition(condition, &TABLE, super::condition::Side::Local)
                && condition.name.raw(self.source) == b"set"
            {
                self.signal_set(condition);
            }
        }
    }

    fn signal_set(&mut self, condition: &Condition) {
        for word in self.values(condition) {
            self.signal_name(*word, &self.text(*word));
        }
    }

    /// Reports `name`, which stands in `word`, when it is no signal of the target.
    pub(super) fn signal_name(&mut self, word: crate::syntax::Word, name: &[u8]) {
        let shown = String::from_utf8_lossy(name).into_owned();
        if Signal::from_name(name).is_some() {
            let since = Signal::since(name);
            self.since(word.span, &format!("the signal `{shown}` needs"), since);
            return;
        }
        let lower = shown.to_ascii_lowercase();
        let bare = lower.strip_prefix("sig").unwrap_or(&lower);
        let error = SyntaxError::new(word.span, format!("unknown signal `{shown}`")).code("unknown-signal");
        if bare != shown
            && Signal::from_name(bare.as_bytes()).is_some()
            && Signal::since(bare.as_bytes()) <= self.version
        {
            let error = error.help(format!("write `{bare}`: small letters, without `SIG`"));
            // In `kill.signal=SIG` the word is more than the signal.
            self.report(match word.text(self.source) == name {
                true => error.fix(format!("write `{bare}`"), word.span, bare),
                false => error,
            });
        } else if lower.contains("rtm") || lower.starts_with("rt") {
            self.report(
                error.help(format!("write real-time signals `rtmin+0` to `rtmin+{MAX_REALTIME_SIGNAL}`")),
            );
        } else if name.contains(&b',') {
            self.report(
                error.help(format!("write several signals as a list: `set=({})`", shown.replace(',', ", "))),
            );
        } else if name.iter().all(u8::is_ascii_digit) && !name.is_empty() {
            self.report(error.help("write the name of the signal, such as `term` or `kill`"));
        } else {
            let names: Vec<_> =
                Signal::names().filter(|name| Signal::since(name.as_bytes()) <= self.version).collect();
            self.unknown("unknown-signal", word, "signal", &names);
        }
    }
}
