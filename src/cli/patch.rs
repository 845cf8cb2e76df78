//! What `--diff` shows: a unified diff that `patch -p0` takes, byte for byte.

use similar::TextDiff;
use std::path::Path;

/// The unified diff from `old` to `new`; empty when they are the same.
#[must_use]
pub(super) fn unified(path: &Path, old: &[u8], new: &[u8]) -> Vec<u8> {
    if old == new {
        return Vec::new();
    }
    let name = name(path);
    let diff = TextDiff::from_lines(old, new);
    let mut patch = [b"--- ", &*name, b"\n+++ ", &name, b"\n"].concat();
    // Hunk by hunk: the whole diff's own writer goes through text, and bytes that are none would be lost.
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        // Writing into memory does not fail.
        let _ = hunk.to_writer(&mut patch);
    }
    patch
}

/// The name as `patch` and git read it: in quotes and with escapes where it would not be one word of one line.
fn name(path: &Path) -> Vec<u8> {
    let bytes = path.as_os_str().as_encoded_bytes();
    let is_plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    if bytes.iter().all(is_plain) {
        return bytes.to_vec();
    }
    let mut quoted = b"\"".to_vec();
    for byte in bytes {
        match byte {
            b'"' | b'\\' => quoted.extend([b'\\', *byte]),
            b'\n' => quoted.extend(b"\\n"),
            b'\t' => quoted.extend(b"\\t"),
            b' ' => quoted.push(b' '),
            byte if byte.is_ascii_graphic() => quoted.push(*byte),
            byte => quoted.extend(format!("\\{byte:03o}").bytes()),
        }
    }
    quoted.push(b'"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_survive() {
        let patch = unified(Path::new("x"), b"a\n\xff\n", b"b\n\xff\n");
        assert_eq!(patch, b"--- x\n+++ x\n@@ -1,2 +1,2 @@\n-a\n+b\n \xff\n");
        assert!(unified(Path::new("x"), b"a", b"a").is_empty());
        let patch = unified(Path::new("a\nb\"c \u{1b}\u{e4}"), b"a", b"b");
        assert!(patch.starts_with(br#"--- "a\nb\"c \033\303\244""#), "{}", String::from_utf8_lossy(&patch));
    }
}
