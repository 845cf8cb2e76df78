# Each part has mounts of its own, which go with it. Output cannot go to /tmp here, so `run` is not used.
echo secret > /etc/secret
part() { unshare -m sh -eu -c ". /lib.sh; $1"; }

echo 'full: the next one is taken'
part 'mount -t tmpfs -o size=4k tmpfs /run
    head -c 4096 /dev/zero > /run/full || true
    run 0 aakit load --replace /profiles/small
    silent tmpfs
    [ "$(ls /run)" = full ] || fail "left behind: $(ls /run)"'
denied small cat /etc/secret

echo 'read-only: the next one is taken'
part 'mount -t tmpfs -o ro tmpfs /run
    run 0 aakit load --replace /profiles/small-open
    silent tmpfs'
allowed small cat /etc/secret

echo 'full, read-only and not a tmpfs: anonymous memory, and a word of it'
part 'mount -t tmpfs -o size=4k tmpfs /run
    head -c 4096 /dev/zero > /run/full || true
    mount -t tmpfs -o ro tmpfs /dev/shm
    mount -t proc proc /tmp
    code=0
    aakit load --replace /profiles/small > /root/said 2>&1 || code=$?
    cat /root/said
    [ $code = 0 ] || fail "exit code $code"'
grep -qF 'no tmpfs can be used (`/run`: no space left on device; `/dev/shm`: read-only file system; `/tmp`: not on a tmpfs)' /root/said || fail "no word of it"
denied small cat /etc/secret
rm /root/said
