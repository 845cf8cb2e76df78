aakit load --replace /profiles/small >/dev/null
aakit load --replace /profiles/family >/dev/null
run 0 aakit status 1
said 'profile: none (unconfined)'
said 'seccomp: disabled'
sleeper small
sleep 1
run 0 aakit status $!
said "$! /usr/bin/busybox"
said 'profile: small (enforce)'
kill $!
# A stack of two.
printf 'profile wide {\n  /** rwmix,\n  signal,\n  change_profile,\n}\n' > /tmp/wide
run 0 aakit load /tmp/wide
sh -c 'echo "changeprofile wide" > /proc/self/attr/current; echo "stack family" > /proc/self/attr/current; exec sleep 100' &
sleep 1
run 0 aakit status $!
said 'family//&wide (enforce)'
said 'stack of: family, wide'
run 0 aakit status
said 'family//&wide (enforce)'
kill $!
# filters MODE: waits until the process in the background has come so far.
filters() {
    tries=0
    until grep -q "Seccomp:.$1" /proc/$!/status; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || fail "no seccomp mode $1: $(cat /proc/$!/status)"
        usleep 100000
    done
}
# Strict seccomp: only read, write and exit are left, so it waits in read.
mkfifo /tmp/fifo
perl -e 'open(my $f, "+<", "/tmp/fifo"); syscall(157, 22, 1, 0) == 0 or die $!; sysread($f, my $x, 1)' &
filters 1
run 0 aakit status $!
said 'seccomp: strict'
kill -9 $!
# One filter that allows everything: a BPF program of one instruction, RET 0x7fff0000.
perl -e 'my $code = pack("SCCL", 6, 0, 0, 0x7fff0000); my $prog = pack("Sx6P", 1, $code);
    syscall(157, 38, 1, 0, 0, 0) == 0 or die $!; syscall(157, 22, 2, $prog) == 0 or die $!; sleep 100' &
filters 2
run 0 aakit status $!
said 'seccomp: filtering (1 filter)'
run 0 aakit status --json $!
said '"seccomp": "filtering"'
said '"seccomp_filters": 1'
kill $!
run 2 aakit status 999999
said 'there is no process 999999'
rm /tmp/fifo /tmp/wide
