#!/bin/sh
# Fuzzes every parser (or fuzz target $T) with libFuzzer for $SECONDS_EACH seconds each, from a copy of
# its seeds. An input that breaks it is kept in tests/fuzz/corpus/NAME (crash-*, timeout-*, oom-*): from
# then on it is a test.
set -u
CLANG=${CLANG:-clang}
work=${B:-build}/fuzz
mkdir -p "$work"

if ! command -v "$CLANG" >/dev/null 2>&1; then
    echo "make fuzz needs clang. On Debian: apt-get install clang libclang-rt-14-dev" >&2
    exit 3
fi
echo 'int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n);
int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n) { return d && n > 9 ? 0 : 0; }' \
    >"$work/probe.c"
if ! "$CLANG" -fsanitize=fuzzer,address "$work/probe.c" -o "$work/probe" 2>"$work/probe.log"; then
    version=$("$CLANG" -dumpversion | cut -d. -f1)
    echo "make fuzz: clang cannot link a fuzzer; its runtime library is probably missing." >&2
    echo "On Debian: apt-get install libclang-rt-$version-dev. It said:" >&2
    head -n 3 "$work/probe.log" >&2
    exit 3
fi

# The library once, instrumented; clang is quick enough that it is simply built anew.
flags="${CFLAGS_FUZZ:--std=c17 -Isrc -Itests} -O1 -g -fsanitize=address,undefined \
    -fno-sanitize-recover=undefined"
export CLANG flags work
rm -f "$work"/src_*.o "$work/lib.a"
ls src/*/*.c | xargs -P "$(nproc 2>/dev/null || echo 2)" -I{} sh -c '
    $CLANG $flags -fsanitize=fuzzer-no-link -c "$1" -o "$work/$(echo "$1" | tr / _).o"' - {} || exit 1
ar rcs "$work/lib.a" "$work"/src_*.o || exit 1

bad=0 found=
for source in tests/fuzz/fuzz_*.c; do
    name=$(basename "$source" .c); name=${name#fuzz_}
    [ -z "${T:-}" ] || [ "$T" = "$name" ] || [ "$T" = "fuzz_$name" ] || continue
    found=1
    "$CLANG" $flags -fsanitize=fuzzer "$source" "$work/lib.a" ${LIBS:-} -o "$work/fuzz_$name" || exit 1
    rm -rf "$work/corpus-$name"
    mkdir -p "$work/corpus-$name" "tests/fuzz/corpus/$name"
    cp "tests/fuzz/corpus/$name/"* "$work/corpus-$name/" 2>/dev/null
    echo "fuzzing $name for ${SECONDS_EACH:-60} s"
    if LC_ALL=C.UTF-8 "$work/fuzz_$name" -max_total_time="${SECONDS_EACH:-60}" -max_len=4096 -timeout=5 \
        -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="tests/fuzz/corpus/$name/" \
        "$work/corpus-$name" >"$work/$name.log" 2>&1; then
        sed -n 's/^stat::number_of_executed_units: */  inputs: /p; s/^stat::average_exec_per_sec: */  a second: /p' \
            "$work/$name.log"
    else
        bad=1
        echo "  broken; the input is in tests/fuzz/corpus/$name, the report in $work/$name.log" >&2
        grep -m 3 'ERROR\|runtime error\|SUMMARY' "$work/$name.log" >&2
    fi
done
if [ -z "$found" ]; then
    echo "no fuzz target is named \"${T:-}\"" >&2
    exit 1
fi
exit $bad
