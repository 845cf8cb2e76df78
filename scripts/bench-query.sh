#!/bin/bash
# Prints, in one run, how long answers of `aakit query` and `aakit diff` take, beside the time that apparmor_parser needs to
# compile the same profile (-QKS).
#
#   scripts/bench-query.sh [BASE]
#
# BASE is as for bench.sh. AAKIT names a binary to measure instead of building one. Times are wall clock, the least of three
# runs each, taken in turn.
set -euo pipefail
cd "$(dirname "$0")/.."
corpus=${AAKIT_CORPUS:-../shared/corpus}
base=${1:-$corpus/apparmor.d}
[ -d "$base" ] || base=/etc/apparmor.d
parser=$(command -v apparmor_parser || echo /usr/sbin/apparmor_parser)
[ -x "$parser" ] || { echo "bench-query.sh: apparmor_parser is not installed" >&2; exit 2; }
[ -n "${AAKIT:-}" ] || cargo build --release --quiet
aakit=${AAKIT:-$PWD/target/release/aakit}
features=/etc/apparmor.d/abi/3.0
[ -f "$corpus/features.all" ] && features=$corpus/features.all
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The least of three wall-clock times of a command, in milliseconds; its exit code does not count.
least() {
    local best=999999999999 start end
    for _ in 1 2 3; do
        start=$(date +%s%N)
        "$@" > /dev/null 2>&1 < /dev/null || true
        end=$(date +%s%N)
        [ $((end - start)) -lt "$best" ] && best=$((end - start))
    done
    echo $((best / 10000)) | sed 's/..$/.&/'
}
row() { awk -v name="$1" -v a="$2" -v b="$3" 'BEGIN { printf "%-44s %10.1f ms %10.1f ms %8.1f x\n", name, a, b, b / a }'; }
alone() { printf '%-44s %10.1f ms\n' "$1" "$2"; }

printf '%-44s %13s %13s %10s\n' "one answer / compiling the profile" aakit parser ratio
for name in firefox chromium thunderbird libreoffice man pidgin; do
    file=
    for candidate in "$base/$name" "$base/usr.bin.$name"; do [ -f "$candidate" ] && file=$candidate; done
    [ -n "$file" ] || continue
    profile=$(awk '/^profile / { print $2; exit } /^\/[^ ]+.*\{/ { print $1; exit }' "$file")
    compiled=$(least "$parser" -QKS -M "$features" -b "$base" -I "$base" "$file")
    row "$name" "$(least "$aakit" query --no-config -b "$base" "$profile" rw /etc/passwd)" "$compiled"
done

mapfile -t names < <(grep -hoE '^profile [A-Za-z0-9_-]+ ' "$base"/* 2> /dev/null | awk '{ print $2 }' | sort -u | head -20)
awk -v names="${names[*]}" 'BEGIN {
    count = split(names, name, " ");
    split("/etc/passwd /etc/shadow /usr/bin/ls /home/a/.ssh/id_rsa /proc/1/stat /dev/null /var/log/x.log /tmp/a/b", path, " ");
    for (i = 0; i < 100000; i++) printf "%s\trw\t%s%s\n", name[i % count + 1], path[i % 8 + 1], i % 3 ? "" : "." i;
}' > "$scratch/requests"
alone "--batch of 100,000 requests to 20 profiles" "$(least "$aakit" query --no-config -b "$base" --batch "$scratch/requests")"
alone "--who w /etc/shadow" "$(least "$aakit" query --no-config -b "$base" --who w /etc/shadow)"
cp -r "$base" "$scratch/tree"
changed=0
for file in "$scratch"/tree/*; do
    [ -f "$file" ] && [ $changed -lt 5 ] && sed -i '0,/ r,$/s// rw,/' "$file" && changed=$((changed + 1))
done
alone "diff of two trees, five profiles changed" "$(least "$aakit" diff --no-config "$base" "$scratch/tree")"
