before=$(names_on_tmpfs)
run 0 sh -c 'aakit render docker-default | aakit load --replace -'
said 'docker-default (enforce): added'
listed docker-default enforce
[ "$(names_on_tmpfs)" = "$before" ] || fail "left behind: $(names_on_tmpfs)"
denied docker-default sh -c 'echo h > /proc/sysrq-trigger'
denied docker-default sh -c 'echo x > /proc/sys/kernel/core_pattern'
denied docker-default mount -t tmpfs tmpfs /tmp
denied docker-default cat /sys/kernel/security/apparmor/profiles
allowed docker-default sh -c 'echo x > /tmp/file && cat /tmp/file'
allowed docker-default cat /proc/version
# The known hole, and the profile without it.
allowed docker-default sh -c 'cat /proc/sys/kernel/sysrq > /tmp/v; cat /tmp/v > /proc/sys/kernel/sysrq'
run 0 aakit load --replace --template docker-default --hardened
said 'docker-default (enforce): replaced'
said 'changed `deny @{PROC}/sys/kernel/'
denied docker-default sh -c 'echo 0 > /proc/sys/kernel/sysrq'
allowed docker-default sh -c 'cat /proc/sys/kernel/shmmax > /tmp/v; cat /tmp/v > /proc/sys/kernel/shmmax'
rm -f /tmp/file /tmp/v
