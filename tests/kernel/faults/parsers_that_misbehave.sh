echo secret > /etc/secret
run 0 aakit load /profiles/small
before=$(names_on_tmpfs)
intact() {
    [ "$(names_on_tmpfs)" = "$before" ] || fail "left behind: $(names_on_tmpfs)"
    [ -z "$(parser_processes)" ] || fail "still running: $(parser_processes)"
    ! ps | grep -v grep | grep 'sleep 1000' || fail "a child of the parser still runs"
    listed small enforce
    denied small cat /etc/secret
}
run 2 aakit load --replace --parser /fake-parsers/hang --timeout 1 /profiles/small-open
said 'did not end within 1 second and was killed'
intact
run 2 aakit load --replace --parser /fake-parsers/crash /profiles/small-open
said 'was killed by SIGSEGV'
intact
run 2 aakit load --replace --parser /fake-parsers/killed /profiles/small-open
said 'was killed by SIGKILL'
intact
aakit load --replace --parser /fake-parsers/flood /profiles/small-open >/tmp/flood 2>&1 && fail "a flood is no success"
[ "$(wc -c < /tmp/flood)" -lt 3000000 ] || fail "the flood was passed on: $(wc -c < /tmp/flood) bytes"
rm /tmp/flood
intact
aakit load --replace --timeout 2 --parser /fake-parsers/flood-forever /profiles/small-open >/tmp/flood 2>&1 && fail "an endless flood is no success"
grep -q 'did not end within 2 seconds' /tmp/flood || fail "$(tail -c 300 /tmp/flood)"
rm /tmp/flood
intact
run 2 aakit load --replace --parser /fake-parsers/missing /profiles/small-open
said 'cannot find the parser `/fake-parsers/missing`'
intact
run 2 aakit load --replace --parser /etc/secret /profiles/small-open
said 'or it is not executable'
intact
run 2 aakit load --replace --parser /fake-parsers/lie /profiles/family
said "does not have \`family\`"
intact
run 0 aakit load --replace --parser /fake-parsers/lingering /profiles/small
said 'small (enforce): unchanged'
intact
