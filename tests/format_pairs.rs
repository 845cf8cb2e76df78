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
