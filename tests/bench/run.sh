#!/bin/sh
# Runs the bench programs one after the other: our figures and the peers', measured in one run on one
# machine, so that the ratios mean something where the figures do not. T=NAME runs one.
set -u
export LC_ALL=C.UTF-8 TZ=UTC
NNTUTOR=$(pwd)/$B/nntutor
TMPDIR=$(mktemp -d)
export NNTUTOR TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT INT TERM
printf '%s, %s processors, load %s\n' \
    "$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -n 1)" "$(getconf _NPROCESSORS_ONLN)" \
    "$(cut -d' ' -f1 /proc/loadavg 2>/dev/null)"
status=0 found=
for source in tests/bench/*.c; do
    name=$(basename "$source" .c)
    [ -z "${T:-}" ] || [ "$T" = "$name" ] || continue
    found=1
    echo
    "$B/bench/$name" || { echo "$name: ended with $?" >&2; status=1; }
done
if [ -z "$found" ]; then
    echo "no bench is named \"${T:-}\"" >&2
    exit 2
fi
exit $status
