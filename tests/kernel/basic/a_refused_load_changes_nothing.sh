echo secret > /etc/secret
run 0 aakit load /profiles/small
revision=$(cat /sys/kernel/security/apparmor/policy/profiles/small.*/sha1)
printf 'profile small {\n  /etc/secret r\n}\n' > /tmp/broken
run 1 aakit load --replace /tmp/broken
said '/tmp/broken:'
silent '/proc/self/fd'
# The kernel itself refuses a child without its parent.
printf 'profile nobody//child {\n  /etc/secret r,\n}\n' > /tmp/orphan
run 2 aakit load --replace /tmp/orphan
said 'the kernel refuses'
absent nobody
listed small enforce
[ "$revision" = "$(cat /sys/kernel/security/apparmor/policy/profiles/small.*/sha1)" ] || fail "the policy changed"
denied small cat /etc/secret
rm /tmp/broken /tmp/orphan
