//! Values of resource limits as numbers that can be compared.

use crate::vocabulary::{RlimitKind, SizeUnit, TimeUnit, Word as _};

/// A limit's value in its own unit (bytes, microseconds, a count): the higher, the more is allowed. `infinity`, and what is no
/// number, is the highest.
#[must_use]
pub fn limit_value(text: &[u8], kind: RlimitKind) -> i128 {
    let text = String::from_utf8_lossy(text).trim().to_owned();
    let digits =
        text.find(|character: char| !character.is_ascii_digit() && character != '-').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let Ok(number) = number.parse::<i128>() else { return i128::MAX };
    let unit = unit.trim().as_bytes();
    match kind {
        RlimitKind::Size => number * SizeUnit::from_name(unit).map_or(1, |unit| i128::from(unit.bytes())),
        RlimitKind::Seconds => {
            number * TimeUnit::from_name(unit).map_or(1_000_000, |unit| i128::from(unit.microseconds()))
        }
        RlimitKind::Microseconds => {
            number * TimeUnit::from_name(unit).map_or(1, |unit| i128::from(unit.microseconds()))
        }
        RlimitKind::Count => number,
        // The lower the niceness, the more a process gets.
        RlimitKind::Nice => -number,
    }
}
