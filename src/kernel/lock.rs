//! Loaders take turns: an advisory lock on the kernel's own list of profiles, which leaves no file behind, is the same
//! for every mount and container that shows it, and goes with the process that holds it.

use super::error::LoadError;
use super::system::System;
use rustix::fs::{FlockOperation, flock};
use std::fs::File;
use std::time::{Duration, Instant};

/// The turn of one loader, until dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _list: File,
}

impl Turn {
    /// Waits for the turn, `patience` at most.
    pub(super) fn wait(system: &System, patience: Duration) -> Result<Self, LoadError> {
        let path = system.profiles_file();
        let list = File::open(&path).map_err(|source| LoadError::Read { path, source })?;
        let deadline = Instant::now() + patience;
        loop {
            match flock(&list, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Self { _list: list }),
                Err(rustix::io::Errno::WOULDBLOCK | rustix::io::Errno::INTR) => {}
                // A file system without locks: better to load than not to.
                Err(_) => return Ok(Self { _list: list }),
            }
            if Instant::now() >= deadline {
                return Err(LoadError::Busy { patience });
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_has_the_turn() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("profiles"), "").unwrap();
        let system = System { apparmor: dir.path().to_path_buf(), ..System::running() };
        let first = Turn::wait(&system, Duration::ZERO).unwrap();
        assert!(matches!(Turn::wait(&system, Duration::from_millis(20)), Err(LoadError::Busy { .. })));
        drop(first);
        assert!(Turn::wait(&system, Duration::ZERO).is_ok());
    }
}
