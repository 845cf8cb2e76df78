use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;
use crate::syntax::ItemKind;

declare_rule! {
    /// A second assignment, or an include, on the line of an assignment.
    ///
    /// # Why
    /// An assignment takes everything up to the end of its line for its values: the second variable is never declared, the file never
    /// included, and the first variable stands for nonsense.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// @{one} = /srv/one @{two}=/srv/two
    ///
    /// profile example /usr/bin/example {
    ///   /etc/passwd r,
    /// }
    /// ```
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// @{one} = /srv/one #include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   include <abstractions/base>
    ///   @{one}/data r,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// @{one} = /srv/one
    /// @{two} = /srv/two
    ///
    /// profile example /usr/bin/example {
    ///   @{one}/** r,
    ///   @{two}/** r,
    /// }
    /// ```
    ///
    /// # Source
    /// found with apparmor_parser 3.0.8 and 6.0
    pub struct AssignmentSwallows {
        id: "assignment-swallows",
        group: Correctness,
    }
}

impl Rule for AssignmentSwallows {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for item in file.items() {
            let ItemKind::Assignment(assignment) = &item.kind else { continue };
            let source = file.bytes();
            if let Some(span) = include_behind(item.span, source) {
                findings.report(
                    Self::finding(
                        file.location(span),
                        "this is no include: behind an assignment it is a comment",
                    )
                    .note("to apparmor_parser before 4.0 its words are values of the variable")
                    .help("put it on a line of its own"),
                );
            }
            for (index, value) in assignment.values.iter().enumerate() {
                let text = value.raw(source);
                let next = assignment.values.get(index + 1).map(|next| next.raw(source));
                let what = match text {
                    b"include" => "an include",
                    [b'@' | b'$', ..] if is_assignment(text, next) => "an assignment",
                    _ => continue,
                };
                let shown = file.show(&assignment.variable);
                findings.report(
                    Self::finding(
                        file.location(value.span),
                        format!("this looks like {what} and is a value of `{shown}`"),
                    )
                    .help("put it on a line of its own"),
                );
            }
        }
    }
}

/// `#include <…>` on the line of the assignment.
fn include_behind(assignment: Span, source: &[u8]) -> Option<Span> {
    let start = assignment.start as usize;
    let line = source[start..].split(|byte| *byte == b'\n').next().unwrap_or_default();
    let at = line.windows(10).position(|window| matches!(window, b"#include <" | b"#include \""))?;
    let is_first_comment = !line[..at].contains(&b'#');
    is_first_comment.then(|| Span::new(start + at, start + line.trim_ascii_end().len()))
}

/// `@{X}=…`, or `@{X}` with an operator behind it.
fn is_assignment(text: &[u8], next: Option<&[u8]>) -> bool {
    let name = text
        .iter()
        .skip(1)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'{' | b'}'))
        .count();
    let rest = &text[1 + name..];
    let is_operator =
        |text: &[u8]| [&b"="[..], b"+=", b"?=", b":="].iter().any(|operator| text.starts_with(operator));
    if rest.is_empty() { next.is_some_and(is_operator) } else { is_operator(rest) }
}
