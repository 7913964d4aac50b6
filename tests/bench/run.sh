#!/bin/sh
# Runs the bench programs one after the other: our figures and the peers', measured in one run on one
# machine, so that the ratios mean something where the figures do not. T=NAME runs one. PEERS is a
# folder with NAME.py that does what NAME does and prints the same JSON line (python3-torch). Ours on
# two threads is compared with the better of the peer's on one and two.
set -u
PEERS=${PEERS:-../shared/bench}
PYTHON=/usr/bin/python3
export LC_ALL=C.UTF-8 TZ=UTC
NNTUTOR=$(pwd)/$B/nntutor
TMPDIR=$(mktemp -d)
export NNTUTOR TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT INT TERM
printf '%s, %s processors, load %s\n' \
    "$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -n 1)" "$(getconf _NPROCESSORS_ONLN)" \
    "$(cut -d' ' -f1 /proc/loadavg 2>/dev/null)"

# "key seconds" for each figure of a line: the least seconds of "key": {...}, or of the line ("all").
figures() {
    tr '{' '\n' <"$1" | awk '{
        if (match($0, /"min_s": [0-9.]+/))
            print (key == "" ? "all" : key), substr($0, RSTART + 9, RLENGTH - 9)
        key = ""
        if (match($0, /"[a-z0-9_]+": *$/)) { key = substr($0, RSTART + 1); sub(/".*/, "", key) }
    }'
}

# Ours on one and two threads, the peer's, and the ratios of what both have measured.
beside_peer() {
    name=$1 reps=3
    for threads in 1 2; do
        "$B/bench/$name" --threads $threads --reps $reps >"$TMPDIR/ours$threads" || return 1
        cat "$TMPDIR/ours$threads"
    done
    if [ ! -f "$PEERS/$name.py" ] || ! "$PYTHON" -c 'import torch' 2>/dev/null; then
        echo "skipped: no $PEERS/$name.py, or $PYTHON has no torch: ours alone"
        return 0
    fi
    for threads in 1 2; do
        "$PYTHON" "$PEERS/$name.py" --threads $threads --reps $reps >"$TMPDIR/peer$threads" || return 1
        cat "$TMPDIR/peer$threads"
    done
    for threads in 1 2; do
        { for t in $(seq $threads); do figures "$TMPDIR/peer$t"; done; echo =; figures "$TMPDIR/ours$threads"; } |
            awk -v threads=$threads '
                $1 == "=" { ours = 1; next }
                !ours { if (!($1 in peer) || $2 < peer[$1]) peer[$1] = $2 }
                ours && ($1 in peer) {
                    printf "%s on %d: %.5f s, peer %.5f s, ratio %.3f\n", $1, threads, $2, peer[$1],
                        $2 / peer[$1] }'
    done
}

status=0 found=
for source in tests/bench/*.c; do
    name=$(basename "$source" .c)
    [ -z "${T:-}" ] || [ "$T" = "$name" ] || continue
    found=1
    echo
    case $name in
    speed_*) beside_peer "$name" ;;
    bands) "$B/bench/bands" ${MNIST:+"$MNIST"} ;;
    *) "$B/bench/$name" ;;
    esac || { echo "$name: ended with $?" >&2; status=1; }
done
if [ -z "$found" ]; then
    echo "no bench is named \"${T:-}\"" >&2
    exit 2
fi
exit $status
