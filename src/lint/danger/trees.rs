//! Whole trees of the file system: a rule for one is told once, not once for each dangerous file in it.

use crate::glob::Glob;

/// A tree that one rule should not cover.
#[derive(Debug, PartialEq, Eq)]
pub struct Tree {
    /// What it is, for messages.
    pub name: &'static str,
    /// Paths that stand for any path in it.
    pub samples: &'static [&'static str],
    /// True where a user's own files are kept apart by `owner`.
    pub is_shared: bool,
}

/// The trees, the whole file system first.
pub const TREES: &[Tree] = &[
    Tree { name: "the whole file system", samples: &["/aakit-any/aakit/any"], is_shared: false },
    Tree { name: "all of `/etc`", samples: &["/etc/aakit-any/aakit"], is_shared: false },
    Tree { name: "all of `/dev`", samples: &["/dev/aakit-any/aakit"], is_shared: false },
    Tree { name: "all of `/proc`", samples: &["/proc/aakit-any/aakit"], is_shared: false },
    Tree { name: "all of `/sys`", samples: &["/sys/aakit-any/aakit"], is_shared: false },
    Tree { name: "all of `/sys/devices`", samples: &["/sys/devices/aakit-any/aakit"], is_shared: false },
    Tree {
        name: "all of `/sys/devices/virtual`",
        samples: &["/sys/devices/virtual/aakit-any/aakit"],
        is_shared: false,
    },
    // Before what lies in it: `/var**` is told as what it is.
    Tree { name: "all of `/var`", samples: &["/var/aakit-any/aakit"], is_shared: false },
    Tree {
        name: "all of `/run`",
        samples: &["/run/aakit-any/aakit", "/var/run/aakit-any/aakit"],
        is_shared: false,
    },
    Tree { name: "all of `/usr`", samples: &["/usr/aakit-any/aakit"], is_shared: false },
    Tree {
        name: "every home",
        samples: &["/home/user/aakit-any/aakit", "/root/aakit-any/aakit"],
        is_shared: false,
    },
    Tree {
        name: "all of the shared `/tmp`",
        samples: &["/tmp/aakit-any/aakit", "/var/tmp/aakit-any/aakit"],
        is_shared: true,
    },
];

/// The first tree that the glob covers, and the path that shows it.
#[must_use]
pub fn covered(glob: &Glob, prefixes: &[Vec<u8>]) -> Option<(&'static Tree, &'static str)> {
    TREES.iter().find_map(|tree| {
        let sample = tree.samples.iter().find(|sample| {
            let may_match = prefixes.iter().any(|prefix| sample.as_bytes().starts_with(prefix));
            may_match && glob.matches(sample.as_bytes())
        });
        sample.map(|sample| (tree, *sample))
    })
}
