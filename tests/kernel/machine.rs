//! The virtual machine: what is in it, how it is started, and what its console said of each scenario.

use super::archive::Archive;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long one machine may run. Software emulation on a busy computer is slow.
const PATIENCE: Duration = Duration::from_secs(2400);

/// What a machine needs of this computer.
pub struct Tools {
    kernel: PathBuf,
    qemu: PathBuf,
    programs: Vec<PathBuf>,
}

impl Tools {
    /// Finds them, or says which is missing.
    pub fn find() -> Result<Self, String> {
        let program = |name: &str| {
            let dirs = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"];
            dirs.map(|dir| Path::new(dir).join(name))
                .into_iter()
                .find(|path| path.is_file())
                .ok_or(name.to_owned())
        };
        if !Path::new("/usr/share/apparmor-features/features").is_file()
            || !Path::new("/etc/apparmor").is_dir()
        {
            return Err("the package apparmor".to_owned());
        }
        Ok(Self {
            kernel: kernel().ok_or("a kernel image (tests/kernel/fetch-kernel gets one)")?,
            qemu: program("qemu-system-x86_64")?,
            programs: ["busybox", "apparmor_parser", "aa-status", "perl"]
                .into_iter()
                .map(program)
                .collect::<Result<_, _>>()?,
        })
    }
}

/// The kernel image: `AAKIT_KERNEL`, or the newest that `fetch-kernel` has unpacked.
fn kernel() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("AAKIT_KERNEL") {
        return Some(PathBuf::from(path));
    }
    let boot = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/kernel-vm/boot");
    let mut images: Vec<_> = std::fs::read_dir(boot).ok()?.flatten().map(|entry| entry.path()).collect();
    images.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("vmlinuz-")));
    images.sort();
    images.pop()
}

/// What the console said of one scenario.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Its exit code; `None` when it did not come to an end.
    pub code: Option<i32>,
    /// All that it printed.
    pub output: String,
}

/// Boots a machine that runs the scenarios in the folder `group`, and returns what each said.
pub fn run(tools: &Tools, group: &str) -> BTreeMap<String, Record> {
    run_with(tools, group, &[])
}

/// As [`run`], with more files.
pub fn run_with(tools: &Tools, group: &str, extra: &[(PathBuf, Vec<u8>)]) -> BTreeMap<String, Record> {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("kernel-{group}-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a folder for the initramfs");
    let initramfs = dir.join("initramfs");
    std::fs::write(&initramfs, image(tools, group, extra)).expect("the initramfs");
    // It stays, to be read line by line.
    let console = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("kernel-{group}.console"));
    let begun = Instant::now();
    let mut machine = Command::new(&tools.qemu)
        .args(["-accel", "tcg", "-m", "1024", "-nographic", "-no-reboot", "-net", "none"])
        .arg("-kernel")
        .arg(&tools.kernel)
        .arg("-initrd")
        .arg(&initramfs)
        // Where the computer is busy, the emulated timer is too slow for the kernel's check of it.
        .args([
            "-append",
            "console=ttyS0 quiet loglevel=1 panic=-1 no_timer_check apparmor=1 security=apparmor",
        ])
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&console).expect("the console's file"))
        .stderr(Stdio::inherit())
        .spawn()
        .expect("qemu starts");
    while machine.try_wait().expect("qemu is our child").is_none() {
        if begun.elapsed() > PATIENCE {
            machine.kill().expect("qemu is our child");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let said =
        String::from_utf8_lossy(&std::fs::read(&console).expect("the console's file")).replace('\r', "");
    println!("machine `{group}` ran for {} seconds; its console:\n{said}", begun.elapsed().as_secs());
    std::fs::remove_dir_all(&dir).expect("the folder is ours");
    records(&said)
}

/// Cuts the console's text at the marks that `init` prints.
fn records(said: &str) -> BTreeMap<String, Record> {
    let mut records: BTreeMap<String, Record> = BTreeMap::new();
    let mut current: Option<String> = None;
    for line in said.lines() {
        let words: Vec<_> = line.split(' ').collect();
        match (words.as_slice(), &current) {
            (["@@", "begin", name], _) => current = Some((*name).to_owned()),
            (["@@", "end", name, code], _) => {
                records.entry((*name).to_owned()).or_default().code = code.parse().ok();
                current = None;
            }
            (_, Some(name)) => {
                let record = records.entry(name.clone()).or_default();
                record.output.push_str(line);
                record.output.push('\n');
            }
            _ => {}
        }
    }
    records
}

fn image(tools: &Tools, group: &str, extra: &[(PathBuf, Vec<u8>)]) -> Vec<u8> {
    let mut archive = Archive::default();
    for dir in [
        "/proc",
        "/sys",
        "/dev",
        "/tmp",
        "/run",
        "/root",
        "/bin",
        "/sbin",
        "/usr/bin",
        "/usr/sbin",
        "/var/cache",
    ] {
        archive.directory(dir);
    }
    for program in &tools.programs {
        add_program(&mut archive, program, program);
    }
    add_program(&mut archive, Path::new(env!("CARGO_BIN_EXE_aakit")), Path::new("/usr/bin/aakit"));
    archive.host_file(Path::new("/usr/share/apparmor-features/features"));
    archive.host_tree(Path::new("/etc/apparmor"));
    archive.host_tree(Path::new("/etc/apparmor.d"));
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kernel");
    let read =
        |path: &Path| std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let busybox = tools.programs[0].display();
    let init = String::from_utf8(read(&here.join("init"))).expect("a script");
    archive.file(Path::new("/init"), init.replace("@BUSYBOX@", &busybox.to_string()).as_bytes(), 0o755);
    archive.file(Path::new("/lib.sh"), &read(&here.join("lib.sh")), 0o644);
    for (from, to) in [
        (here.join(group), "/scenarios"),
        (here.join("fake-parsers"), "/fake-parsers"),
        (here.join("profiles"), "/profiles"),
    ] {
        for entry in std::fs::read_dir(&from).into_iter().flatten().flatten() {
            let path = entry.path();
            archive.file(&Path::new(to).join(entry.file_name()), &read(&path), 0o755);
        }
    }
    for (path, content) in extra {
        archive.file(path, content, 0o755);
    }
    archive.finish()
}

/// A program and the libraries that it is linked to, each where the loader looks for it.
fn add_program(archive: &mut Archive, from: &Path, to: &Path) {
    let content = std::fs::read(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    archive.file(to, &content, 0o755);
    // ldd fails for a static program, which has none.
    let listed = Command::new("ldd").arg(from).output().map(|output| output.stdout).unwrap_or_default();
    for word in String::from_utf8_lossy(&listed).split_whitespace().filter(|word| word.starts_with('/')) {
        let library = Path::new(word);
        if library.is_file() {
            archive.host_file(library);
        }
    }
}
