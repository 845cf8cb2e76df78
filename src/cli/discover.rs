//! Which files a verb works on, and their bytes: named files, directories walked as apparmor_parser walks one,
//! standard input; and the base directory that a profile belongs to.

use super::error::Error;
use crate::policy;
use crate::source::{MAX_FILE_SIZE, normalized};
use std::collections::HashMap;
use std::fs::{self, FileType, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Where an include is searched when nothing else is known; apparmor_parser's own default.
pub(super) const DEFAULT_BASE: &str = "/etc/apparmor.d";

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    /// A file, and whether the user named it or a directory was walked.
    File {
        /// The file.
        path: PathBuf,
        /// Named, or found.
        how: How,
    },
    /// Standard input.
    Stdin {
        /// The name that it goes by in messages and in the search for includes.
        name: PathBuf,
    },
}

/// How a file came to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// The user named it.
    Named,
    /// A directory that the user named was walked.
    Found,
}

impl Input {
    /// The name for messages.
    pub(super) fn name(&self) -> &Path {
        match self {
            Self::File { path, .. } => path,
            Self::Stdin { name } => name,
        }
    }

    /// All bytes.
    ///
    /// # Errors
    /// When it cannot be read, is neither a file nor standard input, or is larger than [`MAX_FILE_SIZE`].
    pub(super) fn read(&self) -> Result<Vec<u8>, Error> {
        match self {
            Self::Stdin { name } => read_all(std::io::stdin().lock(), name, 0),
            Self::File { path, .. } => read_file(path),
        }
    }
}

/// What of a directory is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Walk {
    /// Files that hold profiles: what stands in a base directory only to be included is left out.
    Profiles,
    /// Abstractions and tunables too.
    Everything,
}

/// The inputs that `paths` name, in order, each once; and the paths that cannot be used, while the rest goes on.
pub(super) fn find(paths: &[PathBuf], stdin_filename: Option<&Path>, walk: Walk) -> (Vec<Input>, Vec<Error>) {
    let mut inputs = Vec::new();
    let mut errors = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.push(Input::Stdin { name: stdin_filename.unwrap_or(Path::new("<stdin>")).to_path_buf() });
            continue;
        }
        match fs::metadata(path) {
            Err(source) => errors.push(Error::read(path, source)),
            Ok(metadata) if metadata.is_dir() => walk_directory(path, walk, &mut inputs, &mut errors),
            Ok(metadata) => match check_metadata(path, &metadata) {
                Ok(()) => inputs.push(Input::File { path: path.clone(), how: How::Named }),
                Err(error) => errors.push(error),
            },
        }
    }
    (each_once(inputs), errors)
}

/// Each file once, also when it is named in two ways or a link beside it leads to it: not a second profile of the same name, and not
/// written twice at a time.
fn each_once(inputs: Vec<Input>) -> Vec<Input> {
    let mut places: HashMap<PathBuf, usize> = HashMap::new();
    let mut kept: Vec<Input> = Vec::with_capacity(inputs.len());
    let by_link = |input: &Input, file: &Path| normalized(input.name()) != file;
    let found = |input: &Input| matches!(input, Input::File { how: How::Found, .. });
    for input in inputs {
        let file = fs::canonicalize(input.name()).unwrap_or_else(|_| input.name().to_path_buf());
        match places.get(&file) {
            Some(at) if found(&kept[*at]) && by_link(&kept[*at], &file) && !by_link(&input, &file) => {
                kept[*at] = input;
            }
            Some(_) => {}
            None => {
                places.insert(file, kept.len());
                kept.push(input);
            }
        }
    }
    kept
}

/// The base directory that `path` stands in: the nearest directory above it that holds `abstractions/` or `tunables/`.
#[must_use]
pub(super) fn base_of(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    let found = absolute.ancestors().skip(1).find(|dir| is_base(dir))?;
    // Messages show paths as the user wrote them, so a base within what was written is told in the same words.
    let depth = absolute.components().count() - found.components().count();
    let as_written =
        path.ancestors().nth(depth).map(|dir| if dir.as_os_str().is_empty() { Path::new(".") } else { dir });
    let is_same = |dir: &&Path| std::path::absolute(dir).is_ok_and(|dir| dir == found);
    Some(as_written.filter(is_same).unwrap_or(found).to_path_buf())
}

/// Does the file stand in a directory of a base directory whose files are parts, to be included?
#[must_use]
pub(super) fn is_part(path: &Path) -> bool {
    let Some(base) = base_of(path) else { return false };
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let (path, base) = (absolute(path), absolute(&base));
    let inside =
        path.strip_prefix(&base).map(|inside| inside.components().collect::<Vec<_>>()).unwrap_or_default();
    matches!(&*inside, [first, _, ..] if holds_parts(&first.as_os_str().to_string_lossy()))
}

/// Does a directory of this name, in a base directory, hold parts?
fn holds_parts(name: &str) -> bool {
    PARTS.contains(&name) || name.ends_with(".d")
}

/// Is this directory laid out like `/etc/apparmor.d`?
fn is_base(dir: &Path) -> bool {
    dir.join("abstractions").is_dir() || dir.join("tunables").is_dir()
}

/// Directories of a base directory that never hold text to look at: compiled policy, kernel feature files, and the
/// links that switch profiles off or to complain mode.
const NEVER_WALKED: [&str; 5] = ["abi", "cache", "cache.d", "disable", "force-complain"];

/// Directories of a base directory whose files are parts, and do not compile by themselves. Packages add their own
/// with names in `.d`, such as `apache2.d`; libvirt's and LXC's files are templates and parts of such kinds.
const PARTS: [&str; 6] = ["abstractions", "tunables", "local", "mappings", "libvirt", "lxc"];

/// What package managers leave beside a file. apparmor_parser skips those that it knows; whole families are skipped here, since
/// package managers keep adding to them.
const LEFTOVERS: [&str; 3] = [".dpkg-", ".rpm", ".pac"];

/// True for a file that is passed over in a directory: what an include of the directory leaves out, and all leftovers.
#[must_use]
pub(super) fn is_skipped(name: &str) -> bool {
    policy::is_skipped(Path::new(name)) || LEFTOVERS.iter().any(|infix| name.contains(infix))
}

fn walk_directory(root: &Path, walk: Walk, inputs: &mut Vec<Input>, errors: &mut Vec<Error>) {
    let walker = ignore::WalkBuilder::new(root)
        .follow_links(true)
        .ignore(false)
        .sort_by_file_name(Ord::cmp)
        .filter_entry(move |entry| entry.depth() == 0 || wanted(entry.path(), entry.file_type(), walk))
        .build();
    for entry in walker {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                // Outside a base directory a folder holds all kinds of files, and only what looks like a profile is one.
                if base_of(entry.path()).is_some() || looks_like_policy(entry.path()) {
                    inputs.push(Input::File { path: entry.into_path(), how: How::Found });
                }
            }
            Ok(_) => {}
            Err(error) => errors.push(walk_error(root, error)),
        }
    }
}

fn walk_error(root: &Path, error: ignore::Error) -> Error {
    match &error {
        ignore::Error::WithPath { path, .. } => {
            let path = path.clone();
            walk_error(
                &path,
                match error {
                    ignore::Error::WithPath { err, .. } => *err,
                    other => other,
                },
            )
        }
        ignore::Error::WithDepth { .. } => match error {
            ignore::Error::WithDepth { err, .. } => walk_error(root, *err),
            other => Error::other(other.to_string()),
        },
        ignore::Error::Loop { child, .. } => {
            Error::other(format!("`{}` is a link to a directory above it", child.display()))
        }
        _ => match error.into_io_error() {
            Some(source) => Error::read(root, source),
            None => Error::other(format!("cannot read `{}`", root.display())),
        },
    }
}

fn wanted(path: &Path, kind: Option<FileType>, walk: Walk) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if is_skipped(&name) {
        return false;
    }
    if !kind.is_some_and(|kind| kind.is_dir()) || !path.parent().is_some_and(is_base) {
        return true;
    }
    !NEVER_WALKED.contains(&&*name) && (walk == Walk::Everything || !holds_parts(&name))
}

/// How much of a file is looked at to see whether it is policy, in bytes.
const SNIFFED: u64 = 1 << 16;

/// Does this file, found in a directory that is not laid out like `/etc/apparmor.d`, look like AppArmor policy? Text, with a line
/// that opens a profile or a hat, names an ABI, includes from the tree of policy, or sets a variable.
fn looks_like_policy(path: &Path) -> bool {
    if has_ending_of_other_kind(path) {
        return false;
    }
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(SNIFFED).read_to_end(&mut head));
    // What cannot be read is told when it is read.
    if read.is_err() {
        return true;
    }
    text_looks_like_policy(path, &head)
}

/// Does a file of that name and text look like AppArmor policy, found in a directory that is not laid out like `/etc/apparmor.d`?
#[must_use]
pub(super) fn text_looks_like_policy(path: &Path, text: &[u8]) -> bool {
    !has_ending_of_other_kind(path)
        && !text.contains(&0)
        && !text.starts_with(b"#!")
        && text.split(|byte| *byte == b'\n').any(is_policy_line)
}

fn has_ending_of_other_kind(path: &Path) -> bool {
    const OTHER_KINDS: [&str; 8] = ["md", "rst", "html", "toml", "json", "yml", "yaml", "xml"];
    path.extension().is_some_and(|ending| OTHER_KINDS.iter().any(|kind| ending == *kind))
}

/// Is a file of a base directory, by its path there, one that is taken as a profile?
#[must_use]
pub(super) fn is_walked(inside: &Path) -> bool {
    let names: Vec<String> =
        inside.components().map(|component| component.as_os_str().to_string_lossy().into_owned()).collect();
    let is_part = matches!(names.as_slice(), [first, _, ..] if NEVER_WALKED.contains(&first.as_str()) || holds_parts(first));
    !is_part && !names.iter().any(|name| is_skipped(name))
}

fn is_policy_line(line: &[u8]) -> bool {
    const INCLUDED_FROM: [&str; 4] = ["<abstractions/", "<tunables/", "<local/", "<abi/"];
    let line = String::from_utf8_lossy(line.trim_ascii());
    let named_block =
        line.contains('{') && ["profile ", "hat ", "^"].iter().any(|start| line.starts_with(start));
    // A comment or the whole profile may follow on the line; comments of other languages begin with a slash, too.
    let opens = |rest: &str| rest.is_empty() || rest.starts_with('#') || rest.contains(',');
    let attached_block = ["/", "@{"].iter().any(|start| line.starts_with(start))
        && !["//", "/*"].iter().any(|start| line.starts_with(start))
        && (line.ends_with('{') || line.split_once(" {").is_some_and(|(_, rest)| opens(rest.trim_start())));
    let names_tree = ["abi ", "include ", "#include "].iter().any(|word| {
        line.strip_prefix(word)
            .is_some_and(|rest| INCLUDED_FROM.iter().any(|place| rest.trim_start().starts_with(place)))
    });
    let assigns = line.starts_with("@{")
        && line.split_once('}').is_some_and(|(_, rest)| rest.trim_start().starts_with(['=', '+']));
    named_block || attached_block || names_tree || assigns
}

/// Refuses what is not a regular file, before it is opened: opening a FIFO waits for its other end.
fn check_metadata(path: &Path, metadata: &Metadata) -> Result<(), Error> {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    let kind = match () {
        () if kind.is_fifo() => "a named pipe",
        () if kind.is_char_device() || kind.is_block_device() => "a device",
        () if kind.is_socket() => "a socket",
        () if kind.is_dir() => "a directory",
        () if metadata.len() > MAX_FILE_SIZE => return Err(Error::TooLarge { path: path.to_path_buf() }),
        () => return Ok(()),
    };
    Err(Error::NotAFile { path: path.to_path_buf(), kind })
}

/// All bytes of a file.
///
/// # Errors
/// As [`Input::read`].
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    let metadata = fs::metadata(path).map_err(|source| Error::read(path, source))?;
    check_metadata(path, &metadata)?;
    let file = fs::File::open(path).map_err(|source| Error::read(path, source))?;
    read_all(file, path, metadata.len())
}

/// Reads to the end, and stops at the limit whatever the file's size was said to be.
fn read_all(reader: impl Read, path: &Path, expected: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected.min(MAX_FILE_SIZE)).unwrap_or_default() + 1);
    reader.take(MAX_FILE_SIZE + 1).read_to_end(&mut bytes).map_err(|source| Error::read(path, source))?;
    if bytes.len() as u64 > MAX_FILE_SIZE {
        return Err(Error::TooLarge { path: path.to_path_buf() });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "profile x {}\n").unwrap();
        }
        dir
    }

    fn found(dir: &Path, walk: Walk) -> Vec<String> {
        let (inputs, errors) = find(&[dir.to_path_buf()], None, walk);
        assert!(errors.is_empty(), "{errors:?}");
        inputs.iter().map(|input| input.name().strip_prefix(dir).unwrap().display().to_string()).collect()
    }

    /// `p ./p`, or a link beside its file, was told as two files with a profile of one name.
    #[test]
    fn each_file_comes_once() {
        let dir = tree(&["b", "c"]);
        let at = |name: &str| dir.path().join(name);
        std::os::unix::fs::symlink("b", at("a")).unwrap();
        assert_eq!(found(dir.path(), Walk::Everything), ["b", "c"]);
        let deep = tree(&["real/p"]);
        std::os::unix::fs::symlink("real", deep.path().join("again")).unwrap();
        assert_eq!(found(deep.path(), Walk::Everything), ["real/p"]);
        let (inputs, _) = find(
            &[at("b"), at("./b"), at("a"), dir.path().join("../").join(at("c")), at("c")],
            None,
            Walk::Everything,
        );
        assert_eq!(
            inputs.iter().map(|input| input.name().to_path_buf()).collect::<Vec<_>>(),
            [at("b"), at("c")]
        );
        let (inputs, _) = find(&[at("a"), dir.path().to_path_buf()], None, Walk::Everything);
        assert_eq!(inputs[0].name(), at("a"));
        assert_eq!(inputs.len(), 2);
    }

    #[test]
    fn a_base_directory_is_walked_like_the_parser_walks_one() {
        let dir = tree(&[
            "b",
            "a",
            "a.dpkg-new",
            "a~",
            ".hidden",
            "README",
            "a.orig",
            "a.pacnew",
            "abstractions/base",
            "tunables/global",
            "local/a",
            "disable/a",
            "abi/4.0",
            "cache.d/x",
            "groups/c",
            "apache2.d/hat",
        ]);
        assert_eq!(found(dir.path(), Walk::Profiles), ["a", "b", "groups/c"]);
        assert_eq!(
            found(dir.path(), Walk::Everything),
            ["a", "abstractions/base", "apache2.d/hat", "b", "groups/c", "local/a", "tunables/global"]
        );
    }

    #[test]
    fn elsewhere_only_what_looks_like_policy_is_taken() {
        let dir = tree(&["deep/profile"]);
        fs::write(dir.path().join("main.c"), "#include <stdio.h>\nint main(void) {\n}\n").unwrap();
        fs::write(dir.path().join("README.md"), "profile x {\n}\n").unwrap();
        fs::write(dir.path().join("binary"), b"\0profile x {\n").unwrap();
        fs::write(dir.path().join("style.c"), "/* a { b, c */\n// x { y,\n").unwrap();
        fs::write(dir.path().join("one-line"), "/usr/bin/x { /a r, }\n").unwrap();
        fs::write(dir.path().join("with-comment"), "/usr/bin/x {  # the program\n  /a r,\n}\n").unwrap();
        assert_eq!(found(dir.path(), Walk::Profiles), ["deep/profile", "one-line", "with-comment"]);
    }

    #[test]
    fn gitignore_is_honoured_in_a_repository() {
        let dir = tree(&["a", "built/b"]);
        fs::create_dir(dir.path().join(".git")).unwrap();
        fs::write(dir.path().join(".gitignore"), "built/\n").unwrap();
        assert_eq!(found(dir.path(), Walk::Profiles), ["a"]);
    }

    #[test]
    fn a_device_is_refused_when_named() {
        let (inputs, errors) = find(&["/dev/null".into()], None, Walk::Profiles);
        assert!(inputs.is_empty());
        assert_eq!(errors[0].to_string(), "`/dev/null` is a device, not a file");
    }

    #[test]
    fn a_missing_file_is_told_and_the_rest_goes_on() {
        let dir = tree(&["a"]);
        let (inputs, errors) = find(&[dir.path().join("nope"), dir.path().join("a")], None, Walk::Profiles);
        assert_eq!(inputs.len(), 1);
        assert!(errors[0].to_string().ends_with("nope`: no such file or directory"));
    }

    #[test]
    fn standard_input_has_a_name() {
        let (inputs, _) = find(&["-".into()], Some(Path::new("x/y")), Walk::Profiles);
        assert_eq!(inputs, [Input::Stdin { name: "x/y".into() }]);
    }

    #[test]
    fn the_base_directory_is_found_beside_or_above() {
        let dir = tree(&["p/abstractions/base", "p/a", "p/groups/deep/b"]);
        let base = dir.path().join("p");
        for inside in ["p/a", "p/groups/deep/b", "p/abstractions/base"] {
            assert_eq!(base_of(&dir.path().join(inside)), Some(base.clone()));
        }
        assert_eq!(base_of(&dir.path().join("elsewhere")), None);
        assert!(is_part(&base.join("abstractions/base")));
        assert!(!is_part(&base.join("groups/deep/b")) && !is_part(&base.join("a")));
    }
}
