#!/bin/sh
# Two test programs of one name would be built over each other, and one would never run.
twice=$(ls tests/unit/test_*.c tests/tty/test_*.c | sed 's|.*/||' | sort | uniq -d)
[ -z "$twice" ] || { echo "two test programs are called $twice"; exit 1; }
