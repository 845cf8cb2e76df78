use crate::lint::grants::Grant;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::source::FileId;
use crate::vocabulary::{ExecBase, ExecFallback};

declare_rule! {
    /// Executing a program without confinement.
    ///
    /// `ux`, `Ux` and `-> unconfined` always leave the confinement; `pux`, `cux` and their kin do so whenever the profile that they lead to is not
    /// loaded. Those with `PUx` are told together, once a profile.
    ///
    /// # Why
    /// Who controls this program controls that one too, by its arguments, its input and its files, and then nothing
    /// confines him. The lower-case modes also keep `LD_PRELOAD`, by which any code runs there.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /bin/sh Ux,
    /// ```
    /// ```apparmor rules
    /// /usr/bin/helper PUx,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /usr/bin/helper Px -> example,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Execute rules"
    pub struct UnconfinedExec {
        id: "unconfined-exec",
        group: Security,
    }
}

impl Rule for UnconfinedExec {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let mut fallbacks: Vec<(FileId, Vec<&Grant<'_>>)> = Vec::new();
        for grant in profile.grants.shown() {
            let Some(mode) = grant.file.exec else { continue };
            // `ux -> name` leads to the profile of that name, and `px -> unconfined` to none.
            let is_unconfined = match grant.file.exec_target.as_deref() {
                Some(target) => target == b"unconfined" && mode.base != ExecBase::Child,
                None => mode.base == ExecBase::Unconfined,
            };
            if is_unconfined {
                findings.report(always(profile, grant, mode.scrub));
            } else if mode.fallback == ExecFallback::Unconfined {
                let file = grant.rule.origin.location.file;
                match fallbacks.iter_mut().find(|(known, _)| *known == file) {
                    Some((_, grants)) => grants.push(grant),
                    None => fallbacks.push((file, vec![grant])),
                }
            }
        }
        for (_, grants) in fallbacks {
            findings.report(fallback(profile, &grants));
        }
    }
}

fn always(profile: &ProfileContext<'_>, grant: &Grant<'_>, scrubs: bool) -> crate::diagnostic::Diagnostic {
    let location = grant.file.path.location;
    let message = format!("`{}` is executed without any confinement", profile.written(location));
    let finding = UnconfinedExec::finding(location, message);
    let finding = match scrubs {
        true => finding,
        false => finding
            .note("a lower-case mode also passes on `LD_PRELOAD` and the like: any code can be put into it"),
    };
    finding.help("give the program a profile of its own and write `Px`, or a child profile and write `Cx`")
}

fn fallback(profile: &ProfileContext<'_>, grants: &[&Grant<'_>]) -> crate::diagnostic::Diagnostic {
    const MOST_MARKED: usize = 5;
    let first = grants[0].file.path.location;
    let written = profile.written(first);
    let message = match grants.len() - 1 {
        0 => format!("`{written}` is executed without confinement when its profile is not loaded"),
        1 => format!(
            "`{written}` and one program more are executed without confinement when their profiles are not loaded"
        ),
        more => format!(
            "`{written}` and {more} programs more are executed without confinement when their profiles are not loaded"
        ),
    };
    let finding = UnconfinedExec::finding(first, message);
    let others = grants[1..].iter().take(MOST_MARKED);
    let finding =
        others.fold(finding, |finding, grant| finding.related(grant.file.path.location, "so is this"));
    finding.help("write `Px` or `Cx`, so that a profile that is missing is noticed")
}
