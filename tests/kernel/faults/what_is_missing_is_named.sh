echo 'securityfs is not mounted'
umount /sys/kernel/security
run 2 aakit load --replace /profiles/small
said 'its directory in securityfs is not there'
said 'mount -t securityfs securityfs /sys/kernel/security'
run 2 aakit status
run 2 aakit status --loaded small
mount -t securityfs securityfs /sys/kernel/security

echo 'no CAP_MAC_ADMIN'
without='syscall(157, 24, 33, 0, 0, 0) == 0 or die; exec @ARGV'
run 2 perl -e "$without" aakit load --replace /profiles/small
said 'lacks CAP_MAC_ADMIN'
said "cap-add MAC_ADMIN"
run 2 perl -e "$without" aakit load --remove small
said 'lacks CAP_MAC_ADMIN'

echo 'not root'
run 2 perl -e '$( = $) = 65534; $< = $> = 65534; exec @ARGV' aakit load --replace /profiles/small
said 'not permitted to load policy'
said 'run it as root'
run 2 perl -e '$( = $) = 65534; $< = $> = 65534; exec @ARGV' aakit status
said 'permission denied'
# What needs no rights works without.
run 0 perl -e '$( = $) = 65534; $< = $> = 65534; exec @ARGV' aakit load --dry-run /profiles/small
said 'small: would be added'
absent small

echo 'confined'
run 0 aakit load --replace /profiles/small-open
run 2 as small aakit load --replace /profiles/small
said 'under the profile `small`'
said 'run it from an unconfined process'

echo 'a read-only root file system'
mount -o remount,ro /
run 0 aakit load --replace /profiles/small
mount -o remount,rw /
listed small enforce
