//! Diagnostics to text for people, one-line text, JSON, SARIF and GitHub annotations.
