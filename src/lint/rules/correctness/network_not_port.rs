use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;
use crate::syntax::{Item, ItemKind, RuleKind};

declare_rule! {
    /// A network rule under a comment that names a port, while the rule opens them all.
    ///
    /// # Why
    /// `network tcp,` lets the program create TCP sockets of every kind and use every port, inwards and outwards. Who reads the comment
    /// believes that the others are closed.
    ///
    /// # Bad
    /// ```apparmor rules
    /// # allow port 80 only
    /// network tcp,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// # TCP over IPv4; AppArmor does not limit the ports here, the firewall does
    /// network inet stream,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Network rules"
    pub struct NetworkNotPort {
        id: "network-not-port",
        group: Correctness,
    }
}

impl Rule for NetworkNotPort {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (index, item) in file.walked.iter().enumerate() {
            let ItemKind::Rule(rule) = &item.kind else { continue };
            let RuleKind::Network(network) = &rule.kind else { continue };
            let conditions =
                network.conditions.iter().chain(network.peer.iter().flat_map(|peer| &peer.conditions));
            if conditions.into_iter().any(|condition| condition.name.raw(file.bytes()) == b"port") {
                continue;
            }
            let claim = item
                .comment
                .map(|comment| comment.span)
                .into_iter()
                .chain(comments_above(file, &file.walked[..index], item))
                .find_map(|comment| port_in(file.text(comment)).map(|at| shifted(at, comment)));
            let Some(claim) = claim else { continue };
            let kept = "AppArmor cannot keep it to that before 4.0, and then only with `port=`";
            findings.report(
                Self::finding(file.location(item.span), "this rule opens every port, whatever its comment says")
                    .related(file.location(claim), "a port is named here")
                    .note(kept)
                    .help("limit the ports with a firewall, or with `port=` and an `abi` that has it, and correct the comment"),
            );
        }
    }
}

/// The comments on the lines right above, with other network rules between them.
fn comments_above(file: &FileContext<'_>, before: &[&Item], item: &Item) -> Vec<Span> {
    let mut start = item.span.start as usize;
    let comments = before.iter().rev().map_while(|above| {
        // What holds the item ends behind it.
        let between = file.bytes().get((above.span.end as usize).saturating_sub(1)..start)?;
        let is_line_above = between.iter().filter(|byte| **byte == b'\n').count() == 1;
        let is_network =
            matches!(&above.kind, ItemKind::Rule(rule) if matches!(rule.kind, RuleKind::Network(_)));
        let is_comment = matches!(above.kind, ItemKind::Comment(_));
        if !is_line_above || !(is_network || is_comment) {
            return None;
        }
        start = above.span.start as usize;
        Some(is_comment.then_some(above.span))
    });
    comments.flatten().collect()
}

fn shifted(at: Span, comment: Span) -> Span {
    Span { start: comment.start + at.start, end: comment.start + at.end }
}

/// Where a text speaks of a port with its number: "port 80", "ports 80 and 443", "80/tcp", ":443".
fn port_in(text: &[u8]) -> Option<Span> {
    let lower = text.to_ascii_lowercase();
    let word_at = |at: usize| at == 0 || !lower[at - 1].is_ascii_alphanumeric();
    for (at, window) in lower.windows(4).enumerate() {
        if window != b"port" || !word_at(at) {
            continue;
        }
        let rest = &lower[at + 4..];
        let rest = rest.strip_prefix(b"s").unwrap_or(rest);
        let gap = rest.iter().take_while(|byte| matches!(byte, b' ' | b':' | b'=' | b'#' | b'(')).count();
        let digits = rest[gap..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if gap > 0 && digits > 0 {
            return Some(Span::new(at, text.len() - rest.len() + gap + digits));
        }
    }
    // `80/tcp` and `tcp/80`
    for (at, window) in lower.windows(4).enumerate() {
        let before = lower[..at].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        if matches!(window, b"/tcp" | b"/udp") && before > 0 {
            return Some(Span::new(at - before, at + 4));
        }
        let after = lower[at + 4..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if matches!(window, b"tcp/" | b"udp/") && after > 0 && word_at(at) {
            return Some(Span::new(at, at + 4 + after));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_in_comments() {
        let found =
            |text: &'static str| port_in(text.as_bytes()).map(|span| span.of(text.as_bytes()).to_vec());
        assert_eq!(found("# Allow port 80 only"), Some(b"port 80".to_vec()));
        assert_eq!(found("# Ports: 80 and 443"), Some(b"Ports: 80".to_vec()));
        assert_eq!(found("# listen on 443/tcp"), Some(b"443/tcp".to_vec()));
        assert_eq!(found("# tcp/8080"), Some(b"tcp/8080".to_vec()));
        for text in [
            "# Network access",
            "# support 2 families",
            "# transport 4",
            "# report",
            "# port forwarding",
            "#",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
