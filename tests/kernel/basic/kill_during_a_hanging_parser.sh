run 0 aakit load /profiles/small
before=$(names_on_tmpfs)
aakit load --replace --parser /fake-parsers/hang /profiles/small-open &
sleep 2
parser_processes
[ -n "$(parser_processes)" ] || fail "the parser does not hang"
kill -9 $!
wait $! || true
sleep 1
[ "$(names_on_tmpfs)" = "$before" ] || fail "left behind: $(names_on_tmpfs)"
[ -z "$(parser_processes)" ] || fail "still running: $(parser_processes)"
! ps | grep -v grep | grep 'sleep 1000' || fail "the parser's child still runs"
listed small enforce
# The next load finds nothing in its way.
run 0 aakit load --replace /profiles/small-open
