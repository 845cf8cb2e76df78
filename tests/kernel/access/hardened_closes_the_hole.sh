run 0 aakit load --template docker-default --hardened
said 'changed `deny @{PROC}/sys/kernel/'
table docker-default <<'TABLE'
denied  : >> /proc/sys/kernel/sysrq
denied  : >> /proc/sys/kernel/sem
denied  : >> /proc/sys/kernel/threads-max
denied  : >> /proc/sys/kernel/domainname
denied  : >> /proc/sys/kernel/yama/ptrace_scope
denied  : >> /proc/sys/kernel/core_pattern
denied  : >> /proc/sys/kernel/hostname
allowed : >> /proc/sys/kernel/shmmax
allowed : >> /proc/sys/kernel/shmall
allowed : >> /proc/sys/kernel/shm_rmid_forced
allowed cat /proc/sys/kernel/sysrq
TABLE
