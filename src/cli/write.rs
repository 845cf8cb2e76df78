//! Replaces a file's content so that at every moment the path names either the old content or the new, whole; mode, owner,
//! extended attributes and symlinks stay. A second name (hard link) of the file keeps the old content, as behind `sed -i`: it is
//! most often somebody's backup. `lint --fix` and `fmt` write through this.

use super::error::Error;
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

/// Gives the file `path`, of which the content was `old`, the content `bytes`. Through a symlink, the file that it leads to is replaced.
///
/// # Errors
/// When the file is read-only, also for root, or cannot be written, or somebody else has changed it. It is then as it was.
pub(super) fn replace(path: &Path, old: &[u8], bytes: &[u8]) -> Result<(), Error> {
    let failed = |source: io::Error| Error::Write { path: path.to_path_buf(), source };
    let target = fs::canonicalize(path).map_err(failed)?;
    let metadata = fs::metadata(&target).map_err(failed)?;
    if metadata.permissions().readonly() {
        return Err(failed(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only")));
    }
    if fs::read(&target).map_err(failed)? != old {
        return Err(failed(io::Error::other("the file was changed in the meantime")));
    }
    // Renaming over a file needs no right to write to it, so that right is asked for first.
    File::options().write(true).open(&target).map_err(failed)?;
    replace_atomically(&target, &metadata, bytes).map_err(failed)
}

fn replace_atomically(target: &Path, metadata: &Metadata, bytes: &[u8]) -> io::Result<()> {
    let directory = target.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    let mut file = tempfile::Builder::new().prefix(".aakit-").tempfile_in(&directory)?;
    file.write_all(bytes)?;
    let made = file.as_file();
    let now = made.metadata()?;
    if (now.uid(), now.gid()) != (metadata.uid(), metadata.gid()) {
        fchown(made, Some(metadata.uid()), Some(metadata.gid()))?;
    }
    // The mode comes after the owner: changing the owner drops set-id bits.
    made.set_permissions(fs::Permissions::from_mode(metadata.permissions().mode()))?;
    copy_attributes(target, made);
    made.sync_all()?;
    file.persist(target).map_err(|error| error.error)?;
    // The new name must survive a crash too; where a directory cannot be synced, nothing is lost but that.
    let _ = File::open(&directory).and_then(|directory| directory.sync_all());
    Ok(())
}

/// Copies extended attributes as far as the file system and our rights allow; a file without them is still whole.
fn copy_attributes(from: &Path, to: &File) {
    const LARGEST: usize = 1 << 16;
    let mut names = vec![0; LARGEST];
    let Ok(length) = rustix::fs::listxattr(from, &mut names[..]) else { return };
    for name in names[..length].split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let mut value = vec![0; LARGEST];
        if let Ok(length) = rustix::fs::getxattr(from, name, &mut value[..]) {
            let _ = rustix::fs::fsetxattr(to, name, &value[..length], rustix::fs::XattrFlags::empty());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(mode: u32) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        (dir, path)
    }

    #[test]
    fn mode_and_attributes_stay() {
        let (dir, path) = file(0o640);
        let has_attributes =
            rustix::fs::setxattr(&path, "user.note", b"kept", rustix::fs::XattrFlags::empty()).is_ok();
        replace(&path, b"old", b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o640);
        if has_attributes {
            let mut value = [0; 16];
            let length = rustix::fs::getxattr(&path, "user.note", &mut value[..]).unwrap();
            assert_eq!(&value[..length], b"kept");
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "something is left behind");
    }

    #[test]
    fn a_symlink_stays_one() {
        let (dir, path) = file(0o644);
        let link = dir.path().join("link");
        std::os::unix::fs::symlink("file", &link).unwrap();
        replace(&link, b"old", b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn another_name_of_the_file_keeps_the_old_content() {
        let (dir, path) = file(0o644);
        let backup = dir.path().join("backup");
        fs::hard_link(&path, &backup).unwrap();
        replace(&path, b"old", b"new").unwrap();
        assert_eq!(
            (fs::read(&path).unwrap(), fs::read(&backup).unwrap()),
            (b"new".to_vec(), b"old".to_vec())
        );
    }

    #[test]
    fn what_somebody_else_wrote_is_not_lost() {
        let (_dir, path) = file(0o644);
        let error = replace(&path, b"older", b"new").unwrap_err().to_string();
        assert!(error.ends_with("the file was changed in the meantime"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }

    #[test]
    fn a_read_only_file_is_refused_and_stays() {
        let (_dir, path) = file(0o444);
        let error = replace(&path, b"old", b"new").unwrap_err().to_string();
        assert!(error.ends_with("the file is read-only"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }
}
