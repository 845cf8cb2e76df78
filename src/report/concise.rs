//! `path:line:column: severity[rule]: message`, one line each, as compilers write and editors parse.

use super::text;
use crate::diagnostic::Diagnostic;
use crate::source::SourceMap;
use std::io::{self, Write};

pub(super) fn render(out: &mut dyn Write, diagnostics: &[Diagnostic], sources: &SourceMap) -> io::Result<()> {
    for diagnostic in diagnostics {
        let place = sources.line_column(diagnostic.primary.location);
        writeln!(
            out,
            "{}:{}:{}: {}[{}]: {}",
            text::path(sources.get(diagnostic.primary.location.file).path()),
            place.line,
            place.column,
            diagnostic.severity.name(),
            diagnostic.code,
            text::one_line(&diagnostic.message),
        )?;
    }
    Ok(())
}
