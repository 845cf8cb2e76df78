//! An initramfs in the kernel's `newc` form, written from scratch: no root, no device files, no cpio needed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// An archive in the making.
#[derive(Default)]
pub struct Archive {
    bytes: Vec<u8>,
    directories: BTreeSet<PathBuf>,
    files: BTreeSet<PathBuf>,
}

impl Archive {
    /// Adds an empty directory and those above it.
    pub fn directory(&mut self, path: &str) {
        self.parents(&Path::new(path).join("x"));
    }

    /// Adds a file with this content; a second one of the same path is left out.
    pub fn file(&mut self, path: &Path, content: &[u8], mode: u32) {
        if self.files.insert(path.to_path_buf()) {
            self.parents(path);
            self.entry(path, 0o100_000 | mode, content);
        }
    }

    /// Adds a file of this machine under its own path, with the mode it has.
    pub fn host_file(&mut self, path: &Path) {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).map_or(0o644, |metadata| metadata.permissions().mode() & 0o777);
        let content = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self.file(path, &content, mode);
    }

    /// Adds a directory of this machine with everything below it, links followed.
    pub fn host_tree(&mut self, path: &Path) {
        let entries = std::fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self.directory(&path.to_string_lossy());
        for entry in entries.flatten() {
            match entry.path() {
                // A dangling link has nothing to add.
                path if !path.exists() => {}
                path if path.is_dir() => self.host_tree(&path),
                path => self.host_file(&path),
            }
        }
    }

    /// The finished archive.
    pub fn finish(mut self) -> Vec<u8> {
        self.entry(Path::new("/TRAILER!!!"), 0, b"");
        self.bytes
    }

    fn parents(&mut self, path: &Path) {
        let mut above: Vec<_> = path.ancestors().skip(1).filter(|dir| dir.parent().is_some()).collect();
        above.reverse();
        for dir in above {
            if self.directories.insert(dir.to_path_buf()) {
                self.entry(dir, 0o040_755, b"");
            }
        }
    }

    fn entry(&mut self, path: &Path, mode: u32, content: &[u8]) {
        let name = path.to_string_lossy();
        let name = name.trim_start_matches('/');
        // ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
        let inode = self.bytes.len() / 4 + 1;
        let fields = [inode, mode as usize, 0, 0, 1, 0, content.len(), 0, 0, 0, 0, name.len() + 1, 0];
        self.bytes.extend(b"070701");
        for field in fields {
            self.bytes.extend(format!("{field:08x}").bytes());
        }
        self.bytes.extend(name.bytes());
        self.bytes.push(0);
        self.pad();
        self.bytes.extend(content);
        self.pad();
    }

    fn pad(&mut self) {
        while !self.bytes.len().is_multiple_of(4) {
            self.bytes.push(0);
        }
    }
}
