use crate::diagnostic::Applicability;
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;

declare_rule! {
    /// A path with the name of one processor architecture in it.
    ///
    /// # Why
    /// On another architecture the directory has another name, and the rule matches nothing.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /usr/lib/x86_64-linux-gnu/example/*.so mr,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /usr/lib/@{multiarch}/example/*.so mr,
    /// ```
    ///
    /// # Fix
    /// Writes `@{multiarch}`, which stands for all of them. The rule then matches more, so it is made only when unsafe fixes are allowed.
    ///
    /// # Source
    /// `tunables/multiarch`
    pub struct HardCodedArchPath {
        id: "hard-coded-arch-path",
        group: Portability,
        fix: Unsafe,
    }
}

/// Debian's names of architectures in library paths: <https://wiki.debian.org/Multiarch/Tuples>.
const TRIPLETS: &[&str] = &[
    "x86_64-linux-gnu",
    "i386-linux-gnu",
    "aarch64-linux-gnu",
    "arm-linux-gnueabihf",
    "arm-linux-gnueabi",
    "powerpc64le-linux-gnu",
    "riscv64-linux-gnu",
    "s390x-linux-gnu",
    "mips64el-linux-gnuabi64",
];

/// What each of them has in it.
const IN_ALL: &[u8; 4] = b"-lin";

impl Rule for HardCodedArchPath {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        let knows_variable = file.policy.variables.is_set(b"multiarch");
        for (_, _, _, path) in file.file_rules() {
            let text = path.raw(file.bytes());
            if !text.windows(IN_ALL.len()).any(|window| window == IN_ALL) {
                continue;
            }
            let Some((at, triplet)) = TRIPLETS.iter().find_map(|triplet| {
                let at = text.windows(triplet.len()).position(|window| window == triplet.as_bytes())?;
                // One of several alternatives, or a part of a longer name, is meant so.
                let before = at.checked_sub(1).map(|before| text[before]);
                let behind = text.get(at + triplet.len());
                (before == Some(b'/') && behind == Some(&b'/')).then_some((at, triplet))
            }) else {
                continue;
            };
            let start = path.span.start as usize + at;
            let span = Span::new(start, start + triplet.len());
            let finding =
                Self::finding(file.location(span), format!("`{triplet}` is one architecture's name"));
            findings.report(if knows_variable {
                finding.help("write `@{multiarch}`").fix(
                    "write `@{multiarch}`",
                    Applicability::Unsafe,
                    vec![(span, b"@{multiarch}".to_vec())],
                )
            } else {
                finding.help("include `tunables/global` and write `@{multiarch}`, or write `*-linux-gnu*`")
            });
        }
    }
}
