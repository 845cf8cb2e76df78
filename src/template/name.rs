//! Profile names and peers written so that apparmor_parser reads back exactly the same bytes.

use thiserror::Error;

/// The longest profile name that apparmor.d(5) promises, in bytes.
const LONGEST_NAME: usize = 974;

/// Why a template cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TemplateError {
    /// The name holds something that apparmor_parser would read as a pattern, a path or a namespace.
    #[error("`{name}` cannot be a container profile's name: {reason}")]
    Name {
        /// The name that was asked for.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The label of the daemon or of rootlesskit cannot be written as a peer.
    #[error("`{label}` cannot be a signal peer: {reason}")]
    Peer {
        /// The label as it was given.
        label: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// Checks that `name` can be a profile's name and is the same name to the kernel.
pub(super) fn check_name(name: &str) -> Result<(), TemplateError> {
    let reason = if name.is_empty() {
        "it is empty"
    } else if name.len() > LONGEST_NAME {
        "it is longer than 974 bytes"
    } else if name == "unconfined" {
        "that is the kernel's word for no profile"
    } else if name.starts_with('/') {
        "a name that starts with `/` would attach to a program of that path"
    } else if name.starts_with(':') {
        "`:` starts a namespace"
    } else if name.starts_with('&') {
        "`&` asks for a stack of profiles"
    } else if name.chars().any(char::is_control) {
        "it holds a control character"
    } else if name.contains(['{', '}', '[', ']', '\\']) {
        "braces, brackets and backslashes are read as a pattern"
    } else {
        return Ok(());
    };
    Err(TemplateError::Name { name: name.to_owned(), reason })
}

/// The text that names the profile `name`, in quotes where it needs them or `always` is set.
pub(super) fn write_name(name: &str, always: bool) -> String {
    quoted(name.to_owned(), always)
}

/// The peer expression that matches `label` and nothing else.
pub(super) fn write_peer(label: &str, always: bool) -> Result<String, TemplateError> {
    let reason = if label.is_empty() {
        "it is empty"
    } else if label.chars().any(char::is_control) {
        "it holds a control character"
    } else {
        let mut pattern = String::with_capacity(label.len());
        for character in label.chars() {
            match character {
                // By its number: at the end of quotes it would be taken for the escape of the quote.
                '\\' => {
                    pattern.push_str(r"\134");
                    continue;
                }
                '*' | '?' | '[' | ']' | '{' | '}' => pattern.push('\\'),
                _ => {}
            }
            pattern.push(character);
        }
        return Ok(quoted(pattern, always || label.contains('\\')));
    };
    Err(TemplateError::Peer { label: label.to_owned(), reason })
}

fn quoted(text: String, always: bool) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '*' | '\\');
    if !always && text.chars().all(plain) {
        return text;
    }
    format!("\"{}\"", text.replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_only_where_they_must_be() {
        assert_eq!(write_name("cri-containerd.apparmor.d", false), "cri-containerd.apparmor.d");
        assert_eq!(write_name("my app", false), "\"my app\"");
        assert_eq!(write_name("say \"hi\"", true), "\"say \\\"hi\\\"\"");
    }

    #[test]
    fn a_peer_takes_pattern_characters_literally() {
        assert_eq!(write_peer("a*b", true).unwrap(), "\"a\\*b\"");
        assert_eq!(write_peer("/bin/{a,b}", true).unwrap(), "\"/bin/\\{a,b\\}\"");
        assert_eq!(write_peer("a\\", false).unwrap(), r#""a\134""#);
        assert_eq!(write_peer("/usr/bin/dockerd", false).unwrap(), "/usr/bin/dockerd");
        assert!(write_peer("a\nb", true).is_err());
    }

    #[test]
    fn names_that_mean_something_else_are_refused() {
        for name in
            ["", "unconfined", "/bin/x", ":ns:x", "&x", "a\nb", "a{b", "a\\b", "@{PROC}", &"x".repeat(975)]
        {
            assert!(check_name(name).is_err(), "{name:?}");
        }
        for name in ["docker-default", "my app", "say \"hi\"", "a*b", "\u{e4}", "a,b(c)#", "#x", "x@y"] {
            assert!(check_name(name).is_ok(), "{name:?}");
        }
    }
}
