# One loads in complain mode, the other in enforce mode; each sees in the kernel's list what it loaded, or fails.
loader() {
    failures=0
    i=0
    while [ $i -lt 40 ]; do
        aakit load --replace $1 /profiles/family > /tmp/loader-$2 2>&1 || { failures=$((failures + 1)); cat /tmp/loader-$2; }
        grep -q "family ($2)" /tmp/loader-$2 || failures=$((failures + 1))
        i=$((i + 1))
    done
    echo "$failures of 40 loads in $2 mode failed"
    [ $failures = 0 ]
}
loader --complain complain &
first=$!
loader '' enforce &
second=$!
wait $first || fail "the first loader"
wait $second || fail "the second loader"
rm /tmp/loader-*
