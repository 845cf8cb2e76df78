//! `aakit rules`: all rules, for people and for programs.

use super::context::Context;
use super::{CLEAN, Outcome};
use crate::lint::{Group, RULES, book};
use crate::report::{self, RuleDescription};
use clap::ValueEnum;
use std::io::{self, Write};
use std::process::ExitCode;

/// List the lint rules
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How the list is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    output_format: Format,
}

/// How the list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// A table for people.
    #[default]
    Full,
    /// One JSON document.
    Json,
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    let mut out = context.stdout();
    match args.output_format {
        Format::Full => table(&mut out)?,
        Format::Json => report::rules(&mut out, &descriptions())?,
    }
    out.flush()?;
    Ok(ExitCode::from(CLEAN))
}

fn table(out: &mut impl Write) -> io::Result<()> {
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    for group in Group::ALL {
        writeln!(out, "{}: {}", group.name(), group.meaning())?;
        for rule in RULES.iter().filter(|rule| rule.group == group) {
            let page = rule.documentation();
            writeln!(
                out,
                "  {:width$}  {} [{}]",
                rule.id,
                page.summary.trim_end_matches('.'),
                book::level(rule)
            )?;
        }
        writeln!(out)?;
    }
    writeln!(out, "`aakit explain RULE` shows a rule's page")
}

/// What the outputs tell of each rule.
#[must_use]
pub(super) fn descriptions() -> Vec<RuleDescription> {
    let description = |rule: &crate::lint::RuleInfo| RuleDescription {
        id: rule.id,
        group: rule.group.name(),
        summary: rule.documentation().summary,
        page: book::page(rule),
        severity: rule.severity,
        default: rule.default.name(),
        fix: rule.fix,
    };
    RULES.iter().map(description).collect()
}
