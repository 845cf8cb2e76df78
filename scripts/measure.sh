# What the bench scripts share; they source it. It goes to the top of the checkout and sets `corpus`, `base`, `parser`, `features`,
# `aakit` and `scratch`.
#
# The first argument, a base directory with many profiles, is `base`; the default is $AAKIT_CORPUS/apparmor.d, else
# ../shared/corpus/apparmor.d, else /etc/apparmor.d. AAKIT names a program to measure instead of a release build.

cd "$(dirname "$0")/.."
corpus=${AAKIT_CORPUS:-../shared/corpus}
base=${1:-$corpus/apparmor.d}
[ -d "$base" ] || base=/etc/apparmor.d
parser=$(command -v apparmor_parser || echo /usr/sbin/apparmor_parser)
[ -x "$parser" ] || { echo "${0##*/}: apparmor_parser is not installed" >&2; exit 2; }
[ -n "${AAKIT:-}" ] || cargo build --release --quiet --bin aakit
aakit=${AAKIT:-${CARGO_TARGET_DIR:-$PWD/target}/release/aakit}
features=/etc/apparmor.d/abi/3.0
[ -f "$corpus/features.all" ] && features=$corpus/features.all
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# least COMMAND...: the least wall-clock time of five runs, or of as many as half a second has room for, in milliseconds; the exit
# code does not count. The shell's own clock is read: a `date` of its own process would be measured along.
least() {
    local best=999999999999 spent=0 run=0 start took
    while [ $run -lt 5 ] || [ $spent -lt 500000 ]; do
        start=${EPOCHREALTIME//[^0-9]/}
        "$@" > /dev/null 2>&1 < /dev/null || true
        took=$((${EPOCHREALTIME//[^0-9]/} - start))
        [ $took -lt "$best" ] && best=$took
        spent=$((spent + took))
        run=$((run + 1))
    done
    awk -v time="$best" 'BEGIN { printf "%.2f", time / 1e3 }'
}

# heading TEXT, row NAME TIME TIME, alone NAME TIME: the table.
heading() { printf '%-52s %13s %13s %10s\n' "$1" aakit parser ratio; }
row() { awk -v name="$1" -v a="$2" -v b="$3" 'BEGIN { printf "%-52s %10.1f ms %10.1f ms %8.1f x\n", name, a, b, b / a }'; }
alone() { printf '%-52s %10.1f ms\n' "$1" "$2"; }
