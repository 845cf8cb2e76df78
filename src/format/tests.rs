//! The layout where no worked example shows it, and the check that guards it.

use super::{FormatError, Style, format, verify};
use crate::format::Difference;
use crate::syntax;

fn formatted(source: &str) -> String {
    let text = format(source.as_bytes(), &Style::default()).expect("it formats");
    let again = format(&text, &Style::default()).expect("the result formats");
    assert_eq!(text, again, "a second run changes it");
    String::from_utf8(text).expect("it was UTF-8")
}

fn body(source: &str) -> String {
    let text = formatted(&format!("profile t {{\n{source}}}\n"));
    let inner = text.strip_prefix("profile t {\n").and_then(|text| text.strip_suffix("}\n"));
    inner.expect("the head stays").to_owned()
}

#[test]
fn the_check_sees_what_a_formatter_could_do_wrong() {
    let good = "@{A} = /a\n@{A} += /b\n# why\nprofile t {\n  /a r, # note\n  signal (send, receive),\n}\n";
    let parse = syntax::parse(good.as_bytes());
    let check = |text: &str| verify::same(good.as_bytes(), &parse.file, text.as_bytes());
    assert_eq!(check(good), Ok(()));
    assert_eq!(check(&good.replace("(send, receive)", "(send receive)")), Ok(()));
    for (from, to) in [
        ("  /a r, # note\n", ""),
        ("/a r,", "/a rw,"),
        ("/a r,", "r /a,"),
        ("(send, receive)", "(receive, send)"),
        ("(send, receive)", "(send)"),
        ("@{A} = /a\n@{A} += /b", "@{A} += /b\n@{A} = /a"),
        ("@{A} = /a\n@{A} += /b", "@{A} = /a @{A} += /b"),
        ("profile t {\n", "profile t {\n  }\n  profile t {\n"),
    ] {
        let wrong = good.replace(from, to);
        assert!(matches!(check(&wrong), Err(Difference::Words(_))), "{wrong}");
    }
    for (from, to) in
        [(" # note", ""), ("# note", "# not"), ("  /a r, # note", "  # note\n  /a r,"), ("# why\n", "")]
    {
        let wrong = good.replace(from, to);
        assert_eq!(check(&wrong), Err(Difference::Comments), "{wrong}");
    }
    assert_eq!(check(&good.replace("/a r,", "/a r")), Err(Difference::Unreadable));
}

/// The check does not trust the tree: a word that a parser lost is seen.
#[test]
fn the_check_sees_what_belongs_to_no_word() {
    let source = "profile t {\n  /a r,\n}\n";
    let mut parse = syntax::parse(source.as_bytes());
    parse.file.items.clear();
    assert_eq!(verify::same(source.as_bytes(), &parse.file, b""), Err(Difference::Uncovered(0)));
}

#[test]
fn a_region_that_is_switched_off_stays() {
    let source = "  # aakit: fmt off\n/a    r,   \n\n\n\t/b\tw,\n  # aakit: fmt on\n";
    assert_eq!(body(&format!("{source}/c   r,\n")), format!("{source}  /c r,\n"));
    let generated = "  # aakit: fmt off it is generated\n/a    r,\n  # aakit: fmt on again\n";
    assert_eq!(body(generated), generated);
    assert_eq!(body("#aakit:fmt off\n  /a   r, # x  \n"), "  #aakit:fmt off\n  /a   r, # x  \n");
    assert_eq!(
        formatted("# aakit: fmt off\nprofile  a  {  }\n# aakit: fmt on\nprofile  b  {  }\n"),
        "# aakit: fmt off\nprofile  a  {  }\n# aakit: fmt on\nprofile b {\n}\n"
    );
}

#[test]
fn a_file_with_errors_is_refused() {
    let error = format(b"profile t {\n  /a r\n}\n", &Style::default());
    assert!(matches!(error, Err(FormatError::Syntax(errors)) if errors.len() == 1));
}

/// The last line end would turn values into a comment.
#[test]
fn an_unfinished_comment_behind_values_is_refused() {
    let error = format(b"@{A} = /a # c", &Style::default());
    assert!(matches!(error, Err(FormatError::Unfinished(span)) if span.of(b"@{A} = /a # c") == b"#"));
    assert_eq!(formatted("@{A} = /a # c\n"), "@{A} = /a # c\n");
}

#[test]
fn carriage_returns_go_where_the_parser_reads_them_as_letters() {
    assert_eq!(body("signal send,\r\nmount /a,\r\n/b r,\r\n"), "  signal send,\n  mount /a,\n  /b r,\n");
    assert_eq!(body("\"/a\r\n\t b\"   r,\r\n"), "  \"/a\r\n\t b\" r,\n");
}

#[test]
fn bytes_that_are_no_text_stay() {
    let text = format(b"# \xe9t\xe9\nprofile t {\n/\xff\x0c   r,\n}\n", &Style::default());
    assert_eq!(text.expect("it formats"), b"# \xe9t\xe9\nprofile t {\n  /\xff\x0c r,\n}\n");
}

#[test]
fn empty_files_stay_empty() {
    assert_eq!(formatted(""), "");
    assert_eq!(formatted("\n \n\n"), "");
    assert_eq!(formatted("\n# x\n\n\n"), "# x\n");
}

/// An empty value stands behind a continuation that an empty line follows (apparmor_parser 3.0.8).
#[test]
fn a_continuation_before_an_empty_line_stays() {
    assert_eq!(formatted("@{A} = /a  \\\n\n"), "@{A} = /a \\\n\n");
    assert_eq!(formatted("@{A} = /a \\\n   # c\n"), "@{A} = /a \\\n  # c\n");
    assert_eq!(formatted("@{A} = \\\n/b\n"), "@{A} = \\\n  /b\n");
    assert_eq!(formatted("@{A} = /a \\\n"), "@{A} = /a \\\n");
    assert_eq!(formatted("@{A} = /a\\ # c\n"), "@{A} = /a\\ # c\n");
}

#[test]
fn comments_stay_in_heads() {
    assert_eq!(formatted("profile a # x\n# y\n{\n\n/a r,\n}\n"), "profile a { # x\n  # y\n  /a r,\n}\n");
    assert_eq!(formatted("profile a # x\n{ # y\n}\n"), "profile a # x\n{ # y\n}\n");
    assert_eq!(formatted("profile a # x\n/a {\n}\n"), "profile a # x\n     /a {\n}\n");
    assert_eq!(body("audit # x\n{\n}\n"), "  audit { # x\n  }\n");
    assert_eq!(
        body("if true { }\n# x\nelse # y\n{ # z\n}\n"),
        "  if true {\n  }\n  # x\n  else # y\n  { # z\n  }\n"
    );
}

#[test]
fn profiles_stand_apart() {
    let source =
        "profile a {\n/a r,\n# about b\nprofile b {\n}\n/c r,\n}\n# about c\nprofile c {\n}\n# vim\n";
    let wanted = "profile a {\n  /a r,\n  # about b\n  profile b {\n  }\n\n  /c r,\n}\n\n# about c\nprofile c {\n}\n# vim\n";
    assert_eq!(formatted(source), wanted);
}

#[test]
fn fragments_stand_one_level_in() {
    assert_eq!(
        formatted("# head\nabi <abi/4.0>,\n# about\ninclude <x>\n/a r,\n# vim:syntax=apparmor\n"),
        "# head\n  abi <abi/4.0>,\n  # about\n  include <x>\n  /a r,\n# vim:syntax=apparmor\n"
    );
    assert_eq!(formatted("include <a>\ninclude <b>\n"), "include <a>\ninclude <b>\n");
    assert_eq!(formatted("   include <a>\ninclude <b>\n"), "  include <a>\n  include <b>\n");
    assert_eq!(formatted("  alias /a -> /b,\n"), "  alias /a -> /b,\n");
    assert_eq!(formatted("  include <a>\nprofile x {\n}\n"), "include <a>\nprofile x {\n}\n");
    assert_eq!(formatted("  # only\n#comments\n"), "  # only\n#comments\n");
}

#[test]
fn breaks_stay_between_the_words_of_a_list_and_not_at_its_parentheses() {
    let broken = "  signal (\n    send,\n    receive\n  ) set=(\n term,\n kill\n ) peer=x,\n";
    let expected = "  signal (send,\n       receive) set=(term,\n       kill) peer=x,\n";
    assert_eq!(body(broken), expected);
}

#[test]
fn a_paragraph_may_share_the_column_of_another() {
    let source = "  /a       r,\n  /long    r,\n\n  # alone\n  /b       r,\n\n  /c    r,\n";
    assert_eq!(body(source), source.replace("/c    r", "/c r"));
}

#[test]
fn options_change_the_layout() {
    let style = Style::default().with_indent(4).and_then(|style| style.with_align("none")).expect("fits");
    let text = format(b"profile t {\n/a     r,\n/long  r,\n}\n", &style).expect("it formats");
    assert_eq!(text, b"profile t {\n    /a r,\n    /long r,\n}\n");
    let style = Style::default().with_max_width(40).expect("fits");
    let source = b"profile t {\n  dbus send bus=system path=/a interface=b.c peer=(name=d.e),\n}\n";
    let wanted =
        "profile t {\n  dbus send bus=system path=/a\n       interface=b.c\n       peer=(name=d.e),\n}\n";
    let text = format(source, &style).expect("it formats");
    assert_eq!(String::from_utf8_lossy(&text), wanted);
    assert_eq!(format(&text, &style).expect("it formats"), text);
}

/// What must stay as it is: each line, in the body of a profile, comes out as it went in.
#[test]
fn what_fmt_must_never_do_in_rules() {
    for line in [
        // Nothing inside quotes moves.
        "\"/a\n  b\" r,",
        "\"/a\r\nb\" r,",
        "\"/a\tb\" r,",
        "\"/{a, b}/c\" r,",
        "\"/a  \n b\" r,",
        // No blank behind a comma inside a word.
        "/{a,b}/c r,",
        "dbus send member={A,B},",
        // Blanks that are needed stay.
        "/a px -> b,",
        "change_profile -> x,",
        "if not (true) {\n  }",
        "#include <x>",
        "^a {\n  }",
        // Bytes in words stay.
        "/a\x0cb r,",
        // A value in parentheses is no list.
        "dbus send peer=(name=(a|b)),",
        "signal (send) set=(int),",
        "signal send set=int,",
        "ptrace peer=foo,",
        // Clauses and rules are not merged, blocks not flattened.
        "mount options=(ro) options=(nosuid) -> /a,",
        "mount options in (ro),",
        "audit /a r,\n  /a w,",
        "audit {\n    /a r,\n  }",
        // Permissions stay on their side, in their order and case.
        "l /a -> /b,",
        "/a l -> /b,",
        "/a pix,",
        "/a mrix,",
        "/a rmix,",
        "/a RW,",
        "/a Px,",
        "file,",
        "owner file r /a,",
        // Qualifiers and quotes stay.
        "audit deny owner \"/a b\" r,",
        "capability chown setuid,",
        "network \"inet\",",
        "mount \"a=b\" -> /c,",
        "signal peer=\"b c\",",
        // Escapes, slashes and braces stay.
        r"/a\*b r,",
        r"/a\x2ab r,",
        r"/a\,b r,",
        r"/a\+b r,",
        "//a/b r,",
        "/a//b/ r,",
        "change_profile -> a//b,",
        "/@A r,",
        // Order stays.
        "set rlimit nofile <= 2,\n  set rlimit nofile <= 1,",
        "deny include <x>",
        "include <b>\n  include <a>",
        // Comments stay as they are, where they are.
        "# included elsewhere",
        "#Included elsewhere",
        "#/a r,",
        "##  two",
        "# aakit: allow(x)\n  /a r,",
        "/a r, #aa:only apt\n\n  /b r,",
    ] {
        let line = format!("  {line}\n");
        assert_eq!(body(&line), line);
    }
}

#[test]
fn what_fmt_must_never_do_in_preambles() {
    for text in [
        "@{A} = /a @{B} = /b\n",
        "@{A} = /a \\\n  /b\n",
        "@{A} = \"/a\" \\\n  /b\n",
        "@{A} = /a\\ \n",
        "@{A} := /b\n",
        "@{A} ?= /b\n",
        "@{A} = {a,b}\n",
        "@{A} = \"#a\" \"/a b\"\n",
        "@A = /a\n",
        "@{A} += /c\n@{A} := /b\n",
        "profile \"a b\" {\n}\n",
        "profile a//b {\n}\n",
        "/bin/a {\n}\n",
        "profile a (complain) {\n}\n",
        "profile a flags=(attach_disconnected.path=/a, kill.signal=term) {\n}\n",
        "profile a xattrs=(user.a=\"b c\") flags=(complain) {\n}\n",
    ] {
        assert_eq!(formatted(text), text);
    }
}

/// Not a continuation: the assignment ends with its line, and `\` belongs to the value.
#[test]
fn a_backslash_that_is_glued_to_a_value_stays() {
    assert_eq!(formatted("@{A} = /a\\\n/b {\n/q r, }\n"), "@{A} = /a\\\n/b {\n  /q r,\n}\n");
    assert_eq!(formatted("@{A} = \"/a\"\\\n/b\n"), "@{A} = \"/a\" \\\n  /b\n");
}
