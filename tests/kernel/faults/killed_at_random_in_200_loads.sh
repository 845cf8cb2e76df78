# After each: the old policy or the new, whole; no file; no process.
run 0 aakit load --replace /profiles/small
old=$(cat /sys/kernel/security/apparmor/policy/profiles/small.*/sha1)
run 0 aakit load --replace /profiles/small-open
new=$(cat /sys/kernel/security/apparmor/policy/profiles/small.*/sha1)
[ "$old" != "$new" ] || fail "the two policies are the same"
before=$(names_on_tmpfs)
# How long one takes decides over which time the moments are spread.
begun=$(cut -d. -f1,2 /proc/uptime | cut -d' ' -f1 | tr -d .)
run 0 aakit load --replace /profiles/small
ended=$(cut -d. -f1,2 /proc/uptime | cut -d' ' -f1 | tr -d .)
span=$(( (ended - begun + 2) * 10000 ))
echo "one load takes about $((span / 1000)) ms"
killed=0 finished=0 is_old=0 is_new=0 i=0
while [ $i -lt 200 ]; do
    case $((i % 2)) in 0) file=/profiles/small-open ;; *) file=/profiles/small ;; esac
    aakit load --replace $file >/dev/null 2>&1 &
    usleep $(( (RANDOM * 32768 + RANDOM) % span ))
    if kill -9 $! 2>/dev/null; then killed=$((killed + 1)); else finished=$((finished + 1)); fi
    wait $! 2>/dev/null || true
    tries=0
    while [ -n "$(parser_processes)" ]; do
        tries=$((tries + 1))
        [ $tries -lt 50 ] || fail "load $i: still running: $(parser_processes)"
        usleep 20000
    done
    [ "$(names_on_tmpfs)" = "$before" ] || fail "load $i left behind: $(names_on_tmpfs)"
    listed small enforce
    case "$(cat /sys/kernel/security/apparmor/policy/profiles/small.*/sha1)" in
        "$old") is_old=$((is_old + 1)) ;;
        "$new") is_new=$((is_new + 1)) ;;
        *) fail "load $i: neither the old policy nor the new" ;;
    esac
    i=$((i + 1))
done
echo "200 loads: $killed killed, $finished had finished; then one policy $is_old times, the other $is_new times, no file left"
[ $killed -gt 50 ] || fail "hardly any was killed"
