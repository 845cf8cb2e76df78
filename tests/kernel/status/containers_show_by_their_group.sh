mkdir -p /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
id=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
mkdir -p /sys/fs/cgroup/system.slice/docker-$id.scope
sleep 100 &
echo $! > /sys/fs/cgroup/system.slice/docker-$id.scope/cgroup.procs
run 0 aakit status $!
said "container: $id (docker)"
run 0 aakit status --json $!
said '"engine": "docker"'
kill $!
wait $! || true
rmdir /sys/fs/cgroup/system.slice/docker-$id.scope
umount /sys/fs/cgroup
