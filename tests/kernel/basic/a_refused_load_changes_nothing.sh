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
# Nor is a good file loaded when another beside it cannot be.
mkdir /tmp/two
printf 'profile early {\n  /etc/open r,\n}\n' > /tmp/two/a
cp /profiles/small /tmp/two/b
run 2 aakit load /tmp/two
said 'is already loaded'
said 'nothing was loaded'
absent early
rm -r /tmp/broken /tmp/orphan /tmp/two
