//! Rules that look at syntax or policy and report.
