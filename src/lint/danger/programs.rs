//! Programs that run others, or what they are told.

/// Shells: what is written for them runs.
pub const SHELLS: &[&str] =
    &["sh", "bash", "dash", "zsh", "ksh", "csh", "tcsh", "fish", "rbash", "mksh", "ash", "busybox"];

/// Interpreters: they run what a file or an argument says.
pub const INTERPRETERS: &[&str] = &[
    "python",
    "python2",
    "python3",
    "python3.11",
    "python3.13",
    "perl",
    "ruby",
    "lua",
    "lua5.4",
    "node",
    "nodejs",
    "php",
    "tclsh",
    "gjs",
    "java",
    "awk",
    "gawk",
    "mawk",
    "gdb",
    "vi",
    "vim",
    "emacs",
    "ed",
    "less",
    "man",
];

/// Endings of programs for an interpreter.
pub const SCRIPTS: &[&str] =
    &[".sh", ".py", ".pl", ".pm", ".rb", ".lua", ".js", ".php", ".tcl", ".jar", ".bash"];

/// Directories of programs.
pub const DIRECTORIES: &[&str] = &["/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/", "/usr/local/bin/"];
