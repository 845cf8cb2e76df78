run 0 aakit load --template docker-default
printf 'profile runc { /** rmix, signal, ptrace, }\nprofile other { /** rmix, signal, ptrace, }\n' > /tmp/peers
run 0 aakit load /tmp/peers
mkdir -p /tmp/mnt /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs tmpfs /tmp/mnt
sleeper docker-default
export SAME=$!
sleeper other
export OTHER=$!
sleep 3000 &
export HOST=$!
sleep 1
# System calls that no applet makes.
export SOCKET='perl -e "socket(my \$s, shift, shift, shift) or die qq(\$!\n)"'
export ATTACH='perl -e "syscall(101, 16, 0 + \$ARGV[0], 0, 0) == 0 or die qq(\$!\n); kill 18, \$ARGV[0]"'
table docker-default <<'TABLE'
# Files in /proc, which are not those of a process.
denied  : >> /proc/sysrq-trigger
denied  cat /proc/sysrq-trigger
denied  head -c 1 /proc/kcore
denied  : >> /proc/version
denied  : >> /proc/timer_list
denied  : >> /proc/tty/drivers
denied  : >> /proc/sys/vm/overcommit_memory
denied  : >> /proc/sys/fs/file-max
denied  : >> /proc/sys/net/ipv4/ip_forward
denied  : >> /proc/sys/kernel/core_pattern
denied  : >> /proc/sys/kernel/modprobe
denied  : >> /proc/sys/kernel/hostname
denied  : >> /proc/sys/kernel/msgmax
allowed : >> /proc/sys/kernel/shmmax
allowed cat /proc/version
allowed cat /proc/meminfo
allowed cat /proc/sys/kernel/core_pattern
allowed cat /proc/sys/vm/overcommit_memory
# The hole that the names share a letter with `shm` in its place.
allowed : >> /proc/sys/kernel/sysrq
allowed : >> /proc/sys/kernel/sem
allowed : >> /proc/sys/kernel/threads-max
allowed : >> /proc/sys/kernel/domainname
allowed : >> /proc/sys/kernel/yama/ptrace_scope
# Files of processes.
allowed : >> /proc/self/oom_score_adj
allowed : >> /proc/1/oom_score_adj
allowed cat /proc/self/environ
allowed cat /proc/$SAME/environ
denied  cat /proc/$HOST/environ
# Files in /sys.
denied  : >> /sys/kernel/mm/transparent_hugepage/enabled
allowed cat /sys/kernel/mm/transparent_hugepage/enabled
denied  : >> /sys/module/apparmor/parameters/audit
denied  : >> /sys/power/state
denied  cat /sys/kernel/security/apparmor/profiles
denied  cat /sys/kernel/security/lsm
denied  ls /sys/firmware/memmap/
allowed mkdir /sys/fs/cgroup/box
allowed rmdir /sys/fs/cgroup/box
# Mounts.
denied  mount -t tmpfs tmpfs /tmp/mnt
denied  mount -t proc proc /tmp/mnt
denied  mount --bind / /tmp/mnt
denied  mount -o remount,ro /tmp/mnt
denied  mount --make-private /tmp/mnt
allowed umount /tmp/mnt
# ptrace.
allowed eval $ATTACH $SAME
denied  eval $ATTACH $HOST
denied  eval $ATTACH $OTHER
# Signals.
allowed kill -CONT $SAME
denied  kill -CONT $HOST
denied  kill -CONT $OTHER
# Sockets: family, type, protocol.
allowed eval $SOCKET 2 1 0
allowed eval $SOCKET 2 3 1
allowed eval $SOCKET 17 3 0
allowed eval $SOCKET 1 1 0
allowed eval $SOCKET 16 3 0
denied  eval $SOCKET 38 5 0
# The rest.
denied  echo "changeprofile unconfined" > /proc/self/attr/current
allowed hostname box
allowed mknod /tmp/null c 1 3
allowed chown 5:5 /tmp/null
allowed /tmp/../bin/true
allowed echo x > /etc/file
TABLE
# Signals from outside.
allowed runc kill -CONT $SAME
denied other kill -CONT $SAME
kill -CONT $SAME || fail 'an unconfined process may signal the container'
kill $SAME $OTHER $HOST
wait || true
umount /sys/fs/cgroup
rm -r /tmp/mnt /tmp/null /tmp/peers
