//! What `check` says about the mistakes that people make, read aloud and kept: each case is a file (and what it includes), and
//! its snapshot is the concise and the full output, as it is printed.

use aakit::policy::{IncludePath, Loader, MemoryTree, resolve};
use aakit::report::{Format, Options, render};
use aakit::source::{SourceFile, SourceMap};
use aakit::vocabulary::Version;
use std::path::PathBuf;

/// Both outputs for the file `profile`, whose includes are looked up in `files`.
fn output(profile: &str, files: &[(&str, &str)], version: Version) -> String {
    let tree = files.iter().fold(MemoryTree::new(), |tree, (path, text)| {
        tree.with(format!("apparmor.d/{path}"), text.as_bytes())
    });
    let sources = SourceMap::new();
    let path = IncludePath::new([], Some(PathBuf::from("apparmor.d")));
    let loader = Loader::new(&tree, &sources, path, version);
    let file = loader.add(SourceFile::new("apparmor.d/profile", profile.as_bytes()));
    let mut diagnostics = resolve(&loader, &file).diagnostics;
    diagnostics.sort_by_key(|diagnostic| diagnostic.primary.location);
    let mut out = Vec::new();
    for format in [Format::Concise, Format::Full] {
        render(&mut out, format, &diagnostics, &sources, &Options::default())
            .expect("a vector takes everything");
        out.push(b'\n');
    }
    String::from_utf8(out).expect("output is UTF-8").trim_end().to_owned()
}

/// A case: its name is that of the test and of the snapshot.
macro_rules! case {
    ($name:ident, $profile:expr) => {
        case!($name, $profile, Version::NEWEST, []);
    };
    ($name:ident, $profile:expr, [$(($path:expr, $text:expr)),* $(,)?]) => {
        case!($name, $profile, Version::NEWEST, [$(($path, $text)),*]);
    };
    ($name:ident, $profile:expr, $version:expr, [$(($path:expr, $text:expr)),* $(,)?]) => {
        #[test]
        fn $name() {
            let output = output($profile, &[$(($path, $text)),*], $version);
            assert!(!output.is_empty(), "nothing is said");
            insta::with_settings!({ description => $profile, omit_expression => true, prepend_module_to_snapshot => true }, {
                insta::assert_snapshot!(stringify!($name), output);
            });
        }
    };
}

// What people asked about in public threads.

case!(
    conflicting_exec_through_an_include,
    "profile aptd /usr/sbin/aptd {\n  include <abstractions/tools>\n\n  /usr/bin/dpkg Px,\n}\n",
    [("abstractions/tools", "  /usr/bin/{apt,dpkg} ix,\n")]
);
case!(
    conflicting_exec_through_a_variable,
    "include <tunables/coreutils>\n\nprofile mkinitcpio /usr/bin/mkinitcpio {\n  @{bin}/@{coreutils} rix,\n  @{bin}/sync rPx,\n}\n",
    [("tunables/coreutils", "@{bin} = /usr/bin /bin\n@{coreutils} = cat cp ls mv \\\n  rm sync tail\n")]
);
case!(
    conflicting_exec_and_an_undeclared_variable,
    "profile torbrowser-start {\n  @{HOME}/tor/** r,\n  /usr/bin/* ix,\n  /usr/bin/b* Cx -> browser,\n}\n"
);
case!(
    missing_comma_between_rules,
    "profile a /usr/bin/a {\n  /etc/passwd r\n  /etc/group r,\n  network inet,\n}\n"
);
case!(
    misspelt_keyword_before_a_list,
    "profile docker-default {\n  signal (receive) peer=unconfined,\n  ptarce (trace, read) peer=docker-default,\n}\n"
);
case!(
    byte_order_mark_in_an_included_file,
    "include <tunables/global>\n\nprofile a { }\n",
    [
        ("tunables/global", "include <tunables/home.d/ubuntu>\n"),
        ("tunables/home.d/ubuntu", "\u{feff}@{HOMEDIRS}+=/srv/home/\n")
    ]
);
case!(
    value_missing_in_a_tunable,
    "include <tunables/multiarch>\nprofile a {\n  /usr/lib/@{multiarch}/** mr,\n}\n",
    [("tunables/multiarch", "@{multiarch}=\n@{triplet}=x86_64-linux-gnu\n")]
);
case!(
    stray_comma_behind_a_path,
    "profile directpv flags=(attach_disconnected) {\n  /dev/**, wl,\n  /sys/** r,\n}\n"
);
case!(variable_that_is_never_declared, "profile a {\n  @{libexec}/helper rix,\n}\n");
case!(variable_of_the_tunables, "profile a {\n  owner @{HOME}/.config/** rw,\n}\n");
case!(
    variable_with_a_slip,
    "@{user_share_dirs} = /home/*/.local/share\nprofile a {\n  @{user_shares_dirs}/a/ r,\n}\n"
);
case!(
    variable_declared_twice,
    "include <tunables/global>\n@{run} = /run\n\nprofile a { }\n",
    [("tunables/global", "include <tunables/run>\n"), ("tunables/run", "@{run} = /run/ /var/run/\n")]
);

// The shape of a file.

case!(block_that_is_never_closed, "profile a {\n  /etc/a r,\n  profile b {\n    /etc/b r,\n}\n");
case!(brace_that_closes_nothing, "profile a {\n  /etc/a r,\n}\n}\n\nprofile b {\n  /etc/b r,\n}\n");
case!(brace_glued_to_the_name, "profile a{\n  /etc/a r,\n  /etc/b x,\n}\n");
case!(quote_that_is_never_closed, "profile a {\n  \"/etc/a b r,\n  /etc/c r,\n}\n");
case!(path_with_a_blank, "profile a {\n  /home/dir with space/ r,\n  /etc/foo bar r,\n  /etc/c r,\n}\n");
case!(
    list_that_is_never_closed,
    "profile a {\n  unix (send) peer=(label=foo,\n  /etc/a r,\n  /etc/b r,\n}\n"
);
case!(access_list_that_is_never_closed, "profile a {\n  signal (send, receive peer=foo,\n  /etc/a r,\n}\n");
case!(missing_permissions_and_comma, "profile a {\n  /etc/a r,\n  deny /sbin/**\n}\n");
case!(semicolon_instead_of_comma, "profile a {\n  /etc/a r;\n  /etc/b r;\n  capability chown;\n}\n");
case!(rule_outside_every_profile, "abi <abi/4.0>,\n\n/etc/a r,\n/etc/b r,\n", [("abi/4.0", "")]);
case!(variable_inside_a_profile, "profile a {\n  @{x} = /etc\n  @{x}/a r,\n}\n");
case!(variable_behind_a_profile, "profile a {\n}\n\n@{x} = /etc\n");
case!(
    comma_behind_an_include,
    "profile a {\n  include <abstractions/base>,\n  /etc/a r,\n}\n",
    [("abstractions/base", "")]
);
case!(
    missing_include_in_an_include,
    "profile a {\n  include <abstractions/one>\n}\n",
    [
        ("abstractions/one", "  include <abstractions/two>\n"),
        ("abstractions/two", "  include <abstractions/nope>\n")
    ]
);
case!(two_profiles_of_one_name, "profile a { }\nprofile b { }\nprofile a { }\n");
case!(name_without_the_keyword, "chrome /opt/google/chrome/chrome flags=(unconfined) {\n  userns,\n}\n");
case!(flags_without_parentheses, "profile a flags=complain {\n  /etc/a r,\n}\n");

// Words of closed lists.

case!(unknown_capability, "profile a {\n  capability sys_admn,\n  capability CAP_NET_RAW,\n}\n");
case!(capabilities_with_commas, "profile a {\n  capability chown, setuid, setgid,\n  /etc/a r,\n}\n");
case!(
    unknown_network_words,
    "profile a {\n  network inet4,\n  network stream inet,\n  network inet6 icmp,\n  network netlnk raw,\n}\n"
);
case!(
    signals_without_a_list,
    "profile a {\n  signal set=int term,\n  signal set=(SIGTERM),\n  signal send set=kil peer=b,\n}\n"
);
case!(
    mount_options,
    "profile a {\n  mount options=ro,nosuid /dev/sda1 -> /mnt/,\n  mount options=(rw, ro) fstype=ext4 /dev/sdb -> /mnt/,\n  mount options=(noexce) /a -> /b,\n}\n"
);
case!(
    profile_flags,
    "profile a flags=(complian) { }\nprofile b flags=(complain, enforce) { }\nprofile c flags=(attach_disconected) { }\n"
);
case!(
    limits,
    "profile a {\n  set rlimit as <= 2GiB,\n  set rlimit nofiles <= 1024,\n  set rlimit nproc <= unlimited,\n  set rlimit cpu <= 10ms,\n}\n"
);
case!(
    unknown_access,
    "profile a {\n  ptrace (raed, trace) peer=b,\n  dbus (send, acquire) bus=session,\n}\n"
);

// Permissions and qualifiers.

case!(exec_without_a_mode, "profile a {\n  /usr/bin/b rx,\n  /usr/bin/c rwa,\n  /usr/bin/d pxix,\n}\n");
case!(
    deny_with_an_exec_mode,
    "profile a {\n  deny /usr/bin/* rix,\n  audit deny /bin/sh Px -> sh,\n  deny file,\n}\n"
);
case!(unknown_permission, "profile a {\n  /etc/a rd,\n  /etc/b read,\n  /etc/c rwE,\n}\n");
case!(
    unknown_permission_in_front,
    "profile a {\n  file rq /etc/a,\n  owner rwd @{HOME}/b,\n  rxi /etc/c,\n}\n"
);
case!(
    qualifiers_that_do_not_fit,
    "profile a {\n  owner capability kill,\n  audit set rlimit cpu <= 5,\n  deny audit /etc/a r,\n  priority=2000 /etc/b r,\n}\n"
);
case!(
    newer_than_the_target,
    "profile a flags=(prompt) {\n  userns,\n  all,\n  priority=1 /etc/a r,\n  network inet port=80,\n  mqueue r type=posix /q,\n}\n",
    Version::V3_0,
    []
);

// Conditions.

case!(
    dbus_bind_with_a_path,
    "profile a {\n  dbus bind bus=session path=/org/a name=org.a,\n  dbus send bus=system name=org.b,\n}\n"
);
case!(
    unix_bind_with_a_peer,
    "profile a {\n  unix (bind, listen) type=stream addr=@x peer=(label=b),\n  unix addr=/run/x.sock,\n}\n"
);
case!(alternation_in_a_peer, "profile a {\n  dbus send peer=(name={org.a,org.b}),\n  /etc/a r,\n}\n");
case!(
    peer_in_parentheses,
    "profile a {\n  signal send peer=(b),\n  ptrace peer=(label=b),\n  /etc/a r,\n}\n"
);
case!(
    condition_with_a_slip,
    "profile a {\n  dbus send interfce=org.a,\n  mount fstpye=ext4 /a -> /b,\n  unix label=b,\n}\n"
);
case!(
    mount_that_cannot_be_encoded,
    "profile a {\n  mount options=(bind) fstype=ext4 /a -> /b,\n  mount options=(private) /a -> /b,\n}\n"
);
case!(change_profile_without_an_arrow, "profile a {\n  change_profile b,\n  change_profile ->c,\n}\n");
case!(message_queue_of_another_type, "profile a {\n  mqueue r type=sysv /queue,\n  mqueue queue,\n}\n");

// Globs and text.

case!(unbalanced_braces, "profile a {\n  /etc/{a,b r,\n  /etc/{a}/b r,\n  /etc/[a r,\n}\n");
case!(alternation_with_a_blank, "profile a {\n  /etc/{a, b} r,\n  /etc/c r,\n}\n");
case!(line_ends_of_windows, "profile a {\r\n  /etc/a r,\r\n  unix (send),\r\n  signal send,\r\n}\r\n");
case!(
    conditions_that_cannot_be_read,
    "profile a {\n  if ${debug} {\n    /etc/a r,\n  }\n  if !defined @{x} {\n    /etc/b r,\n  }\n  /etc/c r,\n}\n"
);

case!(
    no_comma_behind_abi_and_alias,
    "abi <abi/4.0>\n# vim:syntax=apparmor\ninclude <tunables/global>\nalias /a -> /b\n@{X} = /x\n\nprofile a {\n  @{X} r,\n}\n",
    [("abi/4.0", "query {\n}\n"), ("tunables/global", "@{HOME} = /home/*/\n")]
);
case!(
    tunables_that_are_not_included,
    "profile a {\n  include <abstractions/base>\n  @{HOME}/.a r,\n  @{mine}/b r,\n  @{mine}/c r,\n}\n",
    [("abstractions/base", "  @{run}/uuid r,\n  @{PROC}/stat r,\n  @{PROC}/cpuinfo r,\n")]
);

// Slips of the hand.

case!(
    comma_swallowed_by_the_path,
    "profile a {\n  /etc/a,r\n  /etc/b rw,\n  /etc/c/**rw,\n  /etc/d ,r\n  /etc/e r,\n}\n"
);
case!(
    head_without_a_brace,
    "profile a flags=(complain)\n  /etc/a r,\n\n  profile b\n    /etc/b r,\n  }\n}\n"
);
case!(
    comments_of_other_languages,
    "profile a {\n  // the configuration\n  /etc/a r,\n  /* and more */\n  -- too\n  /etc/b r,\n}\n"
);
case!(nested_blocks_that_are_never_closed, "profile a {\n  if ${b} {\n    audit {\n      /etc/a r,\n");
case!(
    words_in_the_wrong_place,
    "profile a {\n  dbus send bus=system, path=/a,\n  ptrace peer=b read,\n  unix stream,\n  mount /a /b,\n  /bin/c Px d,\n  /bin/e -> f,\n}\n"
);
case!(relative_attachment, "profile x usr/bin/{a,b} flags=(complain) {\n}\n");
case!(relative_alias, "alias usr/bin -> /opt/bin,\nprofile x {\n}\n");
case!(peer_with_a_blank, "profile x {\n  signal send peer=my app,\n  unix type=stream addr=@my socket,\n}\n");
case!(
    tunables_included_inside_a_profile,
    "profile a {\n  include <tunables/global>\n  @{HOME}/.a r,\n  /bin/b Px,\n}\n",
    [("tunables/global", "@{HOME} = /home/*/\n@{PROC} = /proc/\nalias /a -> /b,\n")]
);
case!(
    misspelt_includes,
    "include <globl>\nprofile a {\n  include <abstraction/base>\n  include <nameservice>\n  include \"abstractions/base\"\n  if exists <local/a>\n  /a r,\n}\n",
    [("tunables/global", ""), ("abstractions/base", ""), ("abstractions/nameservice", "")]
);
case!(misspelt_flags, "profile a /bin/a flag=(complain) {\n  @{exec_path} mr,\n}\n");
case!(
    braces_swallowed_by_mistakes,
    "profile a {\n  /etc/a r,\n\"}\n\nprofile b {\n  /{usr/,}bin/a }bin/b rix,\n  <}\n"
);
case!(
    prose_without_a_hash,
    "Profile for the backup\nprofile a {\n  Uncomment for more access:\n  # /etc/a r,\n}\n"
);
case!(
    brackets_of_includes,
    "include tunables/global>\nprofile a {\n  include abstractions/base <abstractions/nameservice>\n  include if <local/a>\n  /a r,\n}\n",
    [("tunables/global", ""), ("abstractions/base", ""), ("abstractions/nameservice", "")]
);
case!(
    heads_that_cannot_be_read,
    "profile a b @{c}/d flags=(complain) {\n  @{exec_path} mr,\n}\nprofile e <{\n  /a r,\n}\n"
);
case!(
    condition_with_a_glued_parenthesis,
    "@{A} = /a\nprofile a {\n  if (@{A} == /a) {\n    /b r,\n  } else if true {\n    /c rq,\n  } # c\n  else {\n    /d r,\n  }\n  /e r,\n}\n"
);
case!(
    stray_characters_before_blocks,
    "/bin/a =(complain) {\n  /a r,\n}\n)profile b /bin/b {\n  /a r,\n}\nprofile c {\n  (/bin/x {\n    /a r,\n  }\n  /b r,\n}\n"
);

// What beginners write, and what web pages and other languages teach them.

case!(
    missing_comma_before_a_broken_rule,
    "profile a {\n  /usr/bin/ls ix\n  /usr/bin/cat px > b,\n  /usr/bin/rat -> c px,\n  /usr/bin/owl px->d,\n}\n"
);
case!(
    block_that_is_never_closed_far_away,
    "profile a {\n  /etc/a r,\n  profile b {\n    /etc/b r,\n\n  /etc/c r,\n}\n\nprofile d {\n  /etc/d r,\n}\n"
);
case!(profile_closed_too_early, "profile a {\n  /etc/a r,\n  }\n  /etc/b r,\n}\n");
case!(names_of_hats, "profile a {\n  ^ b {\n    /etc/b r,\n  }\n  hat {\n    /etc/c r,\n  }\n}\n");
case!(
    flags_of_beginners,
    "profile a (complain, audit {\n  /a r,\n}\nprofile b flags=[complain] {\n  /b r,\n}\nprofile c complain {\n  /c r,\n}\n"
);
case!(
    words_of_other_tools,
    "import <tunables/global>\nprofile a {\n  permit /a r,\n  ln /a -> /b,\n  dir /d/ r,\n  userns_create,\n  changeprofile -> b,\n  read /e,\n}\n"
);
case!(
    typographic_quotes_and_shell_variables,
    "profile a {\n  \u{201c}/etc/a b\u{201d} r,\n  $HOME/c r,\n  {HOME}/d r,\n  /etc/e (rw),\n  /etc/f=r,\n  /etc/g r, w,\n}\n"
);
case!(
    assignments_of_other_languages,
    "@{A} = /a, /b, /c\n@{B} /a\n@{b-c} = /x\nD = /d\n@{E} = [\"/e\", \"/f\"]\nprofile a { }\n"
);
case!(
    sockets_by_their_ports,
    "profile a {\n  network inet:80,\n  network port 443,\n  network inet stream port 22,\n  network inet stream 8080,\n}\n"
);
case!(
    mount_as_the_command_has_it,
    "profile a {\n  mount -o ro,nosuid /dev/sda1 -> /mnt,\n  mount -t ext4 /dev/sda1 -> /mnt,\n  mount /a -> /b options=(ro),\n  mount options=[ro] /a -> /b,\n  mount options=(ro nosuid /a -> /b,\n  umount /a -> /b,\n}\n"
);
case!(
    words_of_prose,
    "profile a {\n  signal send to b,\n  signal send to peer=b,\n  mount /dev/sda1 on /mnt,\n  mount -o ro /dev/sda1 /mnt,\n  /bin/x px to b,\n  change_profile to b,\n  capability chown and kill,\n}\n"
);
case!(
    pivot_root_and_userns_of_beginners,
    "profile a {\n  pivot_root /new /old,\n  pivot_root oldroot /old /new,\n  userns (create),\n  userns clone,\n}\n"
);
case!(
    signals_and_traces_of_beginners,
    "profile a {\n  signal send SIGTERM,\n  signal send set=hup int,\n  signal send set(term),\n  ptrace attach,\n  ptrace read b,\n  ptrace (trace, peer=b),\n}\n"
);
case!(
    messages_of_beginners,
    "profile a {\n  dbus own name=org.a,\n  dbus bind name org.a,\n  dbus send dest=org.a,\n  dbus send member={Hello, AddMatch},\n  unix @a,\n}\n"
);
case!(
    capabilities_of_beginners,
    "profile a {\n  capability *,\n  capability all,\n  capability (chown),\n  capability net-admin,\n  capability: chown,\n}\n"
);
case!(
    limits_of_beginners,
    "profile a {\n  set rlimit nofile 1024,\n  set rlimit rss = 5M,\n  set rlimit as <= 2GiB,\n}\n"
);
case!(
    one_path_executed_in_many_ways,
    "profile a {\n  /bin/x px,\n  /bin/x ix,\n  /bin/x Cx -> b,\n  /bin/x ux,\n}\n"
);
case!(all_and_a_lower_priority, "profile a {\n  all,\n  priority=-2 /usr/** px,\n}\n", Version::V5_0, []);
case!(
    what_web_pages_and_patches_leave,
    "```\nprofile a {\n<<<<<<< HEAD\n  /etc/a r,\n=======\n  /etc/b r,\n>>>>>>> branch\n+  /etc/c r,\n  /bin/x px -&gt; b,\n  include &lt;abstractions/base&gt;\n  /etc/d\u{a0}r,\n  \u{200b}/etc/e r,\n  ...\n}\nEOF\n"
);
case!(
    conditions_of_other_languages,
    "${A} = true\nprofile a {\n  if defined @{X} then {\n    /a r,\n  }\n  if a = a { /b r, }\n  if ${A} && ${A} { /c r, }\n  if not(${A}) { /d r, }\n}\n"
);
case!(
    heads_with_several_attachments,
    "profile a /bin/a, /bin/b {\n  /x r,\n}\nprofile b /bin/c /bin/d {\n  /x r,\n}\n"
);
case!(
    qualifiers_of_beginners,
    "profile a {\n  priority 5 /a r,\n  priority=high /b r,\n  /opt/c\\ r,\n  forbid /d r,\n}\n"
);
