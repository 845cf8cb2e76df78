//! What `--diff` shows: a unified diff that `patch -p0` takes, byte for byte.

use similar::TextDiff;
use std::path::Path;

/// The unified diff from `old` to `new`; empty when they are the same.
#[must_use]
pub(super) fn unified(path: &Path, old: &[u8], new: &[u8]) -> Vec<u8> {
    if old == new {
        return Vec::new();
    }
    let name = path.to_string_lossy();
    let diff = TextDiff::from_lines(old, new);
    let mut patch = format!("--- {name}\n+++ {name}\n").into_bytes();
    // Hunk by hunk: the whole diff's own writer goes through text, and bytes that are none would be lost.
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        // Writing into memory does not fail.
        let _ = hunk.to_writer(&mut patch);
    }
    patch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_survive() {
        let patch = unified(Path::new("x"), b"a\n\xff\n", b"b\n\xff\n");
        assert_eq!(patch, b"--- x\n+++ x\n@@ -1,2 +1,2 @@\n-a\n+b\n \xff\n");
        assert!(unified(Path::new("x"), b"a", b"a").is_empty());
    }
}
