#!/bin/sh
# The browser tests drive Debian's Chromium and need a Chinese font on the system; the tests of the
# calls on PostgreSQL start a server of their own from Debian's package.
# Install them where this user may; otherwise those tests are skipped and say what is missing.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="chromium"
if ! fc-list ':lang=zh' 2>/dev/null | grep -q .; then missing="$missing fonts-noto-cjk"; fi
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing $missing" >&2
    # shellcheck disable=SC2086 # a list of packages is meant
    if apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
        exit 0
    fi
fi
echo "note: tests that need $missing will be skipped" >&2
echo "hint: sudo apt-get install $missing" >&2
