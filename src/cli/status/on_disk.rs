//! Which programs have a profile in the base directory.

use super::super::discover::{self, Walk};
use crate::policy::{Attachment, DiskTree, IncludePath, Loader, resolve};
use crate::source::SourceMap;
use crate::vocabulary::Version;
use std::path::Path;

/// The profiles of a base directory that attach to a program.
pub(super) struct OnDisk {
    attached: Vec<(Attachment, String)>,
}

impl OnDisk {
    /// Reads the profiles in `base`; those that `disable/` switches off do not count, and what cannot be read is left out.
    pub(super) fn read(base: &Path) -> Self {
        let sources = SourceMap::new();
        let loader =
            Loader::new(&DiskTree, &sources, IncludePath::new([], Some(base.to_path_buf())), Version::NEWEST);
        let (inputs, _) = discover::find(&[base.to_path_buf()], None, Walk::Profiles);
        let mut attached = Vec::new();
        for input in inputs {
            let is_off =
                input.name().file_name().is_some_and(|name| base.join("disable").join(name).exists());
            let Ok(file) = loader.load(input.name()) else { continue };
            if is_off {
                continue;
            }
            for profile in resolve(&loader, &file).profiles {
                let name = profile.display_name();
                attached.extend(profile.attachment.map(|attachment| (attachment, name)));
            }
        }
        Self { attached }
    }

    /// The profile of the program `exe`.
    pub(super) fn profile_for(&self, exe: &str) -> Option<&str> {
        let matching =
            |(attachment, _): &&(Attachment, String)| attachment.pattern.glob.matches(exe.as_bytes());
        self.attached.iter().find(matching).map(|(_, name)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_has_the_profile_that_attaches_to_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        std::fs::create_dir(dir.path().join("abstractions")).unwrap();
        std::fs::create_dir(dir.path().join("disable")).unwrap();
        file("one", "@{bin}=/usr/bin /bin\nprofile one @{bin}/{a,b} { }\n");
        file("two", "/usr/bin/two { }\n");
        file("off", "/usr/bin/off { }\n");
        file("disable/off", "");
        file("broken", "/usr/bin/broken {\n");
        let on_disk = OnDisk::read(dir.path());
        assert_eq!(on_disk.profile_for("/bin/b"), Some("one"));
        assert_eq!(on_disk.profile_for("/usr/bin/two"), Some("/usr/bin/two"));
        assert_eq!(on_disk.profile_for("/usr/bin/off"), None);
        assert_eq!(on_disk.profile_for("/usr/bin/other"), None);
    }
}
