# What the scenarios share. A scenario is a script under `sh -eu`: it fails at the first command that does.

PROFILES=/sys/kernel/security/apparmor/profiles

# fail TEXT: ends the scenario.
fail() {
    echo "FAILED: $*"
    exit 1
}

# run CODE COMMAND...: the command must end with this exit code; what it prints is shown and kept for `said`.
run() {
    wanted=$1
    shift
    echo "\$ $*"
    code=0
    "$@" >/tmp/said 2>&1 || code=$?
    sed 's/^/  /' /tmp/said
    [ "$code" = "$wanted" ] || fail "exit code $code, not $wanted: $*"
}

# said TEXT: the last `run` printed this.
said() {
    grep -qF -- "$1" /tmp/said || fail "the output does not have: $1"
}

# silent TEXT: the last `run` did not print this.
silent() {
    ! grep -qF -- "$1" /tmp/said || fail "the output has: $1"
}

# listed NAME MODE: the kernel has the profile in this mode.
listed() {
    grep -qxF -- "$1 ($2)" "$PROFILES" || fail "not in the kernel's list: $1 ($2); it has: $(cat $PROFILES)"
}

# absent NAME: the kernel has no such profile.
absent() {
    for mode in enforce complain kill unconfined; do
        ! grep -qxF -- "$1 ($mode)" "$PROFILES" || fail "in the kernel's list: $1 ($mode)"
    done
}

# as PROFILE COMMAND...: runs a command confined by the profile.
as() (
    profile=$1
    shift
    echo "changeprofile $profile" > /proc/self/attr/current
    "$@"
)

# sleeper PROFILE: starts a confined process that does nothing; its number is in `$!`.
sleeper() {
    sh -c 'echo "changeprofile $0" > /proc/self/attr/current; exec sleep 3000' "$1" &
    sleep 1
}

# allowed PROFILE COMMAND... and denied PROFILE COMMAND...
allowed() {
    as "$@" >/tmp/allowed 2>&1 || fail "refused: $* ($(cat /tmp/allowed))"
    echo "allowed: $*"
}

denied() {
    ! as "$@" >/tmp/denied 2>&1 || fail "allowed: $*"
    grep -qE 'Permission denied|Operation not permitted|not permitted' /tmp/denied || fail "no denial: $(cat /tmp/denied)"
    echo "denied: $*"
}

# names_on_tmpfs: every file on the file systems where a load might leave one.
names_on_tmpfs() {
    find /run /dev/shm /tmp -xdev ! -name said ! -name allowed ! -name denied ! -name outcome | sort
}

# parser_processes: what is left of parsers and watchers.
parser_processes() {
    ps | grep -E 'apparmor_parser|fake-parsers|__watch' | grep -v grep || true
}

# table PROFILE: reads lines `allowed|denied|fails COMMAND` and tries each command under the profile. `fails` is for what the
# profile allows and this kernel does not have. Prints the counts.
table() {
    allowed_count=0
    denied_count=0
    while read -r wanted command; do
        case $wanted in '' | '#'*) continue ;; esac
        # The table is the standard input: a command must not read it.
        if as "$1" sh -c "$command" </dev/null >/tmp/outcome 2>&1; then got=allowed
        elif grep -qiE 'permission denied|operation not permitted' /tmp/outcome; then got=denied
        else got=fails; fi
        echo "$got: $command"
        [ "$got" = "$wanted" ] || fail "$1: $command: wanted $wanted, it said: $(cat /tmp/outcome)"
        case $got in allowed | fails) allowed_count=$((allowed_count + 1)) ;; *) denied_count=$((denied_count + 1)) ;; esac
    done
    rm -f /tmp/outcome
    echo "$1: $((allowed_count + denied_count)) accesses, $allowed_count allowed, $denied_count denied"
}
