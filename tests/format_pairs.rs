//! The worked examples of the layout.

mod common;

use aakit::format::{Style, format};

struct Pair {
    title: String,
    before: Vec<u8>,
    after: Vec<u8>,
}

fn pairs() -> Vec<Pair> {
    let text = include_str!("data/layout.txt").trim_end_matches('\n').to_owned() + "\n";
    text.split("\n## ").skip(1).map(pair).collect()
}

/// One section: the title, then the two texts with their marks.
fn pair(section: &str) -> Pair {
    let (title, texts) = section.split_once('\n').expect("a title");
    let (before, after) = texts.split_once("==>\n").expect("two texts");
    let decode = |text: &str| -> Vec<u8> {
        let text = text.replace('⇥', "\t").replace('␍', "\r").replace('·', " ").replace("␄\n", "");
        text.into_bytes()
    };
    let (mut before, mut after) = (decode(before), decode(after));
    if title.contains("(body)") {
        for text in [&mut before, &mut after] {
            *text = [b"profile t {\n", &text[..], b"}\n"].concat();
        }
    }
    Pair { title: title.to_owned(), before, after }
}

#[test]
fn every_pair_is_formatted_as_it_says() {
    let pairs = pairs();
    assert_eq!(pairs.len(), 58);
    let mut wrong = String::new();
    for pair in pairs {
        for (what, source) in [("", &pair.before), (" (again)", &pair.after)] {
            let text = match format(source, &Style::default()) {
                Ok(text) => String::from_utf8_lossy(&text).into_owned(),
                Err(error) => format!("{error:?}"),
            };
            let wanted = String::from_utf8_lossy(&pair.after);
            if text != wanted {
                wrong += &format!("{}{what}\n--- wanted\n{wanted}--- got\n{text}\n", pair.title);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What a pair is compiled to: both texts, or neither where apparmor_parser refuses it (newer words, undeclared variables).
#[test]
fn every_pair_compiles_to_the_same_policy() {
    let name = "every_pair_compiles_to_the_same_policy";
    let (Some(corpus), Some(parser)) = (common::corpus(name), common::parser(name)) else { return };
    let features = corpus.join("features.all");
    let tree = corpus.join("apparmor.d");
    let folder = tempfile::tempdir().expect("a temporary directory");
    let of = |text: &[u8], file: &str| {
        // A variable that a pair uses and does not declare, and a switch.
        let uses_tunables = text.windows(2).any(|pair| pair == b"@{") && !text.starts_with(b"@");
        let start = if uses_tunables { &b"include <tunables/global>\n"[..] } else { b"" };
        let path = folder.path().join(file);
        std::fs::write(&path, [start, text].concat()).expect("a temporary directory");
        common::compile_file(&parser, &tree, &tree, &path, &features)
    };
    let mut compiled = 0;
    let mut wrong = Vec::new();
    for pair in pairs() {
        // The path of the file is not in the policy, and both have the same.
        let (before, after) = (of(&pair.before, "a"), of(&pair.after, "a"));
        compiled += usize::from(before.is_some());
        // Line ends of Windows, which the parser refuses in places, are mended.
        if before != after && before.is_some() {
            wrong.push(pair.title);
        }
    }
    println!("{compiled} of 58 compile");
    assert!(wrong.is_empty(), "the meaning differs: {wrong:?}");
    assert!(compiled >= 30, "only {compiled} of 58 compile");
}
