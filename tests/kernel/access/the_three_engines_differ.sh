run 0 aakit load --template docker-default --name docker
run 0 aakit load --template containerd-default --name containerd --rootlesskit-profile rootlesskit
run 0 aakit load --template podman-default --name podman
printf 'profile %s { /** rmix, signal, ptrace, }\n' runc crun /usr/bin/runc /usr/sbin/crun-1 rootlesskit other > /tmp/peers
run 0 aakit load /tmp/peers
export SOCKET='perl -e "socket(my \$s, shift, shift, shift) or die qq(\$!\n)"'
# Where AF_ALG is not denied, this kernel just does not have it.
echo 'denied  eval $SOCKET 38 5 0' | table docker
echo 'fails   eval $SOCKET 38 5 0' | table containerd
echo 'fails   eval $SOCKET 38 5 0' | table podman
for engine in docker containerd podman; do
    sleeper $engine
    export CONTAINER=$!
    sleep 1
    for sender in runc crun /usr/bin/runc /usr/sbin/crun-1 rootlesskit other; do
        case $engine:$sender in
            docker:runc | docker:crun | containerd:runc | containerd:crun | containerd:rootlesskit) wanted=allowed ;;
            podman:runc | podman:crun | podman:/usr/bin/runc | podman:/usr/sbin/crun-1) wanted=allowed ;;
            *) wanted=denied ;;
        esac
        echo "$engine receives from $sender:"
        $wanted $sender kill -CONT $CONTAINER
    done
    kill $CONTAINER
done
wait || true
for engine in docker containerd podman; do
    table $engine <<'TABLE'
denied  : >> /proc/sysrq-trigger
denied  : >> /proc/sys/kernel/core_pattern
denied  mount -t tmpfs tmpfs /tmp
denied  cat /sys/kernel/security/lsm
allowed cat /proc/version
allowed : >> /proc/self/oom_score_adj
TABLE
done
rm /tmp/peers
