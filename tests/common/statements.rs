//! What the parsers say to small texts: `tests/data/verdicts.txt`.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::path::Path;

/// A text, and what two releases say to it: `ok` or `NO`.
pub struct Statement {
    pub newest: &'static str,
    pub oldest: &'static str,
    /// As the table has it.
    pub text: &'static str,
    /// Written out, a whole file.
    pub file: String,
}

pub fn all() -> impl Iterator<Item = Statement> {
    include_str!("../data/verdicts.txt").lines().filter_map(|line| {
        let (newest, oldest, text) = (line.get(..2)?, line.get(3..5)?, line.get(7..)?);
        matches!(newest, "ok" | "NO").then(|| Statement { newest, oldest, text, file: written_out(text) })
    })
}

/// The files that the statements include.
const INCLUDED: &[(&str, &str)] = &[
    ("a", "/inc/a r,\n"),
    ("b", "/inc/b r,\n"),
    ("empty", ""),
    ("tunable", "@{TUN}=/tun\n"),
    ("a_profile", "profile from_include { }\n"),
    ("comment_without_line_end", "/c r, # no line end"),
    ("self", "include <self>\n/self r,\n"),
    ("directory/1", "/d1 r,\n"),
    ("directory/2", "/d2 r,\n"),
    ("directory/3.orig", "broken"),
    ("loop/1", "include <loop/2>\n"),
    ("loop/2", "profile looped { }\n"),
    ("execs_a", "/{x,y} ix,\n"),
];

/// A statement's text as a file.
fn written_out(text: &str) -> String {
    let text = match text.strip_prefix("file:") {
        Some(text) => text.trim_start_matches(' ').to_owned(),
        None => format!("profile t {{\n  {text}\n}}\n"),
    };
    text.replace('⏎', "\n").replace('␍', "\r").replace('⇥', "\t").replace('␌', "\x0c").replace('␋', "\x0b")
}

/// Writes those files.
pub fn write_included(folder: &Path) {
    for (name, text) in INCLUDED {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    }
}
