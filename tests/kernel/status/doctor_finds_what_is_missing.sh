run 0 aakit status --doctor
silent missing
silent warning
run 1 aakit status --doctor --parser /nonexistent
said 'missing  apparmor_parser: cannot find the parser `/nonexistent`'
run 0 aakit status --doctor --base /nonexistent
said 'warning  base directory'
umount /sys/kernel/security
run 1 aakit status --doctor
said 'missing  securityfs: AppArmor is enabled, but its directory in securityfs is not there'
said 'mount -t securityfs securityfs /sys/kernel/security'
mount -t securityfs securityfs /sys/kernel/security
run 1 perl -e 'syscall(157, 24, 33, 0, 0, 0) == 0 or die; exec @ARGV' aakit status --doctor
said 'missing  CAP_MAC_ADMIN'
run 0 aakit status --doctor --json
said '"verdict": "ok"'
