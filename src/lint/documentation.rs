//! A rule's page, taken apart: the doc comment is data.
//!
//! ````text
//! One sentence that says what the rule finds.
//!
//! More on what it finds, if needed.
//!
//! # Why
//! Why it matters.
//!
//! # Bad
//! ```apparmor
//! a whole file that fires exactly this rule
//! ```
//!
//! # Good
//! ```apparmor rules
//! rules that stand inside a profile, which the test wraps around them
//! ```
//!
//! # Fix
//! What the fix does; the section is there exactly when the rule has one.
//!
//! # Source
//! Where the fact comes from: a manual page, a kernel file, an incident.
//! ````
//!
//! The words behind `apparmor` on a fence: `rules` wraps a profile around the text; `crlf` ends its lines with CR LF; `target=3.0` sets the target;
//! `file=PATH` adds a file to the tree of the example before it (`file=tunables/x` and the like).

/// The page of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Documentation {
    /// What it finds, in one sentence.
    pub summary: String,
    /// More of it, as Markdown; may be empty.
    pub details: String,
    /// Why it matters.
    pub why: String,
    /// Texts that must fire exactly this rule.
    pub bad: Vec<Example>,
    /// Texts that must be silent.
    pub good: Vec<Example>,
    /// What the fix does; empty without one.
    pub fix: String,
    /// Where the fact comes from.
    pub source: String,
    /// Headings that are none of these.
    pub unknown: Vec<String>,
}

/// An example: a file, and files that it needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Example {
    /// What is shown.
    pub text: String,
    /// True when the text stands inside a profile.
    pub is_rules: bool,
    /// True when lines end with CR LF, which a doc comment cannot show.
    pub has_crlf: bool,
    /// The target to judge by.
    pub target: Option<String>,
    /// More files: path in the base directory, and content.
    pub files: Vec<(String, String)>,
}

/// What [`Example::file`] puts around rules.
const BEFORE_RULES: &str = ",\n\ninclude <tunables/global>\n\nprofile example /usr/bin/example {\n";
const BEHIND_RULES: &str = "}\n";

impl Example {
    /// The whole file.
    #[must_use]
    pub fn file(&self) -> String {
        let text = self.with_profile();
        if self.has_crlf { text.replace('\n', "\r\n") } else { text }
    }

    fn with_profile(&self) -> String {
        if !self.is_rules {
            return self.text.clone();
        }
        let rules: String = self
            .text
            .lines()
            .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") })
            .collect();
        // Every target since 3.0 has that file.
        let abi = if self.target.is_some() { "abi <abi/3.0>" } else { "abi <abi/4.0>" };
        format!("{abi}{BEFORE_RULES}{rules}{BEHIND_RULES}")
    }
}

impl Documentation {
    /// Takes a doc comment apart. Nothing in it is an error here; what lacks is empty, and a test of all rules complains.
    #[must_use]
    pub fn parse(doc: &str) -> Self {
        let mut page = Self::default();
        let mut heading = String::new();
        let mut fence: Option<(String, String)> = None;
        for line in doc.lines() {
            let line = line.strip_prefix(' ').unwrap_or(line);
            if let Some((info, text)) = &mut fence {
                if line.trim_end() == "```" {
                    let (info, text) = (std::mem::take(info), std::mem::take(text));
                    page.example(&heading, &info, text);
                    fence = None;
                } else {
                    text.push_str(line);
                    text.push('\n');
                }
            } else if let Some(info) = line.strip_prefix("```") {
                fence = Some((info.trim().to_owned(), String::new()));
            } else if let Some(title) = line.strip_prefix("# ") {
                title.trim().clone_into(&mut heading);
                if page.section(&heading).is_none() {
                    page.unknown.push(heading.clone());
                }
            } else if let Some(section) = page.section(&heading) {
                section.push_str(line);
                section.push('\n');
            }
        }
        let details = std::mem::take(&mut page.details);
        let (summary, details) = details.trim().split_once("\n\n").unwrap_or((details.trim(), ""));
        page.summary = summary.replace('\n', " ");
        page.details = details.trim().to_owned();
        for section in [&mut page.why, &mut page.fix, &mut page.source] {
            *section = section.trim().to_owned();
        }
        page
    }

    fn section(&mut self, heading: &str) -> Option<&mut String> {
        match heading {
            "" => Some(&mut self.details),
            "Why" => Some(&mut self.why),
            // Words between examples are for the reader of the source.
            "Bad" | "Good" => Some(&mut self.summary),
            "Fix" => Some(&mut self.fix),
            "Source" => Some(&mut self.source),
            _ => None,
        }
    }

    fn example(&mut self, heading: &str, info: &str, text: String) {
        let examples = match heading {
            "Bad" => &mut self.bad,
            "Good" => &mut self.good,
            _ => {
                // A fence elsewhere is part of the text.
                if let Some(section) = self.section(heading) {
                    section.push_str(&format!("```{info}\n{text}```\n"));
                }
                return;
            }
        };
        let words: Vec<&str> = info.split_whitespace().collect();
        let value = |key: &str| words.iter().find_map(|word| word.strip_prefix(key));
        match (value("file="), examples.last_mut()) {
            (Some(path), Some(example)) => example.files.push((path.to_owned(), text)),
            _ => examples.push(Example {
                text,
                is_rules: words.contains(&"rules"),
                has_crlf: words.contains(&"crlf"),
                target: value("target=").map(str::to_owned),
                files: Vec::new(),
            }),
        }
    }

    /// The page as Markdown, for `aakit explain` and SARIF. The heading of the page itself is left to the caller.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut page = format!("{}\n", self.summary);
        let mut part = |title: &str, text: &str| {
            if !text.is_empty() {
                page.push_str(&if title.is_empty() {
                    format!("\n{text}\n")
                } else {
                    format!("\n**{title}** {text}\n")
                });
            }
        };
        part("", &self.details);
        part("Why it matters.", &self.why);
        part("", &examples("Instead of", &self.bad));
        part("", &examples("write", &self.good));
        part("The fix.", &self.fix);
        part("Source:", &self.source);
        page
    }
}

fn examples(title: &str, examples: &[Example]) -> String {
    let mut text = String::new();
    for (index, example) in examples.iter().enumerate() {
        text.push_str(&if index == 0 { format!("{title}\n\n") } else { "\nor\n\n".to_owned() });
        text.push_str(&format!("```\n{}```\n", example.text));
        for (path, content) in &example.files {
            text.push_str(&format!("\nwith `{path}`\n\n```\n{content}```\n"));
        }
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_comes_apart() {
        let page = Documentation::parse(
            " One sentence\n over two lines.\n\n More.\n\n # Why\n Because.\n\n # Bad\n ```apparmor rules target=3.0\n /x r,\n ```\n ```apparmor file=tunables/x\n @{A}=/a\n ```\n # Good\n ```apparmor\n profile x {\n }\n ```\n # Fix\n Mends it.\n # Source\n apparmor.d(5)\n",
        );
        assert_eq!(page.summary, "One sentence over two lines.");
        assert_eq!(
            (page.details.as_str(), page.why.as_str(), page.fix.as_str()),
            ("More.", "Because.", "Mends it.")
        );
        assert_eq!(page.bad.len(), 1);
        assert_eq!(page.bad[0].target.as_deref(), Some("3.0"));
        assert_eq!(page.bad[0].files, [("tunables/x".to_owned(), "@{A}=/a\n".to_owned())]);
        assert!(page.bad[0].file().contains("{\n  /x r,\n}"));
        assert_eq!(page.good[0].file(), "profile x {\n}\n");
        assert_eq!(page.source, "apparmor.d(5)");
        assert!(page.unknown.is_empty());
    }
}
