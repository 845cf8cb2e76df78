use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};

declare_rule! {
    /// A profile whose flags say that it confines nothing: `complain`, `unconfined`, `prompt` or `default_allow`.
    ///
    /// Off by default: while a profile is written, that is what it should do.
    ///
    /// # Why
    /// What is released this way looks like a confinement and is none.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example flags=(complain) {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Flags"
    pub struct ComplainLeft {
        id: "complain-left",
        group: Correctness,
        default: Off,
    }
}

impl Rule for ComplainLeft {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, profile) in file.profiles() {
            for flag in profile.flags.iter().flat_map(|flags| &flags.list.items) {
                let meaning = match flag.text(file.bytes()) {
                    b"complain" => "what the rules do not allow is only logged",
                    b"unconfined" | b"default_allow" => "everything is allowed",
                    b"prompt" => "the user is asked",
                    _ => continue,
                };
                let word = file.show(flag);
                findings.report(
                    Self::finding(file.location(flag.span), format!("`{word}` is left in: {meaning}"))
                        .help("remove the flag before the profile is released"),
                );
            }
        }
    }
}
