//! A text whose escapes are decoded and whose variables are replaced, as one word of the language.

use crate::glob::unescape;

/// Where a word stands, which decides what it may begin with and what needs quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The path of a file or link rule, a program, an attachment: it begins with a slash.
    Path,
    /// The address of a socket: it begins with `@`.
    Address,
    /// The name of a profile: what follows the keyword, whatever it begins with.
    Name,
    /// Anything else.
    Other,
}

/// The word, or nothing where no word of that place has this text.
pub(super) fn word(text: &[u8], place: Place) -> Option<Vec<u8>> {
    let text = canonical(text, place)?;
    let written = if needs_quotes(&text, place) { quoted(&text) } else { text.clone() };
    let inner = written.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(&written);
    (*unescape(inner) == text).then_some(written)
}

/// The text in the form in which it is written: a group at its start, as the several values of a variable make one, moves behind the
/// first letter, since no path begins with a brace; one behind `@` is told from a variable.
pub(super) fn canonical(text: &[u8], place: Place) -> Option<Vec<u8>> {
    let text = match place {
        Place::Path if text.starts_with(b"{") => behind_first(text, b'/')?,
        Place::Path if !matches!(text.first(), Some(b'/' | b'@' | b':' | b'&')) => return None,
        Place::Address if text.starts_with(b"{") => behind_first(text, b'@')?,
        _ => text.to_vec(),
    };
    match place {
        // There a backslash would stand for the first letter of the address.
        Place::Address if text.starts_with(b"@{") => behind_common(&text),
        _ => Some(plain_at(&text)),
    }
}

/// `@{/a,/b}` as `@/{a,b}`; as it is, when it can only be an alternation; else nothing.
fn behind_common(text: &[u8]) -> Option<Vec<u8>> {
    let (alternatives, rest) = group(&text[1..])?;
    let name = alternatives.first()?;
    let first = *name.first()?;
    let tails: Option<Vec<&[u8]>> = alternatives.iter().map(|text| text.strip_prefix(&[first])).collect();
    let is_letter = !matches!(first, b'\\' | b'[' | b'{' | b'*' | b'?' | b'@');
    let group = match tails.filter(|_| is_letter) {
        Some(tails) => [&[b'@', first, b'{'][..], &tails.join(&b','), b"}"].concat(),
        None if first.is_ascii_alphabetic() && name.iter().all(u8::is_ascii_alphanumeric) => {
            text[..text.len() - rest.len()].to_vec()
        }
        None => return None,
    };
    Some([group, plain_at(rest)].concat())
}

/// An address whose `@` has a group behind it: the group and the rest.
pub(super) fn behind_at(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let behind = text.strip_prefix(b"@")?;
    let (_, rest) = group(behind).filter(|_| behind.starts_with(b"{"))?;
    Some((&behind[..behind.len() - rest.len()], rest)).filter(|_| plain_at(rest) == rest)
}

/// `@{` that is an alternation behind `@`, as no variable is written.
fn plain_at(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'\\' => {
                plain.push(b'\\');
                at += 1;
                plain.extend(text.get(at));
            }
            b'@' if text.get(at + 1) == Some(&b'{') => plain.extend_from_slice(b"\\@"),
            byte => plain.push(byte),
        }
        at += 1;
    }
    plain
}

/// `{/a,/b}/c` as `/{a,b}/c`: nothing when one of the strings begins otherwise.
fn behind_first(text: &[u8], first: u8) -> Option<Vec<u8>> {
    if text.first() == Some(&first) {
        return Some(text.to_vec());
    }
    let (alternatives, rest) = group(text)?;
    let tails: Option<Vec<Vec<u8>>> =
        alternatives.iter().map(|alternative| tail(alternative, first)).collect();
    let (tails, rest) = match tails {
        Some(tails) => (tails, rest),
        // An alternative is empty, or begins with another group: what stands behind it shows how it begins.
        None => {
            let whole = alternatives.iter().map(|alternative| closed([alternative, rest].concat()));
            let tails: Option<Vec<Vec<u8>>> = whole.map(|text| tail(&text, first)).collect();
            (tails?, &b""[..])
        }
    };
    Some([&[first, b'{'][..], &tails.join(&b','), b"}", rest].concat())
}

/// What of a text stands behind its first letter. A star that made an element of a path no longer follows the slash, and
/// would match nothing too; a question mark before it keeps that out.
fn tail(text: &[u8], first: u8) -> Option<Vec<u8>> {
    let text = behind_first(text, first)?;
    let mut tail = &text[1..];
    if first != b'/' {
        return Some(tail.to_vec());
    }
    while let Some(rest) = tail.strip_prefix(b"/") {
        tail = rest;
    }
    let stars = tail.iter().take_while(|byte| **byte == b'*').count();
    let is_element = stars > 0 && tail.get(stars) == Some(&b'/');
    Some(if is_element { [b"?", tail].concat() } else { tail.to_vec() })
}

/// A whole path as it must read inside a group: there its end is no longer the end, where a star after a slash makes an element.
fn closed(mut text: Vec<u8>) -> Vec<u8> {
    let start = text.iter().rposition(|byte| *byte != b'*').map_or(0, |at| at + 1);
    if start < text.len() && start > 0 && text[start - 1] == b'/' {
        text.insert(start, b'?');
    }
    text
}

/// The alternatives of the group at the start of a text, and what follows it.
fn group(text: &[u8]) -> Option<(Vec<&[u8]>, &[u8])> {
    let mut alternatives = Vec::new();
    let (mut depth, mut in_class, mut start, mut at) = (0usize, false, 1, 0);
    while at < text.len() {
        match text[at] {
            b'\\' => at += 1,
            b']' if in_class => in_class = false,
            _ if in_class => {}
            b'[' => in_class = true,
            b'{' => depth += 1,
            b',' if depth == 1 => {
                alternatives.push(&text[start..at]);
                start = at + 1;
            }
            b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    alternatives.push(&text[start..at]);
                    return Some((alternatives, &text[at + 1..]));
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn needs_quotes(text: &[u8], place: Place) -> bool {
    let Some(first) = text.first() else { return true };
    let may_begin = match place {
        Place::Path => *first == b'/',
        Place::Address => *first == b'@',
        Place::Name => !matches!(first, b'#' | b'(' | b'=' | b'+' | b'-'),
        // A word of one or two letters may be taken for permissions.
        Place::Other => !matches!(first, b'@' | b':' | b'&' | b'+' | b'-') && text.len() > 2,
    };
    let is_plain = |(at, byte): (usize, &u8)| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => true,
        b'/' | b'_' | b'.' | b'-' | b'*' | b'?' | b'{' | b'}' | b'[' | b']' | b'^' | b'~' | b'%' | b'@'
        | b'+' => true,
        b':' | b'&' | b'=' | b'(' | b')' | b'#' => {
            matches!(place, Place::Path) || (*byte != b'=' && place == Place::Name)
        }
        b'\\' => text
            .get(at + 1)
            .is_some_and(|next| next.is_ascii_graphic() && !matches!(next, b'"' | b'!' | b',')),
        // Inside parentheses a comma separates.
        b',' => {
            matches!(place, Place::Path | Place::Name)
                && text
                    .get(at + 1)
                    .is_some_and(|next| next.is_ascii_graphic() && !matches!(next, b',' | b'"' | b'!'))
        }
        _ => false,
    };
    !may_begin || !text.iter().enumerate().all(is_plain)
}

/// The text in quotes.
pub(super) fn quoted(text: &[u8]) -> Vec<u8> {
    let mut quoted = vec![b'"'];
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            // A backslash before the closing quote would make it a part of the text.
            b'\\' if text.get(at + 1) == Some(&b'\\') && at + 2 == text.len() => {
                quoted.extend_from_slice(b"\\134");
                at += 1;
            }
            b'\\' => {
                quoted.push(b'\\');
                at += 1;
                match text.get(at) {
                    Some(b'"') => quoted.extend_from_slice(b"\\\""),
                    next => quoted.extend(next),
                }
            }
            b'"' => quoted.extend_from_slice(b"\\\""),
            byte if byte.is_ascii_control() => quoted.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
            byte => quoted.push(byte),
        }
        at += 1;
    }
    quoted.push(b'"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, place: Place) -> Option<String> {
        word(text.as_bytes(), place).map(|word| String::from_utf8(word).unwrap())
    }

    #[test]
    fn a_group_at_the_start_moves_behind_the_slash() {
        for (text, expected) in [
            ("/a/{b,c}", "/a/{b,c}"),
            ("{/home/*/,/root/}.ssh", "/{home/*/,root/}.ssh"),
            ("{,/a}/b", "/{b,a/b}"),
            ("{{/a,/b},/c}/d", "/{{a,b},c}/d"),
            ("{//a,/b}", "/{a,b}"),
            // `/*/x` and `/**` at the end match no empty element.
            ("{/*/x,/b}", "/{?*/x,b}"),
            ("{/*,/b}", "/{*,b}"),
            ("{,/b}/**", "/{?**,b/?**}"),
            ("{/[,}]a,/\\,b}", "\"/{[,}]a,\\,b}\""),
        ] {
            assert_eq!(written(text, Place::Path).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(written("{@a,@b}", Place::Address).as_deref(), Some("\"@{a,b}\""));
        assert_eq!(written("@{/a,/b}/c@{d,e}", Place::Address).as_deref(), Some("\"@/{a,b}/c\\@{d,e}\""));
        assert_eq!(written("@{/a,b}", Place::Address), None);
        assert_eq!(written("/a@{/b,c}", Place::Path).as_deref(), Some("/a\\@{/b,c}"));
        assert_eq!(written("/a\\@{/b,c}", Place::Path).as_deref(), Some("/a\\@{/b,c}"));
        for text in ["{/a,b}", "a", "", "{,}x", "{a"] {
            assert_eq!(written(text, Place::Path), None, "{text}");
        }
    }

    #[test]
    fn what_would_end_the_word_is_quoted() {
        for (text, place, expected) in [
            ("/a b", Place::Path, "\"/a b\""),
            ("/{a, b}", Place::Path, "\"/{a, b}\""),
            ("/{a,,b}", Place::Path, "\"/{a,,b}\""),
            ("/{,a}", Place::Path, "/{,a}"),
            ("/a,", Place::Path, "\"/a,\""),
            ("/a\"b", Place::Path, "\"/a\\\"b\""),
            ("/a\nb", Place::Path, "\"/a\\012b\""),
            ("/a b\\\\", Place::Path, "\"/a b\\134\""),
            ("/a\\*", Place::Path, "/a\\*"),
            ("@/run/x", Place::Path, "\"@/run/x\""),
            ("{a,b}", Place::Other, "\"{a,b}\""),
            ("foo//bar", Place::Other, "foo//bar"),
            ("rw", Place::Other, "\"rw\""),
            ("", Place::Other, "\"\""),
            (":ns:a", Place::Name, ":ns:a"),
            ("a b", Place::Name, "\"a b\""),
        ] {
            assert_eq!(written(text, place).as_deref(), Some(expected), "{text}");
        }
    }
}
