#!/bin/bash
# Prints, in one run, how long answers of `aakit query` and `aakit diff` take, beside the time that apparmor_parser needs to
# compile the same profile (-QKS).
#
#   scripts/bench-query.sh [BASE]
#
# measure.sh tells what BASE is. Times are wall clock, the least of five runs or more.
set -euo pipefail
# shellcheck source=scripts/measure.sh
. "${0%/*}/measure.sh"

heading "one answer / compiling the profile"
# The six largest files that this apparmor_parser compiles, and one in forty of the others.
mapfile -t files < <(find "$base" -maxdepth 1 -type f -printf '%s %p\n' | sort -rn | cut -d' ' -f2-)
compile() { timeout 60 "$parser" -QKS -M "$features" -b "$base" -I "$base" "$1"; }
taken=0
slowest=999999
for index in "${!files[@]}"; do
    [ $taken -lt 6 ] || [ $((index % 40)) = 0 ] || continue
    file=${files[index]}
    profile=$(awk '/^profile / { print $2; exit } /^\/[^ ]+.*\{/ { print $1; exit }' "$file")
    [ -n "$profile" ] && compile "$file" > /dev/null 2>&1 || continue
    taken=$((taken + 1))
    compiled=$(least compile "$file")
    answer=$(least "$aakit" query --no-config -b "$base" "$profile" rw /etc/passwd)
    row "${file##*/}" "$answer" "$compiled"
    slowest=$(awk -v a="$answer" -v b="$compiled" -v s="$slowest" 'BEGIN { r = b / a; print r < s ? r : s }')
done
printf 'at least %.1f times as fast\n' "$slowest"

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
# An abstraction that most profiles include gives all of them one rule more.
cp -r "$base" "$scratch/wide"
echo '  /srv/bench/** rw,' >> "$scratch/wide/abstractions/base"
alone "diff of two trees, abstractions/base changed" "$(least "$aakit" diff --no-config "$base" "$scratch/wide")"
