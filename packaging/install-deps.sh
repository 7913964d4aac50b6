#!/bin/sh
# Installs the Debian packages named as arguments that are missing. Quiet and quick when none is.
# On other systems it names them and goes on: the build then says what it cannot find.
set -eu
if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is not Debian or Ubuntu. nntutor needs what these Debian packages hold: $*" >&2
    exit 0
fi
installed=$(dpkg-query -W -f='${Package} ${db:Status-Abbrev}\n' "$@" 2>/dev/null | sed -n 's/ ii.*//p')
missing=
for package in "$@"; do
    printf '%s\n' "$installed" | grep -qx "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "Missing packages:$missing" >&2
        echo "Install them as root: apt-get install$missing" >&2
        exit 3
    fi
    as_root=sudo
fi
echo "Installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
if ! $as_root apt-get install -y --no-install-recommends $missing >/dev/null 2>&1; then
    $as_root apt-get update -qq >&2
    $as_root apt-get install -y --no-install-recommends $missing >&2
fi
