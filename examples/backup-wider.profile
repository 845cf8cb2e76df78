abi <abi/3.0>,
include <tunables/global>
@{coreutils} = cat ls sync

profile backup /usr/local/bin/backup {
  include <abstractions/base>
  /{,usr/}bin/@{coreutils} rix,
  /etc/shadow rw,
  /root/** r,
  /var/backups/** rw,
  deny /var/backups/keep/** w,
}
