#!/bin/sh
# The dependency rule: each room may include itself and the rooms named after it, nothing else; and
# one place owns each library. Prints what breaks it; exits 1 then.
set -u
allowed='base:
nn: base
draw: base
lesson: base
quiz: base
store: base
demos: base nn draw
course: base draw lesson quiz demos
study: base draw lesson quiz store demos course
grade: base quiz
live: base quiz store
tui: base nn draw lesson quiz store demos course study grade live
cmd: base nn draw lesson quiz store demos course study grade live tui
main: base cmd'
libraries='curses.h src/tui/terminal.c
ncurses.h src/tui/terminal.c
term.h src/tui/terminal.c
md4c.h src/lesson/markdown.c
sqlite3.h src/store/
gmp.h src/demos/count.c
utf8proc.h src/quiz/fold.c
zlib.h src/nn/idx.c
expat.h src/grade/moodlexml.c
mosquitto.h src/live/
openssl/ src/live/'
bad=0
for file in $(find src -name '*.[ch]'); do
    room=${file#src/}
    case $room in */*) room=${room%%/*} ;; *) room=main ;; esac
    rule=$(printf '%s\n' "$allowed" | sed -n "s/^$room: *//p")
    printf '%s\n' "$allowed" | grep -q "^$room:" || { echo "$file: no room is called $room"; bad=1; }
    for include in $(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\([^"]*\)".*/\1/p' "$file"); do
        case $include in
        *..*) echo "$file: include \"$include\" from src/, without .."; bad=1; continue ;;
        */*) ;;
        *) echo "$file: include \"$include\" must name its room"; bad=1; continue ;;
        esac
        case " $room $rule " in
        *" ${include%%/*} "*) ;;
        *) echo "$file: $room may not include ${include%%/*}"; bad=1 ;;
        esac
    done
    for include in $(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*<\([^>]*\)>.*/\1/p' "$file"); do
        owner=$(printf '%s\n' "$libraries" | while read -r library place; do
            case /$include in *"/$library"*) echo "$place" ;; esac
        done)
        [ -z "$owner" ] && continue
        case $file in
        "$owner"*) ;;
        *) echo "$file: only $owner may include <$include>"; bad=1 ;;
        esac
    done
done
exit $bad
