//! What several formats need of text: bytes made printable, words wrapped.

use std::path::Path;

/// The bytes as text of exactly the same length, in which each byte that is not valid UTF-8 or not printable is a `?`, so
/// that byte offsets stay true and nothing that a profile holds can command the terminal. Line feeds and tabs stay.
pub(super) fn same_length(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\n' | '\t' => text.push(character),
                '\r' => text.push(' '),
                character if is_printable(character) => text.push(character),
                character => text.extend(std::iter::repeat_n('?', character.len_utf8())),
            }
        }
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    text
}

/// The text on one line, with nothing in it that commands a terminal.
#[must_use]
pub fn one_line(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    text.chars()
        .map(|character| match character {
            '\n' | '\r' | '\t' => ' ',
            character if is_printable(character) => character,
            _ => '?',
        })
        .collect()
}

/// A path on one line.
pub(super) fn path(path: &Path) -> String {
    one_line(&path.to_string_lossy())
}

/// Neither a control character nor one that reorders what is read (Unicode's bidirectional formatting).
fn is_printable(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Breaks `text` at spaces so that lines have at most `width` columns, counted in characters. Line feeds stay.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            } else if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_stays_whatever_the_bytes() {
        let bytes = b"a\x1b[31m\xff\xe2\x80\xae\xc3\xa4\r\n\t\0";
        let text = same_length(bytes);
        assert_eq!(text.len(), bytes.len());
        assert_eq!(text, "a?[31m????ä \n\t?");
    }

    #[test]
    fn words_wrap_and_long_words_stay_whole() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("/a/very/long/path x", 4), ["/a/very/long/path", "x"]);
    }
}
