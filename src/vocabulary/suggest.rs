//! "Did you mean": the word that was probably meant.

/// The candidate that is nearest to `word`: one or two slips away (a letter more, less, other, or two
/// swapped), or else the only one that begins with it. Nothing when no candidate is near, or when `word` itself is one.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = match word.len() {
        0 | 1 => return None,
        2..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    let folded = word.to_ascii_lowercase();
    let mut nearest: Option<(usize, &str)> = None;
    let mut extension = None;
    let mut extensions = 0;
    for candidate in candidates {
        if candidate == word {
            return None;
        }
        if word.len() >= 3 && candidate.starts_with(&folded) {
            extension = Some(candidate);
            extensions += 1;
        }
        if candidate.len().abs_diff(word.len()) > allowed {
            continue;
        }
        let slips = distance(folded.as_bytes(), candidate.to_ascii_lowercase().as_bytes());
        if slips <= allowed && slips < candidate.len() && nearest.is_none_or(|(best, _)| slips < best) {
            nearest = Some((slips, candidate));
        }
    }
    match nearest {
        Some((slips, candidate)) if slips <= 1 || extensions != 1 => Some(candidate),
        _ if extensions == 1 => extension,
        _ => None,
    }
}

/// Number of slips between two words (optimal string alignment distance).
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&str; 6] = ["sys_admin", "sys_module", "chown", "kill", "net_bind_service", "ro"];

    #[test]
    fn finds_one_slip_of_each_kind() {
        for (word, meant) in [
            ("sys_admn", "sys_admin"),
            ("sys_addmin", "sys_admin"),
            ("sys_edmin", "sys_admin"),
            ("chwon", "chown"),
            ("KILL", "kill"),
            ("or", "ro"),
            ("net_bind", "net_bind_service"),
        ] {
            assert_eq!(did_you_mean(word, WORDS), Some(meant), "{word}");
        }
    }

    #[test]
    fn says_nothing_rather_than_nonsense() {
        for word in ["", "x", "zz", "flags", "completely_other", "kill", "sys"] {
            assert_eq!(did_you_mean(word, WORDS), None, "{word}");
        }
    }

    #[test]
    fn distance_counts_a_swap_once() {
        assert_eq!(distance(b"ab", b"ba"), 1);
        assert_eq!(distance(b"abc", b"acb"), 1);
        assert_eq!(distance(b"", b"abc"), 3);
        assert_eq!(distance(b"kitten", b"sitting"), 3);
    }
}
