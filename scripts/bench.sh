#!/bin/bash
# Prints, in one run, how long aakit and apparmor_parser take for the same files, as ratios.
#
#   scripts/bench.sh [BASE]
#
# BASE is a base directory with many profiles (default: $AAKIT_CORPUS/apparmor.d, else ../shared/corpus/apparmor.d, else
# /etc/apparmor.d). apparmor_parser runs with -QN (it parses and names the profiles, and compiles nothing). Times are wall
# clock, the least of five runs each, taken in turn. The rate of parsing comes from `cargo bench --bench parse`.
set -euo pipefail
cd "$(dirname "$0")/.."
corpus=${AAKIT_CORPUS:-../shared/corpus}
base=${1:-$corpus/apparmor.d}
[ -d "$base" ] || base=/etc/apparmor.d
parser=$(command -v apparmor_parser || echo /usr/sbin/apparmor_parser)
[ -x "$parser" ] || { echo "bench.sh: apparmor_parser is not installed" >&2; exit 2; }
cargo build --release --quiet
aakit=${CARGO_TARGET_DIR:-$PWD/target}/release/aakit
features=/etc/apparmor.d/abi/3.0
[ -f "$corpus/features.all" ] && features=$corpus/features.all

mapfile -t profiles < <(find "$base" -maxdepth 1 -type f | sort)
small=$(mktemp)
trap 'rm -f "$small"' EXIT
printf 'profile small /usr/bin/small {\n  /etc/passwd r,\n}\n' > "$small"

# The least of five wall-clock times of a command, in milliseconds.
least() {
    local best=999999999999 start end
    for _ in 1 2 3 4 5; do
        start=$(date +%s%N)
        "$@" > /dev/null 2>&1 || true
        end=$(date +%s%N)
        [ $((end - start)) -lt "$best" ] && best=$((end - start))
    done
    echo $((best / 10000)) | sed 's/..$/.&/'
}
row() { awk -v name="$1" -v a="$2" -v b="$3" 'BEGIN { printf "%-52s %10.1f ms %10.1f ms %8.1f x\n", name, a, b, b / a }'; }

printf '%-52s %13s %13s %10s\n' "${#profiles[@]} profiles of $base" aakit parser ratio
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
