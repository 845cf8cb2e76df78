abi <abi/3.0>,
include <tunables/global>
@{coreutils} = cat ls sync

profile backup /usr/local/bin/backup {
  include <abstractions/base>
  /{,usr/}bin/@{coreutils} rix,
  /{,usr/}bin/sync rPx,
  /etc/shadow r,
}
