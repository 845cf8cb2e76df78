aakit load --replace /profiles/family >/dev/null
aakit load --replace --complain /profiles/small >/dev/null
sleeper family
sleeper small
sleeper family//child
sleep 1
# The part of a JSON text between two of aa-status's top-level names, without white space.
part() { tr -d ' \n' | sed "s/.*\"$1\":\({[^}]*}\).*/\1/"; }
aakit status --json > /tmp/ours
aa-status --json > /tmp/theirs
cat /tmp/ours
cat /tmp/theirs
echo
ours=$(part profiles < /tmp/ours)
[ "$ours" = "$(part profiles < /tmp/theirs)" ] || fail "profiles: ours $ours"
[ "$ours" = '{"family":"enforce","family//child":"enforce","family//hat":"enforce","small":"complain"}' ] || fail "profiles: $ours"
# Each process of aa-status, with its program, profile, number and status.
processes=$(tr -d ' \n' < /tmp/theirs | grep -o '{"profile":"[^}]*}' | sed 's/}$//')
[ "$(echo "$processes" | wc -l)" = 3 ] || fail "aa-status tells of: $processes"
for process in $processes; do
    tr -d ' \n' < /tmp/ours | grep -qF "$process" || fail "ours lacks $process"
done
for field in '"version":"2"' '"enabled":true' '"schema_version":1' '"/usr/bin/busybox":['; do
    tr -d ' \n' < /tmp/ours | grep -qF "$field" || fail "ours lacks $field"
done
kill %1 %2 %3
