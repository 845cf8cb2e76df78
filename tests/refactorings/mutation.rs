//! A small change of what a policy says.

use super::Random;
use super::spelling::FileRule;
use super::text::{Body, Text};

/// The text with one rule changed, dropped or added.
pub fn mutate(text: &Text, random: &mut Random) -> Text {
    let mut mutant = text.clone();
    let mut body: &mut Body = {
        let at = random.below(mutant.profiles.len());
        &mut mutant.profiles[at]
    };
    while !body.children.is_empty() && random.once_in(2) {
        let at = random.below(body.children.len());
        body = &mut body.children[at];
    }
    if body.rules.is_empty() || random.once_in(8) {
        let added = random.pick(&[
            "/etc/new r",
            "deny /etc/** w",
            "capability mknod",
            "signal send",
            "/etc/{a,q} rw",
            "network inet",
        ]);
        body.rules.push(added.to_owned());
        return mutant;
    }
    let at = random.below(body.rules.len());
    match changed(&body.rules[at], random) {
        Some(rule) => body.rules[at] = rule,
        None => drop(body.rules.remove(at)),
    }
    mutant
}

fn changed(rule: &str, random: &mut Random) -> Option<String> {
    let toggled = |word: &str| match rule.strip_prefix(word) {
        Some(rest) => rest.to_owned(),
        None => format!("{word}{rule}"),
    };
    let starts_plain =
        !["priority", "set ", "deny ", "audit ", "file"].iter().any(|start| rule.starts_with(start));
    match (random.below(8), FileRule::parse(rule)) {
        (0, _) => None,
        (1, _) if rule.starts_with("audit ") || starts_plain => Some(toggled("audit ")),
        (2, Some(file)) if file.exec.is_empty() && starts_plain => Some(toggled("deny ")),
        (_, Some(mut file)) => {
            match random.below(6) {
                0 => file.owner = if file.owner.is_empty() { "owner ".to_owned() } else { String::new() },
                1 if file.path.contains("**") => file.path = file.path.replacen("**", "*", 1),
                2 if file.path.contains('*') => file.path = file.path.replacen('*', "**", 1),
                3 => file.path.push('x'),
                4 if ["ix", "px", "ux"].contains(&file.exec.as_str()) => {
                    file.exec = random.pick(&["ix", "px", "ux"]).to_owned();
                }
                _ if file.exec.is_empty() => {
                    file.letters = random.pick(&["r", "w", "rw", "k", "rk", "m"]).to_owned()
                }
                _ => file.path.push('*'),
            }
            if !file.letters.contains('l') && file.exec.is_empty() {
                file.target.clear();
            }
            let path = if file.path.contains(' ') { format!("\"{}\"", file.path) } else { file.path };
            Some(format!(
                "{}{}{path} {}{}{}",
                file.qualifiers, file.owner, file.letters, file.exec, file.target
            ))
        }
        (2, None) if starts_plain => Some(toggled("deny ")),
        (3, None) if rule.contains("peer=") => Some(rule.replacen("peer=", "peer=z", 1)),
        (4, None) if rule.contains("term") => Some(rule.replacen("term", "usr1", 1)),
        (5, None) if rule.contains("send") => Some(rule.replacen("send", "receive", 1)),
        (6, None) if rule.contains("inet") => Some(rule.replacen("inet", "netlink", 1)),
        _ => None,
    }
}
