#!/bin/bash
# How fast is `aakit fmt`? Prints, from one run on one machine: the time for all files of a tree, and the ratio to
# `apparmor-format` (PyPI apparmor-language-server) on the same 20 files.
#
#   scripts/bench-fmt.sh [TREE]        TREE is laid out like /etc/apparmor.d, which is the default
#
# Environment: AAKIT is the program (default: a release build), APPARMOR_FORMAT the other one (default: the one in PATH;
# without it only aakit is measured), RUNS how often each is run (default 5; the fastest run counts).
set -euo pipefail
cd "$(dirname "$0")/.."

tree=${1:-/etc/apparmor.d}
runs=${RUNS:-5}
if [ -z "${AAKIT:-}" ]; then
    cargo build --release --quiet --bin aakit
    AAKIT=target/release/aakit
fi
aakit=$(realpath "$AAKIT")
other=${APPARMOR_FORMAT:-$(command -v apparmor-format || true)}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tree" "$work/few"
cp -rL "$tree/." "$work/tree"

# 20 profiles spread over the tree's.
mapfile -t profiles < <(find "$tree" -maxdepth 1 -type f ! -name README | sort)
step=$(((${#profiles[@]} + 19) / 20))
for ((i = 0; i < ${#profiles[@]}; i += step)); do cp "${profiles[i]}" "$work/few/"; done

# The fastest of the runs, in microseconds. Each run only looks, so that all see the same files.
fastest() {
    local best='' start time
    for ((i = 0; i < runs; i++)); do
        start=$(date +%s%N)
        "$@" >/dev/null 2>&1 || true
        time=$((($(date +%s%N) - start) / 1000))
        if [ -z "$best" ] || [ "$time" -lt "$best" ]; then best=$time; fi
    done
    echo "$best"
}

files=$(find "$work/tree" -type f ! -path '*/abi/*' | wc -l)
all=$(fastest "$aakit" fmt --check --no-config "$work/tree")
echo "all $files files of $tree: aakit $((all / 1000)).$(printf %03d $((all % 1000))) ms"

few=$(find "$work/few" -type f | wc -l)
mine=$(fastest "$aakit" fmt --check --no-config "$work/few"/*)
echo "$few files: aakit $((mine / 1000)).$(printf %03d $((mine % 1000))) ms"
if [ -z "$other" ]; then
    echo 'apparmor-format is not installed: pip install apparmor-language-server'
    exit 0
fi
theirs=$(fastest "$other" --check "$work/few"/*)
echo "$few files: apparmor-format $((theirs / 1000)).$(printf %03d $((theirs % 1000))) ms"
echo "ratio: $((theirs / mine)) times as fast"
