//! The file that carries a profile's text to the parser: on a tmpfs, without a name, readable by the owner alone.

use super::error::LoadError;
use super::system::System;
use rustix::fs::{Mode, OFlags};
use std::fmt;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

/// What the kernel answers when asked for the type of a tmpfs (linux/magic.h).
const TMPFS_MAGIC: u64 = 0x0102_1994;
/// The same for a ramfs, as an initramfs may be.
const RAMFS_MAGIC: u64 = 0x8584_58f6;

/// Where the text lay while the parser read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a file without a name on the tmpfs of this directory.
    Tmpfs(PathBuf),
    /// In anonymous memory (memfd), since no directory on a tmpfs would take it; the reasons, one for each directory.
    AnonymousMemory(Vec<String>),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tmpfs(dir) => write!(f, "the tmpfs at `{}`", dir.display()),
            Self::AnonymousMemory(_) => f.write_str("anonymous memory"),
        }
    }
}

/// An open file without a name that holds the text.
#[derive(Debug)]
pub(super) struct Scratch {
    file: File,
    /// Where it lies.
    pub(super) place: Place,
}

impl Scratch {
    /// Writes `text` to the first of the system's directories that lies on a tmpfs and has room.
    pub(super) fn new(system: &System, text: &[u8]) -> Result<Self, LoadError> {
        let mut reasons = Vec::new();
        for dir in &system.memory {
            match on_tmpfs(dir).and_then(|()| filled(tempfile::tempfile_in(dir)?, text)) {
                Ok(file) => return Ok(Self { file, place: Place::Tmpfs(dir.clone()) }),
                Err(error) => reasons.push(format!("`{}`: {}", dir.display(), super::words::of_io(&error))),
            }
        }
        let memory =
            rustix::fs::memfd_create("aakit", rustix::fs::MemfdFlags::CLOEXEC).map_err(io::Error::from);
        let file = memory
            .and_then(|memory| filled(File::from(memory), text))
            .map_err(|source| LoadError::Scratch { reasons: reasons.join("; "), source })?;
        Ok(Self { file, place: Place::AnonymousMemory(reasons) })
    }

    /// A descriptor to read it from the start: a new one that cannot write where /proc allows, else the same.
    pub(super) fn reader(&mut self, system: &System) -> io::Result<File> {
        use std::os::fd::AsRawFd;
        let by_proc = system.proc.join(format!("self/fd/{}", self.file.as_raw_fd()));
        match rustix::fs::open(&by_proc, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()) {
            Ok(fd) => Ok(File::from(fd)),
            Err(_) => {
                self.file.rewind()?;
                self.file.try_clone()
            }
        }
    }
}

fn on_tmpfs(dir: &Path) -> io::Result<()> {
    let kind = rustix::fs::statfs(dir)?.f_type;
    // The type of the field differs between machines.
    #[allow(clippy::cast_sign_loss, clippy::unnecessary_cast, reason = "a magic number, not a count")]
    let kind = (kind as u64) & 0xffff_ffff;
    if kind == TMPFS_MAGIC || kind == RAMFS_MAGIC {
        return Ok(());
    }
    Err(io::Error::other("not on a tmpfs"))
}

/// The file with `text` in it, private, and surely without a name.
fn filled(mut file: File, text: &[u8]) -> io::Result<File> {
    rustix::fs::fchmod(&file, Mode::RUSR | Mode::WUSR)?;
    if rustix::fs::fstat(&file)?.st_nlink != 0 {
        return Err(io::Error::other("the file cannot be made nameless"));
    }
    file.write_all(text)?;
    Ok(file)
}

/// The name by which the parser opens its standard input as the FILE it expects; `None` without /proc, where it reads
/// standard input as such.
pub(super) fn handed(system: &System) -> Option<PathBuf> {
    let path = system.proc.join("self/fd/0");
    system.proc.join("self/fd").is_dir().then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn system(memory: &[&Path]) -> System {
        System { memory: memory.iter().map(|dir| dir.to_path_buf()).collect(), ..System::running() }
    }

    #[test]
    fn the_text_is_read_back_and_no_name_is_left() {
        let mut scratch = Scratch::new(&system(&[Path::new("/dev/shm")]), b"profile x { }\n").unwrap();
        let mut text = String::new();
        scratch.reader(&System::running()).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "profile x { }\n");
        let mode = rustix::fs::fstat(&scratch.file).unwrap();
        assert_eq!((mode.st_nlink, mode.st_mode & 0o777), (0, 0o600));
    }

    #[test]
    fn a_directory_on_disk_is_passed_over_and_told() {
        let scratch = Scratch::new(&system(&[Path::new("/proc"), Path::new("/nonexistent")]), b"x").unwrap();
        let Place::AnonymousMemory(reasons) = scratch.place else { panic!("{:?}", scratch.place) };
        assert_eq!(reasons, ["`/proc`: not on a tmpfs", "`/nonexistent`: no such file or directory"]);
    }

    #[test]
    fn without_proc_the_descriptor_itself_is_handed_over() {
        let mut scratch = Scratch::new(&system(&[]), b"text").unwrap();
        let nowhere = System { proc: PathBuf::from("/nonexistent"), ..System::running() };
        let mut text = String::new();
        scratch.reader(&nowhere).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "text");
    }
}
