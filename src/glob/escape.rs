//! Escapes of the lexical level: numbers and control characters in quoted and unquoted tokens.

use nom::bytes::complete::take_while_m_n;
use nom::character::complete::char;
use nom::combinator::map_opt;
use nom::sequence::preceded;
use nom::{IResult, Parser};
use std::borrow::Cow;

/// The characters that the glob level reads specially; a decoded one is escaped again, so that a byte
/// written as a number always stands for itself.
const SPECIAL: &[u8] = b"*?[]{}^,\\";

/// Decodes the escapes of a token, outer quotes already removed: octal `\101`, decimal `\d65`, hexadecimal
/// `\x41`, and `\a \e \f \n \r \t \"`. All other backslashes stay for the glob level to read, and so do the
/// spellings of NUL. This is the step before [`Glob::parse`](super::Glob::parse).
#[must_use]
pub fn unescape(token: &[u8]) -> Cow<'_, [u8]> {
    if !token.contains(&b'\\') {
        return Cow::Borrowed(token);
    }
    let mut decoded = Vec::with_capacity(token.len());
    let mut rest = token;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            decoded.push(*first);
            continue;
        }
        match escape(after) {
            Ok((behind, byte)) => {
                if SPECIAL.contains(&byte) {
                    decoded.push(b'\\');
                }
                decoded.push(byte);
                rest = behind;
            }
            // The escaped character must not be read again: in `\\x41` only the second backslash is meant.
            Err(_) => {
                decoded.push(b'\\');
                decoded.extend(after.first());
                rest = after.get(1..).unwrap_or_default();
            }
        }
    }
    Cow::Owned(decoded)
}

/// What follows a backslash, when the lexical level decodes it.
fn escape(input: &[u8]) -> IResult<&[u8], u8> {
    let numeric = map_opt(number, |value| u8::try_from(value).ok().filter(|byte| *byte != 0));
    let control = map_opt(nom::number::complete::u8, |byte| match byte {
        b'a' => Some(0x07),
        b'e' => Some(0x1b),
        b'f' => Some(0x0c),
        b'n' => Some(b'\n'),
        b'r' => Some(b'\r'),
        b't' => Some(b'\t'),
        b'"' => Some(b'"'),
        _ => None,
    });
    nom::branch::alt((numeric, control)).parse(input)
}

/// An octal, decimal or hexadecimal number as it may follow a backslash. Octal and decimal take as many of
/// their three digits as keep the value within a byte.
pub(super) fn number(input: &[u8]) -> IResult<&[u8], u32> {
    let octal = |input| digits(input, 8, 3);
    let decimal = preceded(char('d'), |input| digits(input, 10, 3));
    let hexadecimal = preceded(char('x'), |input| digits(input, 16, 2));
    nom::branch::alt((octal, decimal, hexadecimal)).parse(input)
}

fn digits(input: &[u8], radix: u32, most: usize) -> IResult<&[u8], u32> {
    let is_digit = |byte: u8| char::from(byte).is_digit(radix);
    let (_, run) = take_while_m_n(1, most, is_digit).parse(input)?;
    let mut value = 0;
    let mut taken = 0;
    for digit in run.iter().filter_map(|byte| char::from(*byte).to_digit(radix)) {
        if value * radix + digit > 255 {
            break;
        }
        value = value * radix + digit;
        taken += 1;
    }
    Ok((&input[taken..], value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_control_characters_are_decoded() {
        for (token, expected) in [
            (r"/\101\d65\x41", "/AAA"),
            (r"/\n\t\a\q", "/\n\t\x07\\q"),
            (r"/\x2a\x2f\x5cx41", r"/\*/\\x41"),
            (r"/\\x41", r"/\\x41"),
            (r"/\000\x00\d0", r"/\000\x00\d0"),
            (r"/\400", "/ 0"),
            (r"/\d\x\8", r"/\d\x\8"),
            (r#"/\""#, "/\""),
            ("/\\", "/\\"),
        ] {
            assert_eq!(unescape(token.as_bytes()), expected.as_bytes(), "{token}");
        }
    }
}
