//! Whatever the input: the formatter never fails its own check, a second run changes nothing, and the spans of the tree
//! nest and account for every byte.

mod common;

use aakit::format::{FormatError, Style, format};
use aakit::source::Span;
use aakit::syntax::{self, Item, ItemKind, Parse, Role, Step};
use proptest::prelude::*;
use std::path::Path;

/// Pieces of text that mean something to some scanner mode, put together at random.
const PIECES: &[&str] = &[
    "profile",
    "hat",
    "^h",
    "t",
    "/bin/a",
    "@{A}",
    "@{B}/x",
    "${C}",
    "{",
    "}",
    "(",
    ")",
    ",",
    "=",
    "+=",
    ":=",
    "?=",
    "->",
    "<",
    ">",
    "\"",
    "\"/a b\"",
    "\"/a\n b\"",
    "\\",
    "\\\n",
    "\n",
    "\r\n",
    "\n\n",
    " ",
    "  ",
    "\t",
    "#",
    "# c\n",
    "#aa:only\n",
    " # c\n",
    "# aakit: fmt off\n",
    "# aakit: fmt on\n",
    "#include <x>\n",
    "include",
    "if",
    "exists",
    "else",
    "not",
    "defined",
    "true",
    "and",
    "or",
    "==",
    "audit",
    "deny",
    "owner",
    "priority=1",
    "file",
    "link",
    "subset",
    "capability",
    "chown",
    "network",
    "inet",
    "tcp",
    "mount",
    "options=(ro, rw)",
    "options in (ro)",
    "umount",
    "pivot_root",
    "ptrace",
    "signal",
    "set=(int,term)",
    "peer=",
    "(label=x)",
    "dbus",
    "send",
    "unix",
    "type=stream",
    "userns",
    "mqueue",
    "io_uring",
    "change_profile",
    "set rlimit",
    "nofile",
    "<= 4",
    "MB",
    "all",
    "abi",
    "<abi/4.0>",
    "alias",
    "flags=(complain)",
    "xattrs=(user.a=b)",
    "r",
    "rw",
    "px",
    "/a r,",
    "/b   rw,",
    "owner /c r,",
    "/a\\ ",
    "/{a,b}",
    "/\u{fc}",
    ";",
    "!",
    "\u{c}",
];

fn pieces() -> impl Strategy<Value = String> {
    let piece = || proptest::sample::select(PIECES);
    proptest::collection::vec((piece(), prop_oneof![Just(""), Just(" "), Just("\n"), Just("  ")]), 0..24)
        .prop_map(|parts| parts.into_iter().flat_map(|(piece, gap)| [piece, gap]).collect())
}

/// Items that are complete, with blanks and comments between them as they come.
fn items() -> impl Strategy<Value = String> {
    const ITEMS: &[&str] = &[
        "/a r,",
        "/long/path   rw,",
        "owner /a   r,",
        "      /b r,",
        "deny /c w,",
        "r /a,",
        "/d    rix,",
        "/e     Px,",
        "/f r, # one",
        "/g rw,   # two",
        "/h\nr,",
        "/i # in\n r,",
        "capability chown\nsetuid,",
        "include <x>",
        "#include <y> # c",
        "signal (send,\n receive) set=(int\nterm),",
        "dbus send\n bus=x\n peer=(name=a\n label=b),",
        "# own",
        "# aakit: fmt off",
        "# aakit: fmt on",
        "profile p { /a r, }",
        "^h {\n}",
        "audit {\n/a r,\n}",
        "if true { /a r, } else { /b   r, }",
        "mount options=(ro)\n /a\n -> /b,",
        "set rlimit nofile<=4,",
        "\"/a\n\" r,",
        "/\u{fc}   r,",
        "/\u{fc}\u{fc}  r,",
        "\"/a\tb\"   r,",
        "signal peer=\"a\tb\",   # c",
    ];
    let gap =
        prop_oneof![Just(" "), Just("\n"), Just("\n  "), Just("\n\n"), Just("\n\t"), Just("\r\n      ")];
    let item = (proptest::sample::select(ITEMS), gap);
    proptest::collection::vec(item, 0..20).prop_map(|items| {
        let own_line = |item: &str| item.starts_with("# ") || item.contains(" # ");
        let text: String = items
            .into_iter()
            .flat_map(|(item, gap)| [item, if own_line(item) { "\n" } else { "" }, gap])
            .collect();
        format!("profile t {{\n{text}\n}}\n")
    })
}

/// File rules in and out of columns, in runs that blank lines, comments and other things part.
fn lists() -> impl Strategy<Value = String> {
    let prefix =
        prop_oneof![4 => Just(""), 1 => Just("owner "), 1 => Just("deny "), 1 => Just("audit owner ")];
    let permissions = proptest::sample::select(&["r", "rw", "mrix", "Pxr"][..]);
    let comment = prop_oneof![4 => Just(""), 1 => Just(" # c"), 1 => Just("   # c")];
    // A tab in a word is a character like any other; between words it reaches to the next stop.
    let ends = prop_oneof![6 => Just(("", "")), 1 => Just(("", "\t")), 1 => Just(("\"", "\tb\""))];
    let rule = (0_usize..9, prefix, 0_usize..6, ends, 1_usize..8, permissions, comment).prop_map(
        |(indent, prefix, path, (quote, tail), gap, permissions, comment)| {
            format!(
                "{:indent$}{prefix}{quote}/{:a<path$}{tail}{:gap$}{permissions},{comment}\n",
                "",
                "",
                "",
                indent = if indent > 4 { 2 } else { indent }
            )
        },
    );
    let between = proptest::sample::select(
        &["\n", "  # c\n", "  capability chown,\n", "  profile p { /a r, }\n", "  mount /a\n  -> /b,\n"][..],
    );
    let between = between.prop_map(str::to_owned);
    let line = prop_oneof![5 => rule, 1 => between];
    proptest::collection::vec(line, 0..14).prop_map(|lines| format!("profile t {{\n{}}}\n", lines.concat()))
}

fn check(source: &[u8]) {
    match format(source, &Style::default()) {
        Ok(text) => {
            assert_eq!(format(&text, &Style::default()).as_ref(), Ok(&text), "a second run changes it");
            account(source, &syntax::parse(source));
        }
        Err(FormatError::Changed(difference)) => {
            panic!("{difference}: {:?}", String::from_utf8_lossy(source))
        }
        Err(_) => {}
    }
}

proptest! {
    #![proptest_config(common::random_cases(2000))]

    #[test]
    fn random_pieces_keep_their_words(source in pieces()) {
        check(source.as_bytes());
    }

    #[test]
    fn random_items_keep_their_words(source in items()) {
        prop_assert!(format(source.as_bytes(), &Style::default()).is_ok());
        check(source.as_bytes());
    }

    #[test]
    fn random_columns_are_stable(source in lists()) {
        prop_assert!(format(source.as_bytes(), &Style::default()).is_ok());
        check(source.as_bytes());
    }

    #[test]
    fn random_bytes_do_no_harm(source in proptest::collection::vec(any::<u8>(), 0..80)) {
        check(&source);
    }

    #[test]
    fn every_style_is_stable(source in items(), indent in 1_i64..9, width in 0_i64..60) {
        let style = Style::default().with_indent(indent).and_then(|style| style.with_max_width(width));
        let style = style.expect("in range");
        let text = format(source.as_bytes(), &style).expect("it formats");
        prop_assert_eq!(format(&text, &style), Ok(text));
    }
}

/// The spans nest, are in order, and with blanks, list commas and comments they are the whole file.
fn account(source: &[u8], parse: &Parse) {
    nest(&parse.file.items, Span::new(0, source.len()));
    let mut tokens = Vec::new();
    parse.file.walk(source, &mut |step| {
        if let Step::Token(token) = step {
            tokens.push((token.span, Some(token.role)));
        }
    });
    assert!(tokens.is_sorted_by_key(|(span, _)| *span), "words out of order");
    tokens.extend(parse.file.comments.iter().map(|comment| (comment.span, None)));
    tokens.sort_by_key(|(span, _)| *span);
    let mut at = 0;
    let mut lists = 0;
    for (span, role) in tokens.iter().chain([&(Span::at(source.len()), None)]) {
        let gap = &source[at..span.start as usize];
        let rest: Vec<u8> = gap.iter().copied().filter(|byte| !b" \t\r\n".contains(byte)).collect();
        let blank = rest.iter().all(|byte| *byte == b'\\' || (*byte == b',' && lists > 0));
        assert!(blank, "{:?} belongs to nothing", String::from_utf8_lossy(gap));
        match role {
            Some(Role::OpenList) => lists += 1,
            Some(Role::CloseList) => lists -= 1,
            _ => {}
        }
        at = span.end as usize;
    }
}

fn nest(items: &[Item], outer: Span) {
    let mut at = outer.start;
    for item in items {
        assert!(at <= item.span.start && outer.contains(item.span), "an item lies outside of what holds it");
        at = item.comment.map_or(item.span.end, |comment| comment.span.end);
        let block = |block: &syntax::Block| {
            let inner = Span { start: block.open.end, end: block.close.start };
            assert!(item.span.contains(block.open) && item.span.contains(block.close));
            nest(&block.items, inner);
        };
        match &item.kind {
            ItemKind::Profile(profile) => block(&profile.body),
            ItemKind::Block(rules) => block(&rules.body),
            ItemKind::Conditional(conditional) => {
                conditional.branches.iter().for_each(|branch| block(&branch.body));
                conditional.otherwise.iter().for_each(|(_, body)| block(body));
            }
            _ => {}
        }
    }
}

#[test]
fn real_files_are_accounted_for() {
    let Some(corpus) = common::corpus("real_files_are_accounted_for") else { return };
    let files = common::files(&corpus.join("apparmor.d"));
    let is_abi = |path: &Path| path.components().any(|part| part.as_os_str() == "abi");
    for path in files.iter().filter(|path| !is_abi(path)) {
        let source = std::fs::read(path).expect("it was just listed");
        account(&source, &syntax::parse(&source));
    }
}

#[test]
#[should_panic(expected = "belongs to nothing")]
fn a_lost_word_is_seen() {
    let source = b"profile t {\n  /a r,\n}\n";
    let mut parse = syntax::parse(source);
    parse.file.items.clear();
    account(source, &parse);
}
