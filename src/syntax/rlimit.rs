//! `set rlimit nofile <= 1024,`

use super::error::{SyntaxError, fail};
use super::input::{Input, Res};
use super::lexical::{found, found_span, keyword, name, space, trivia};
use super::rule::end_of_clause;
use super::word::Word;
use crate::source::Span;

/// A limit on a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RlimitRule {
    /// `set rlimit`
    pub keyword: Span,
    /// Which resource.
    pub name: Word,
    /// The number, or `infinity`.
    pub value: Word,
    /// The unit behind a number.
    pub unit: Option<Word>,
}

/// A limit with its comma.
pub(super) fn rlimit(input: Input<'_>) -> Res<'_, RlimitRule> {
    let (rest, _) = keyword("set")(input)?;
    let rest = trivia(rest);
    let Ok((after, _)) = keyword("rlimit")(rest) else {
        return fail(
            SyntaxError::new(
                found_span(rest),
                format!("expected `rlimit` behind `set`, found {}", found(rest)),
            )
            .help("write `set rlimit NAME <= VALUE,`"),
        );
    };
    let keyword = input.span_to(after);
    let rest = space(after);
    let Ok((after, name_word)) = name(rest) else {
        return fail(
            SyntaxError::new(
                found_span(rest),
                format!("expected the name of a limit, found {}", found(rest)),
            )
            .help("write `set rlimit NAME <= VALUE,`"),
        );
    };
    let rest = space(after);
    if !rest.rest().starts_with(b"<=") {
        let sign = rest.rest().iter().take_while(|byte| matches!(byte, b'=' | b'<' | b'>' | b':')).count();
        let name = name_word.display(input.source());
        let value = found_span(space(rest.skip(sign)));
        let value = String::from_utf8_lossy(value.of(input.source())).into_owned();
        return fail(
            SyntaxError::new(
                found_span(rest),
                format!("expected `<=` behind the limit's name, found {}", found(rest)),
            )
            .help(format!("write `set rlimit {name} <= {value},`")),
        );
    }
    let rest = space(rest.skip(2));
    let Some(length) = value_len(rest.rest()) else {
        return fail(
            SyntaxError::new(
                found_span(rest),
                format!("expected a number or `infinity`, found {}", found(rest)),
            )
            .help("write whole numbers without a sign, or `infinity`"),
        );
    };
    let value = Word { span: rest.span(length) };
    let mut end = rest.skip(length);
    let mut unit = None;
    if let Ok((after, word)) = name(space(end)) {
        unit = Some(word);
        end = after;
    }
    let expected = if unit.is_none() { "a unit or " } else { "" };
    let (rest, ()) = end_of_clause(input, space(end), end.offset(), expected, std::iter::empty())?;
    Ok((rest, RlimitRule { keyword, name: name_word, value, unit }))
}

/// A number with an optional minus, or a word.
fn value_len(rest: &[u8]) -> Option<usize> {
    let sign = usize::from(rest.first() == Some(&b'-'));
    let digits = rest[sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits > 0 {
        return Some(sign + digits);
    }
    match rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count() {
        0 => None,
        letters => Some(letters),
    }
}
