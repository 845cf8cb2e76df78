use super::negated_class_chain;
use crate::lint::danger::report;
use crate::lint::rule::declare_rule;
use crate::lint::signs::{Sign, SignKind, contains, signs};
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;

declare_rule! {
    /// A class `[^…]` in the middle of a path element, where it also matches `/`.
    ///
    /// Next to a `/` it is left alone, since no path has two in a row, and so is one before `**` or a last `*/**`, which leave the
    /// directory anyway.
    ///
    /// # Why
    /// `*` and `?` stop at `/`, `[^…]` does not: the expression leaves the directory that it seems to stay in. Docker's default profile
    /// denied writing to all of `/proc/sys` this way, where one directory was meant.
    ///
    /// # Bad
    /// ```apparmor rules
    /// deny /proc/sys/net/if[^0-9]* w,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// deny /proc/sys/net/if[^0-9/]* w,
    /// deny /srv/[^.]* w,
    /// deny /sys/fs/c[^g]*/** w,
    /// deny /proc/sys/k[^e]*{,/**} w,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Globbing (AARE)"; moby/moby issue 39791
    pub struct NegatedClassMatchesSlash {
        id: "negated-class-matches-slash",
        group: Correctness,
    }
}

/// So many in one file some program wrote.
const MOST_ALIKE: usize = 8;

impl Rule for NegatedClassMatchesSlash {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        let mut found = Vec::new();
        for (_, _, _, path) in file.file_rules() {
            if !contains(path.text(file.bytes()), b"[^") {
                continue;
            }
            let signs = signs(path, file.bytes());
            let chains = negated_class_chain::chains(&signs, file.bytes());
            for span in crossing(&signs, file.bytes()) {
                if chains.iter().any(|chain| chain.contains(span)) {
                    continue;
                }
                let class = String::from_utf8_lossy(file.text(span));
                let inner = class.trim_end_matches(']');
                let finding = Self::finding(file.location(span), format!("`{class}` matches `/` too"))
                    .note("unlike `*` and `?`, a class leaves the directory")
                    .help(format!("write `{inner}/]` to stay in it"));
                found.push(((), finding));
            }
        }
        report::report_folded(found, MOST_ALIKE, findings);
    }
}

/// The negated classes without a `/` that can stand for one and so reach where the rest of the expression does not.
fn crossing(signs: &[Sign], source: &[u8]) -> Vec<Span> {
    let mut found = Vec::new();
    // What stands before the first sign of an alternative is what stands before its group.
    let mut before_group: Vec<bool> = Vec::new();
    let mut is_behind_slash = false;
    for (index, sign) in signs.iter().enumerate() {
        match sign.kind {
            SignKind::Open => before_group.push(is_behind_slash),
            SignKind::Comma => is_behind_slash = before_group.last().copied().unwrap_or_default(),
            SignKind::Close => {
                before_group.pop();
                is_behind_slash = false;
            }
            SignKind::Class { negated: true } => {
                let leaves_anyway =
                    leaves_directory(&behind(signs, index), source) || goes_deep(&signs[index + 1..], source);
                if !is_behind_slash && !leaves_anyway && !sign.span.of(source).contains(&b'/') {
                    found.push(sign.span);
                }
                is_behind_slash = false;
            }
            kind => is_behind_slash = kind == SignKind::Byte(b'/'),
        }
    }
    found
}

/// What is read behind a sign: at the end of an alternative the text goes on behind its group.
fn behind(signs: &[Sign], index: usize) -> Vec<Sign> {
    let mut read = Vec::new();
    let mut skipped = 0usize;
    for sign in &signs[index + 1..] {
        match sign.kind {
            SignKind::Open if skipped > 0 => skipped += 1,
            SignKind::Close => skipped = skipped.saturating_sub(1),
            SignKind::Comma if skipped == 0 => skipped = 1,
            _ if skipped > 0 => {}
            _ => read.push(*sign),
        }
    }
    read
}

/// Is the rest any name with all below it, as in `*{,/**}`? Then `/` brings a whole tree more of what are whole trees, and the
/// class is there to leave a word out.
fn goes_deep(rest: &[Sign], source: &[u8]) -> bool {
    let (Some(first), Some(last)) = (rest.first(), rest.last()) else { return false };
    let text = first.span.to(last.span).of(source);
    [&b"*{,/**}"[..], b"*{/**,}", b"*{,/,/**}", b"{*,*/**}"].contains(&text)
}

/// Does such a rest begin with a slash, or match slashes from its start to its end?
fn leaves_directory(rest: &[Sign], source: &[u8]) -> bool {
    let is_deep = |sign: &Sign| sign.kind == SignKind::Stars && sign.span.of(source).len() > 1;
    match rest {
        [slash, ..] if slash.kind == SignKind::Byte(b'/') => true,
        [stars, ..] if is_deep(stars) => true,
        [star, slash, last] => {
            star.kind == SignKind::Stars && slash.kind == SignKind::Byte(b'/') && is_deep(last)
        }
        _ => false,
    }
}
