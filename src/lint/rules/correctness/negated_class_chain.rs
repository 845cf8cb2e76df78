use crate::lint::rule::declare_rule;
use crate::lint::signs::{Sign, SignKind, contains, signs};
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;

declare_rule! {
    /// Classes in a row, `[^a][^b][^c]`, that are meant as "not abc".
    ///
    /// # Why
    /// Each class looks at one letter alone: a name that shares only one of the letters, at its place, is not matched either. A deny rule
    /// that should spare one name so spares many.
    ///
    /// # Bad
    /// ```apparmor rules
    /// deny /proc/sys/kernel/{?,??,[^s][^h][^m]**} w,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// deny /proc/sys/kernel/{?,??,[^s/]**,s[^h/]**,sh[^m/]**} w,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Globbing (AARE)"; moby/moby pull request 39792
    pub struct NegatedClassChain {
        id: "negated-class-chain",
        group: Correctness,
    }
}

impl Rule for NegatedClassChain {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, _, _, path) in file.file_rules() {
            if !contains(path.text(file.bytes()), b"[^") {
                continue;
            }
            for chain in chains(&signs(path, file.bytes()), file.bytes()) {
                let letters = letters(file.text(chain));
                let name = String::from_utf8_lossy(&letters).into_owned();
                let leak: String =
                    name.chars().enumerate().map(|(at, letter)| if at == 0 { letter } else { '_' }).collect();
                let mut ways = Vec::new();
                for at in 0..letters.len() {
                    let (same, other) = name.split_at(at);
                    ways.push(format!("{same}[^{}/]**", other.chars().next().unwrap_or_default()));
                }
                findings.report(
                    Self::finding(file.location(chain), format!("this is not \"everything but `{name}`\""))
                        .note(format!("each class looks at one letter: a name like `{leak}` shares only the first, and is not matched either"))
                        .help(format!("write `{{{}}}` in its place", ways.join(","))),
                );
            }
        }
    }
}

/// Two or more negated classes in a row, of one letter each and not all the same.
pub(super) fn chains(signs: &[Sign], source: &[u8]) -> Vec<Span> {
    let single = |sign: &Sign| match (sign.kind, sign.span.of(source)) {
        (SignKind::Class { negated: true }, [b'[', b'^', letter, b']']) => Some(*letter),
        (SignKind::Class { negated: true }, [b'[', b'^', letter, b'/', b']']) => Some(*letter),
        _ => None,
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        let run: Vec<u8> = signs[at..].iter().map_while(single).collect();
        if run.len() >= 2 && run.iter().any(|letter| *letter != run[0]) {
            found.push(signs[at].span.to(signs[at + run.len() - 1].span));
        }
        at += run.len().max(1);
    }
    found
}

/// The letters of `[^a][^b]`.
fn letters(chain: &[u8]) -> Vec<u8> {
    chain.windows(2).filter(|pair| pair[0] == b'^').map(|pair| pair[1]).collect()
}
