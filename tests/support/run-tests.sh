#!/bin/sh
# Runs the test programs in $B/tests (or the one named $T) and adds up what they say.
# Each ends with `NAME: N passed, F failed, S skipped`; the whole with the same line without a name.
set -u
export LC_ALL=C.UTF-8 TZ=UTC
unset NO_COLOR COLORTERM LINES COLUMNS LANG NNTUTOR_COURSE NNTUTOR_PLAIN 2>/dev/null
NNTUTOR=$(pwd)/$B/nntutor
export NNTUTOR
NNTUTOR_SEATS=$(pwd)/$B/nntutor-seats.so # the unit tests hold classes themselves
[ -f "$NNTUTOR_SEATS" ] || NNTUTOR_SEATS=
export NNTUTOR_SEATS
[ -n "${VECTORS:-}" ] && export VECTORS || unset VECTORS
# Sockets lie in it, whose paths have at most 107 bytes: a TMPDIR that leaves too little of that will not do.
short=${TMPDIR:-/tmp}; [ ${#short} -le 20 ] || short=/tmp
scratch=$(TMPDIR=$short mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM
export HOME="$scratch/home" XDG_DATA_HOME="$scratch/data" XDG_CONFIG_HOME="$scratch/config" TMPDIR="$scratch"
mkdir -p "$HOME" "$XDG_DATA_HOME" "$XDG_CONFIG_HOME"
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}"

all_passed=0 all_failed=0 all_skipped=0
sum() { sed -n "s/.*\[  $1  *\] \([0-9][0-9]*\) test(s).*/\1/p" "$scratch/out" | awk '{n += $1} END {print n + 0}'; }

run_program() {
    name=$1; shift
    status=0
    "$@" >"$scratch/out" 2>&1 </dev/null || status=$?
    passed=$(sum PASSED) failed=$(sum FAILED) skipped=$(sum SKIPPED)
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
    if [ "$status" -ne 0 ] || [ -n "${V:-}" ] || [ -n "$T" ]; then
        grep -av '^\[       OK \]\|^\[ RUN      \]\|^\[==========\] Running\|^\[  PASSED  \]' "$scratch/out"
    else
        grep -ai '^skipped:' "$scratch/out"
    fi
    echo "$name: $passed passed, $failed failed, $skipped skipped"
    all_passed=$((all_passed + passed)) all_failed=$((all_failed + failed)) all_skipped=$((all_skipped + skipped))
}

run_check() {
    if sh "$2" >"$scratch/out" 2>&1; then echo "$1: 1 passed, 0 failed, 0 skipped"; all_passed=$((all_passed + 1))
    else cat "$scratch/out"; echo "$1: 0 passed, 1 failed, 0 skipped"; all_failed=$((all_failed + 1)); fi
}

found=
for source in tests/unit/test_*.c tests/tty/test_*.c; do
    [ -e "$source" ] || continue
    name=$(basename "$source" .c); name=${name#test_}
    [ -z "$T" ] || [ "$T" = "$name" ] || continue
    found=1
    run_program "$name" "$B/tests/test_$name"
done
for source in tests/fuzz/fuzz_*.c; do
    [ -e "$source" ] || continue
    name=$(basename "$source" .c)
    [ -z "$T" ] || [ "$T" = "$name" ] || continue
    found=1
    run_program "$name" "$B/tests/$name" "tests/fuzz/corpus/${name#fuzz_}"
done
for check in tests/support/check-*.sh; do
    name=$(basename "$check" .sh); name=${name#check-}
    [ -z "$T" ] || [ "$T" = "$name" ] || continue
    found=1
    run_check "$name" "$check"
done
if [ -z "$found" ]; then
    echo "no test is named \"$T\"; they are: $(ls tests/unit tests/tty tests/fuzz 2>/dev/null | sed -n 's/^test_\(.*\)\.c$/\1/p; s/^\(fuzz_.*\)\.c$/\1/p' | tr '\n' ' ')layers" >&2
    echo "$T: 0 passed, 1 failed, 0 skipped"
    exit 1
fi
[ -n "$T" ] || echo "$all_passed passed, $all_failed failed, $all_skipped skipped"
[ "$all_failed" -eq 0 ]
