//! What makes a derived sentence meaningful: the names in it are made to exist or to be new, and sentences that break
//! a condition which the grammar tells in an "Also:" line are recognised.

use super::generator::Node;
use aakit::vocabulary::{ExecMode, MountKind, MountOption, ProfileFlag, Word};
use std::collections::BTreeSet;

/// Stands before each sentence, so that there is a variable of each kind.
pub const PRELUDE: &str = "@{BASE}=/base\n@{DECLARED}=/declared\n${FLAG}=true\n";

/// The files that sentences may include, and what is in them.
pub const FILES: [(&str, &str); 3] = [
    ("part", "# nothing\n"),
    ("parts/one", "# nothing\n"),
    ("abi/features", "policy {versions {v8 {yes\n}\n}\n}\n"),
];

/// Gives names that must exist the names of things that do, and names that must be new new ones.
pub fn name_things(tree: &mut Node) {
    let mut count = 0;
    let mut fresh = |prefix: &str| {
        count += 1;
        format!("{prefix}{count}").into_bytes()
    };
    for name in tree.all_mut("variable_name") {
        name.replace(b"DECLARED");
    }
    // A variable must not refer to itself.
    for value in tree.all_mut("value") {
        value.all_mut("variable_name").into_iter().for_each(|name| name.replace(b"BASE"));
    }
    for variable in tree.all_mut("boolean_variable") {
        variable.all_mut("variable_name").into_iter().for_each(|name| name.replace(b"FLAG"));
    }
    for (kind, assign) in [("assignment", "operator"), ("boolean_assignment", "boolean_operator")] {
        for assignment in tree.all_mut(kind) {
            if assignment.one(assign) == Some(b"=".to_vec()) {
                let name = fresh("NEW_");
                assignment.all_mut("variable_name")[0].replace(&name);
            }
        }
    }
    for name in tree.all_mut("abi_name") {
        name.replace(b"abi/features");
    }
    for name in tree.all_mut("include_name") {
        let known: &[u8] = if name.bytes().len() > 1 { b"parts" } else { b"part" };
        name.replace(known);
    }
    for kind in ["name", "path_name"] {
        for name in tree.all_mut(kind) {
            let mut text = name.bytes();
            let quote = (text.ends_with(b"\"")).then(|| text.pop()).flatten();
            text.extend(fresh("_"));
            text.extend(quote);
            // Shown to later checks as one text: nothing asks for the parts of a name.
            name.replace(&text);
        }
    }
}

/// Is every "Also:" of the grammar kept?
pub fn is_sound(tree: &Node) -> bool {
    exec_rules(tree) <= 1
        && tree.all("file_rule").into_iter().all(file)
        && tree.all("alias").into_iter().all(alias)
        && tree.all("flags").into_iter().all(flags)
        && tree.all("mount").into_iter().all(mount)
        && tree.all("remount").into_iter().all(mount)
        && tree.all("network").into_iter().all(network)
        && tree
            .all("unix")
            .into_iter()
            .all(|rule| socket(rule, "unix_condition", "unix_peer_condition", "unix_peer"))
        && tree.all("dbus").into_iter().all(dbus)
        && tree.all("mqueue").into_iter().all(mqueue)
        && tree.all("block").into_iter().all(block)
        && tree.all("change_profile").into_iter().all(change_profile)
        && bodies(tree).into_iter().all(|body| !body.all("hat").into_iter().any(|hat| hat.has("xattrs")))
        && tree.all("comparison").into_iter().all(comparison)
}

/// Rules whose exec modes could contradict each other; with at most one nothing can.
fn exec_rules(tree: &Node) -> usize {
    let modes =
        tree.all("file_rule").into_iter().filter(|rule| rule.has("exec_mode") || !rule.has("path")).count();
    modes + tree.all("all").len()
}

fn modes(rule: &Node) -> BTreeSet<Vec<u8>> {
    rule.all("mode").into_iter().map(Node::bytes).collect()
}

fn is_deny(rule: &Node) -> bool {
    modes(rule).contains(&b"deny"[..])
}

fn file(rule: &Node) -> bool {
    let words: Vec<_> = rule.all("permission").into_iter().map(Node::bytes).collect();
    let letter = |letter: u8| words.iter().any(|word| word.eq_ignore_ascii_case(&[letter]));
    let execs: BTreeSet<_> = rule.all("exec_mode").into_iter().map(|mode| mode.bytes()).collect();
    let same_mode =
        execs.iter().filter_map(|mode| ExecMode::from_name(mode)).collect::<BTreeSet<_>>().len() <= 1;
    let plain_exec = letter(b'x');
    let exec = !execs.is_empty();
    let link = letter(b'l');
    let deny = is_deny(rule);
    let path_first = rule.children.iter().position(|child| child.has("path"))
        < rule.children.iter().position(|child| child.has("permissions"));
    let target = rule.one("target_name").filter(|_| rule.has("file_target"));
    let bare = !rule.has("path");
    let subset = rule.has("path") && !rule.has("permissions");
    same_mode
        && !(letter(b'w') && letter(b'a'))
        && !(letter(b'a') && rule.all("permission").iter().any(|word| word.bytes() == b"A"))
        && (plain_exec as u8 <= deny as u8)
        && !(exec && deny)
        && !(bare && deny)
        && (!rule.has("exec_safety") || (exec && !deny))
        && (target.is_none() || !plain_exec)
        && !(target.is_some() && !path_first && exec && link)
        && !(target.is_some_and(|target| target.starts_with(b":") || target.starts_with(b"\":"))
            && !path_first
            && (link || subset))
        && !(plain_exec && exec)
}

fn alias(alias: &Node) -> bool {
    let left = alias.all("path")[0].bytes();
    !(left.starts_with(b"@{") && left.ends_with(b"}") && left.len() == b"@{DECLARED}".len())
}

fn flags(flags: &Node) -> bool {
    let texts: Vec<_> = flags.all("flag").into_iter().map(Node::bytes).collect();
    let found: Vec<_> = texts
        .iter()
        .filter_map(|text| {
            ProfileFlag::from_name(text.split(|byte| *byte == b'=').next().unwrap_or_default())
        })
        .collect();
    let conflict = found.iter().any(|one| found.iter().any(|other| one.conflicts_with(*other)));
    let values = texts.iter().filter(|text| text.contains(&b'=')).count();
    !conflict && values <= 1
}

fn mount(rule: &Node) -> bool {
    let options = |node: &Node| -> Vec<MountOption> {
        node.all("mount_option")
            .into_iter()
            .filter_map(|word| MountOption::from_name(&word.bytes()))
            .collect()
    };
    let all = options(rule);
    let clauses = rule.all("options_condition");
    let opposite = clauses.iter().any(|clause| {
        let options = options(clause);
        options.iter().any(|one| options.iter().any(|other| one.conflicts_with(*other)))
    });
    let is = |kind| all.iter().any(|option| option.kind() == kind);
    let fstype = rule.has("fstype_condition");
    let special =
        is(MountKind::Bind) || is(MountKind::Move) || is(MountKind::Propagation) || is(MountKind::Remount);
    let spread = is(MountKind::Propagation);
    let kinds = [MountKind::Bind, MountKind::Move, MountKind::Propagation, MountKind::Remount];
    let contradicts = opposite || (special && fstype) || (spread && rule.has("mount_source"));
    !contradicts && kinds.into_iter().filter(|kind| is(*kind)).count() <= 1 && clauses.len() <= 1
}

/// Accesses of sockets that have no other end.
const WITHOUT_PEER: [&[u8]; 8] =
    [b"create", b"bind", b"listen", b"shutdown", b"getattr", b"setattr", b"getopt", b"setopt"];

fn socket(rule: &Node, condition: &str, peer_condition: &str, peer: &str) -> bool {
    let each_once = |name: &str| {
        let names: Vec<_> =
            rule.all(name).into_iter().filter_map(|node| node.words().first().cloned()).collect();
        names.iter().collect::<BTreeSet<_>>().len() == names.len()
    };
    let own =
        rule.all("socket_access_word").into_iter().any(|word| WITHOUT_PEER.contains(&&word.bytes()[..]));
    each_once(condition) && each_once(peer_condition) && !(own && rule.has(peer))
}

fn network(rule: &Node) -> bool {
    let conditional = rule.has("network_condition") || rule.has("network_peer");
    let domain = rule.all("network_domain");
    let internet = domain.iter().all(|domain| {
        let family = domain.one("address_family");
        family.is_none_or(|family| family == b"inet" || family == b"inet6")
    });
    socket(rule, "network_condition", "network_peer_condition", "network_peer")
        && (!conditional || internet)
        // `packet` after a family is a type; alone it is a family, which has no conditions.
        && !(conditional && domain.iter().any(|domain| domain.bytes() == b"packet"))
}

fn dbus(rule: &Node) -> bool {
    let names: Vec<_> = ["dbus_message_condition", "dbus_service_condition", "dbus_peer_condition"]
        .iter()
        .flat_map(|name| rule.all(name))
        .filter_map(|node| node.words().first().cloned())
        .collect();
    let once = names.iter().collect::<BTreeSet<_>>().len() == names.len();
    let listens = rule.all("dbus_access_word").into_iter().any(|word| word.bytes() == b"eavesdrop");
    once && !(listens && rule.has("dbus_peer"))
}

fn mqueue(rule: &Node) -> bool {
    let conditions = rule.all("mqueue_condition");
    let types: Vec<_> = conditions
        .iter()
        .filter_map(|condition| {
            condition.words().into_iter().find(|word| word == b"posix" || word == b"sysv")
        })
        .collect();
    let labels = conditions.len() - types.len();
    let posix = rule.one("mqueue_name").map(|name| name.starts_with(b"/"));
    types.len() <= 1
        && labels <= 1
        && types.iter().all(|kind| posix.is_none_or(|posix| posix == (kind == b"posix")))
}

fn block(block: &Node) -> bool {
    let deny = block.all("block_qualifiers").into_iter().flat_map(Node::words).any(|word| word == b"deny");
    let allow = block.all("block_qualifiers").into_iter().flat_map(Node::words).any(|word| word == b"allow");
    let inner = modes(block);
    let nested =
        block.children.iter().any(|child| child.all("body").into_iter().any(|body| body.has("block")));
    let execs = exec_rules(block) > 0
        || block.all("permission").into_iter().any(|word| word.bytes().eq_ignore_ascii_case(b"x"));
    // apparmor_parser 3.0 takes no exec condition of change_profile in a block.
    !nested
        && !block.has("exec_condition")
        && (!(deny || allow) || inner.is_empty())
        && !(deny && (execs || block.has("exec_safety")))
}

fn change_profile(rule: &Node) -> bool {
    !rule.has("exec_safety") || rule.has("exec_condition")
}

fn comparison(comparison: &Node) -> bool {
    let operands: Vec<_> = comparison.all("atom").into_iter().map(Node::bytes).collect();
    let ordered = comparison.words().iter().any(|word| word.starts_with(b"<") || word.starts_with(b">"));
    let number = |operand: &Vec<u8>| operand.iter().all(u8::is_ascii_digit);
    !ordered || operands.iter().all(number)
}

fn bodies(tree: &Node) -> Vec<&Node> {
    tree.all("body")
}
