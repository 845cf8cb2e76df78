//! Paths to ask about: some that a glob should match, and some that miss it by one byte. They are made from its text, not by
//! the library that is judged.

use super::numbers::Numbers;

/// A string that the glob matches, if this reads it rightly; wildcards stand for what is likely to be got wrong.
pub fn sample(text: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut at = 0;
    sequence(text, &mut at, numbers)
}

/// The string changed a little.
pub fn near(path: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut path = path.to_vec();
    let at = numbers.below(path.len() + 1);
    match numbers.below(10) {
        0 => path.push(b'/'),
        1 => drop(path.pop()),
        2 => path.push(b'x'),
        3 => path.insert(at, b'/'),
        4 => path.insert(at, 0xff),
        5 => path.truncate(at),
        6 if at < path.len() => drop(path.remove(at)),
        7 if at < path.len() => path[at] = path[at].wrapping_add(1).max(1),
        8 => path.splice(0..0, *b"/").for_each(drop),
        _ => path.insert(at, b'a'),
    }
    path
}

fn sequence(text: &[u8], at: &mut usize, numbers: &mut Numbers) -> Vec<u8> {
    let mut made = Vec::new();
    while let Some(byte) = text.get(*at) {
        *at += 1;
        match byte {
            b'\\' => {
                made.extend(text.get(*at));
                *at += 1;
            }
            b'*' => {
                let doubled = text.get(*at) == Some(&b'*');
                *at += usize::from(doubled);
                let plain = ["", "a", "b", "x", "ab", ".h", "a.so", "\u{e9}", "\n", " "];
                let deep = ["", "a", "/", "a/b", "b/", "/a", "a//b", "x/y/z", "//"];
                let text =
                    if doubled && !numbers.once_in(3) { numbers.pick(&deep) } else { numbers.pick(&plain) };
                made.extend(text.bytes());
            }
            b'?' => made.push([b'a', b'b', b'/', 0x80, 0xff, b'.'][numbers.below(6)]),
            b'[' => made.extend(class(text, at, numbers)),
            b'{' => {
                let mut alternatives = vec![sequence(text, at, numbers)];
                while text.get(*at - 1) == Some(&b',') {
                    alternatives.push(sequence(text, at, numbers));
                }
                made.extend(alternatives.swap_remove(numbers.below(alternatives.len())));
            }
            // The end of an alternative; a comma or brace outside is met as one too, which cuts the sample short.
            b',' | b'}' => return made,
            _ => made.push(*byte),
        }
    }
    *at += 1;
    made
}

fn class(text: &[u8], at: &mut usize, numbers: &mut Numbers) -> Option<u8> {
    let start = *at;
    while text.get(*at).is_some_and(|byte| *byte != b']') {
        *at += if text[*at] == b'\\' { 2 } else { 1 };
    }
    let content = text.get(start..*at)?;
    *at += 1;
    match content {
        [b'^', ..] => Some([b'a', b'z', b'/', 0xfe, b'0', b'Q'][numbers.below(6)]),
        [] => None,
        _ => Some(content[numbers.below(content.len())]),
    }
}
