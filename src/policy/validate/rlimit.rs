//! `set rlimit nofile <= 1024,`

use super::{Check, known};
use crate::syntax::{RlimitRule, SyntaxError};
use crate::vocabulary::{Rlimit, RlimitKind, SizeUnit, TimeUnit, Word as _};

const SECOND: u64 = 1_000_000;

impl Check<'_> {
    pub(super) fn rlimit(&mut self, rule: &RlimitRule) {
        let Some(limit) = Rlimit::from_name(rule.name.raw(self.source)) else {
            self.unknown("unknown-rlimit", rule.name, "limit", &known::<Rlimit>(self.version));
            return;
        };
        let value = rule.value.raw(self.source);
        if value == b"infinity" {
            return;
        }
        let Some(number) = number(value) else {
            let shown = self.show(rule.value);
            let error = SyntaxError::new(rule.value.span, format!("`{shown}` is no value of a limit"));
            self.report(match &*shown.to_ascii_lowercase() {
                "unlimited" | "infinite" | "infinity" | "inf" | "none" => {
                    error.help("write `infinity`").fix("write `infinity`", rule.value.span, "infinity")
                }
                _ => error.help("write a whole number, or `infinity`"),
            });
            return;
        };
        match limit.kind() {
            RlimitKind::Size => self.size(rule, number),
            RlimitKind::Seconds | RlimitKind::Microseconds => self.time(rule, limit, number),
            RlimitKind::Count => {
                self.no_unit(rule);
                self.not_negative(rule, number);
            }
            RlimitKind::Nice => {
                self.no_unit(rule);
                if !(-20..=19).contains(&number) {
                    let shown = self.show(rule.value);
                    self.report(
                        SyntaxError::new(rule.value.span, format!("the niceness `{shown}` is out of range"))
                            .help("write a number from -20 to 19"),
                    );
                }
            }
        }
    }

    fn size(&mut self, rule: &RlimitRule, number: i64) {
        if let Some(unit) = rule.unit
            && SizeUnit::from_name(unit.raw(self.source)).is_none()
        {
            self.wrong_unit(rule, &known::<SizeUnit>(self.version));
        }
        self.not_negative(rule, number);
    }

    fn time(&mut self, rule: &RlimitRule, limit: Rlimit, number: i64) {
        self.not_negative(rule, number);
        let Some(word) = rule.unit else { return };
        let Some(unit) = TimeUnit::from_name(word.raw(self.source)) else {
            self.wrong_unit(rule, &known::<TimeUnit>(self.version));
            return;
        };
        let Some(microseconds) = number
            .max(0)
            .cast_unsigned()
            .checked_mul(unit.microseconds())
            .filter(|time| i64::try_from(*time).is_ok())
        else {
            self.report(
                SyntaxError::new(rule.value.span.to(word.span), "the time is too long")
                    .help("write a shorter time, or `infinity`"),
            );
            return;
        };
        if limit.kind() == RlimitKind::Microseconds && microseconds == 0 {
            self.report(
                SyntaxError::new(
                    rule.value.span.to(word.span),
                    format!("`{}` cannot be 0 with a unit", limit.name()),
                )
                .help("write `0` without a unit, or a longer time"),
            );
        }
        if limit.kind() == RlimitKind::Seconds && microseconds < SECOND && number >= 0 {
            self.report(
                SyntaxError::new(
                    rule.value.span.to(word.span),
                    format!("`{}` takes one second or more", limit.name()),
                )
                .help("write whole seconds, such as `1s`"),
            );
        }
    }

    fn no_unit(&mut self, rule: &RlimitRule) {
        let Some(unit) = rule.unit else { return };
        let (name, unit_text) = (self.show(rule.name), self.show(unit));
        self.report(
            SyntaxError::new(unit.span, format!("`{name}` is a number without a unit, found `{unit_text}`"))
                .help("remove the unit"),
        );
    }

    fn wrong_unit(&mut self, rule: &RlimitRule, units: &[&'static str]) {
        let Some(unit) = rule.unit else { return };
        let (name, shown) = (self.show(rule.name), self.show(unit));
        let error = SyntaxError::new(unit.span, format!("`{shown}` is no unit of `{name}`"));
        let upper = shown.to_ascii_uppercase();
        let size = upper.strip_suffix("IB").unwrap_or(&upper);
        let time = if matches!(shown.as_str(), "m" | "mins") { Some("min") } else { None };
        let help = if units.contains(&"KB") {
            match units.iter().find(|unit| **unit == size) {
                Some(unit) => format!("write `{unit}`: units are {}", super::one_of(units)),
                None if shown == "B" => "remove it: a number without a unit counts bytes".to_owned(),
                None => format!("use {}", super::one_of(units)),
            }
        } else if let Some(unit) = time {
            format!("write `{unit}` for minutes, `ms` for milliseconds")
        } else {
            "use `us`, `ms`, `s`, `min`, `h`, `d` or `week`".to_owned()
        };
        self.report(error.help(help));
    }

    fn not_negative(&mut self, rule: &RlimitRule, number: i64) {
        if number < 0 {
            let (name, shown) = (self.show(rule.name), self.show(rule.value));
            self.report(
                SyntaxError::new(rule.value.span, format!("`{name}` cannot be negative: `{shown}`"))
                    .help("write `infinity` for no limit; only `nice` may be below 0"),
            );
        }
    }
}

/// As strtoll(3) reads it: a leading 0 means octal, which ends at the first digit that is none, and what is too big is
/// the biggest.
fn number(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let radix: u8 = if digits[0] == b'0' { 8 } else { 10 };
    let value = digits
        .iter()
        .map(|digit| digit - b'0')
        .take_while(|digit| *digit < radix)
        .fold(0_i64, |sum, digit| sum.saturating_mul(i64::from(radix)).saturating_add(i64::from(digit)));
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_as_strtoll_reads_them() {
        assert_eq!(number(b"010"), Some(8));
        assert_eq!(number(b"08"), Some(0));
        assert_eq!(number(b"-20"), Some(-20));
        assert_eq!(number(b"99999999999999999999"), Some(i64::MAX));
        assert_eq!(number(b"x"), None);
        assert_eq!(number(b"-"), None);
    }
}
