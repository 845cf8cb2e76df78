//! One file: parsing never panics, every place lies inside the text, and what is formatted keeps its words.

#![no_main]

use aakit::format::{Style, format};
use aakit::source::SourceFile;
use aakit::syntax::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let result = parse(data);
    let file = SourceFile::new("fuzz", data);
    for error in &result.errors {
        assert!(error.span.end as usize <= data.len(), "{error:?}");
        assert!(!error.message.is_empty());
        file.line_column(error.span.start as usize);
    }
    for item in &result.file.items {
        assert!(item.span.end as usize <= data.len());
    }
    if result.errors.is_empty()
        && let Ok(once) = format(data, &Style::default())
    {
        assert_eq!(format(&once, &Style::default()).ok().as_deref(), Some(&*once), "a second run changed the text");
    }
});
