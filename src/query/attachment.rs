//! Which profile does the kernel attach to a program?

use crate::glob::{PathSet, TooComplex};

/// Which of several profiles is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attached<T> {
    /// None matches.
    None,
    /// This one.
    One(T),
    /// These match equally well: none is attached.
    Conflict(Vec<T>),
}

/// Which of the profiles is attached to the program at `path`. The one whose attachment reads the most bytes before it
/// loops wins; that a path is exact counts for nothing by itself. Conditions on extended attributes are not looked at.
///
/// # Errors
/// When an attachment is too complex to be scored.
pub fn attach<'a, T>(
    path: &[u8],
    candidates: impl IntoIterator<Item = (T, &'a PathSet)>,
) -> Result<Attached<T>, TooComplex> {
    let mut best = 0;
    let mut winners = Vec::new();
    for (candidate, attachment) in candidates {
        let Some(score) = attachment.score(path)? else { continue };
        if score > best {
            best = score;
            winners.clear();
        }
        if score == best {
            winners.push(candidate);
        }
    }
    Ok(match (winners.len(), winners.pop()) {
        (1, Some(winner)) => Attached::One(winner),
        (_, Some(last)) => {
            winners.push(last);
            Attached::Conflict(winners)
        }
        (_, None) => Attached::None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::glob::{Dialect, Glob};

    #[test]
    fn the_kernel_takes_the_longest_way_without_a_loop() {
        for (attachments, path, expected) in [
            (vec!["/opt/g*", "/opt/gl*", "/opt/glo"], "/opt/gX", "/opt/g*"),
            (vec!["/opt/g*", "/opt/gl*", "/opt/glo"], "/opt/glX", "/opt/gl*"),
            (vec!["/opt/g*", "/opt/gl*", "/opt/glo"], "/opt/glo", "/opt/glo"),
            (vec!["/opt/c*", "/opt/?x"], "/opt/cx", "/opt/?x"),
            (vec!["/opt/q*z", "/opt/qa*"], "/opt/qaz", "/opt/qa*"),
            (vec!["/opt/{j,jj}x", "/opt/j*"], "/opt/jx", "/opt/{j,jj}x"),
            (vec!["/{opt,usr}/s*", "/opt/sa*"], "/opt/sab", "/opt/sa*"),
            (vec!["/opt/e*", "/opt/e**"], "/opt/ex", "conflict"),
            (vec!["/opt/h?", "/opt/h[xy]"], "/opt/hx", "conflict"),
            (vec!["/opt/u", "/opt/{u,uu}"], "/opt/u", "conflict"),
            (vec!["/opt/y2", "/opt/y[0-9]"], "/opt/y2", "conflict"),
            (vec!["/opt/z", "/opt/z"], "/opt/z", "conflict"),
            (vec!["/opt/**k", "/opt/*k"], "/opt/ak", "conflict"),
            (vec!["/opt/v/**", "/opt/**/w"], "/opt/v/w", "conflict"),
            (vec!["/opt/v/**", "/opt/**/w"], "/opt/v/x", "/opt/v/**"),
            (vec!["/opt/v/**"], "/opt/x", "none"),
            (vec!["/opt/{,d/}a", "/opt/d/**"], "/opt/d/a", "/opt/{,d/}a"),
            (vec!["/opt/d/a", "/opt/d/**"], "/opt/d/a", "conflict"),
            (vec!["/opt/{d,e}/a", "/opt/d/**"], "/opt/d/a", "conflict"),
            (vec!["/opt/d/?", "/opt/d/**"], "/opt/d/a", "conflict"),
            (vec!["/opt/{,d/,d/e/}a*", "/opt/d/*"], "/opt/d/ab", "/opt/{,d/,d/e/}a*"),
            (vec!["/opt/{,d/,d/e/}a*", "/opt/d/e/a"], "/opt/d/e/a", "/opt/{,d/,d/e/}a*"),
            (vec!["/{,usr/}bin/x", "/usr/bin/x"], "/usr/bin/x", "/{,usr/}bin/x"),
            (vec!["/{,usr/}bin/x", "/bin/*"], "/bin/x", "conflict"),
        ] {
            let glob = |text: &&str| PathSet::from(&Glob::parse(text.as_bytes(), Dialect::Path).unwrap());
            let sets: Vec<PathSet> = attachments.iter().map(glob).collect();
            let found = match attach(path.as_bytes(), attachments.iter().copied().zip(&sets)).unwrap() {
                Attached::None => "none",
                Attached::One(attachment) => attachment,
                Attached::Conflict(_) => "conflict",
            };
            assert_eq!(found, expected, "{attachments:?} on {path}");
        }
    }
}
