//! Results as JUnit XML, which CI systems show: a suite for each file, a case for each assertion.

use super::{Tested, demand};
use std::io::{self, Write};

pub(super) fn write(out: &mut dyn Write, tested: &[Tested]) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>")?;
    for one in tested {
        let file = escaped(&one.file.display().to_string());
        let failed = one.outcomes.iter().filter(|outcome| !outcome.failures.is_empty()).count();
        writeln!(
            out,
            "  <testsuite name=\"{file}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\" skipped=\"0\">",
            one.outcomes.len()
        )?;
        for outcome in &one.outcomes {
            let name = escaped(&outcome.name);
            write!(
                out,
                "    <testcase name=\"{name}\" classname=\"{}\" file=\"{file}\"",
                demand(outcome.demand)
            )?;
            let Some(first) = outcome.failures.first() else {
                writeln!(out, "/>")?;
                continue;
            };
            let message = escaped(first.lines().next().unwrap_or_default());
            let text = escaped(&outcome.failures.join("\n"));
            writeln!(out, ">\n      <failure message=\"{message}\">{text}</failure>\n    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(character),
            // XML has no place for other control characters, and for the last two of its plane.
            control if control.is_control() || matches!(control, '\u{fffe}' | '\u{ffff}') => {
                escaped.push('\u{fffd}')
            }
            other => escaped.push(other),
        }
    }
    escaped
}
