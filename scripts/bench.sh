#!/bin/bash
# Prints, in one run, how long aakit and apparmor_parser take for the same files, as ratios.
#
#   scripts/bench.sh [BASE]
#
# measure.sh tells what BASE is. apparmor_parser runs with -QN (it parses and names the profiles, and compiles nothing). Times are
# wall clock, the least of five runs or more. The rate of parsing comes from `cargo bench --bench parse`.
set -euo pipefail
# shellcheck source=scripts/measure.sh
. "${0%/*}/measure.sh"

mapfile -t profiles < <(find "$base" -maxdepth 1 -type f | sort)
small=$scratch/small
printf 'profile small /usr/bin/small {\n  /etc/passwd r,\n}\n' > "$small"

heading "${#profiles[@]} profiles of $base"
parse_all() { "$parser" -QN -M "$features" -b "$base" -I "$base" "${profiles[@]}"; }
check=$(least "$aakit" check --no-config -b "$base" "${profiles[@]}")
row "check all / apparmor_parser -QN" "$check" "$(least parse_all)"
row "check one small profile / apparmor_parser -QN" "$(least "$aakit" check --no-config -b "$base" "$small")" \
    "$(least "$parser" -QN -M "$features" -b "$base" "$small")"
lint() {
    local time
    time=$(least "$aakit" lint --no-config -b "$base" "${@:2}" "${profiles[@]}")
    awk -v name="$1" -v l="$time" -v c="$check" \
        'BEGIN { printf "%-52s %10.1f ms %8.1f x the time of check\n", name, l, l / c }'
}
lint "lint all, rules that are on by default"
lint "lint all, all rules" --select all
# One core, the bytes of all files of the tree in memory: divan's table has the rate.
AAKIT_CORPUS=$corpus cargo bench --quiet --bench parse -- parse 2> /dev/null | grep -E 'parse|B/s' || true
