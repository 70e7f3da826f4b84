#!/bin/sh
# Make .venv from the lock file: `run` for the program alone, `dev` for tests and checks as well.
set -eu
kind=${1:-run}
cd "$(dirname "$0")/.."
UV_VERSION=0.13.9

find_python() {
    for name in python3.11 python3.12 python3.13 python3; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            command -v "$name"
            return
        fi
    done
    echo "error: Python 3.11 or later is not on the PATH" >&2
    echo "hint: on Debian 12: apt-get install python3 python3-venv" >&2
    exit 1
}

if [ ! -x .venv/bin/python ] || [ ! -x .venv/bin/pip ]; then
    python=$(find_python)
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        # Debian ships venv's bootstrap as a package of its own.
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
            echo "installing python3-venv" >&2
            apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
        else
            echo "error: this Python has no ensurepip" >&2
            echo "hint: on Debian: sudo apt-get install python3-venv" >&2
            exit 1
        fi
    fi
    echo "making .venv with $("$python" --version)" >&2
    "$python" -m venv .venv
fi
if ! .venv/bin/uv --version 2>/dev/null | grep -qF "$UV_VERSION"; then
    .venv/bin/pip install --quiet --disable-pip-version-check "uv==$UV_VERSION" 2>/dev/null ||
        .venv/bin/pip install --disable-pip-version-check "uv==$UV_VERSION"
fi
# --inexact leaves what the other kind of environment has put there; compiling now makes the first
# run as quick as the second, also where Python may not write bytecode.
if [ "$kind" = dev ]; then
    .venv/bin/uv sync --locked --inexact --compile-bytecode --quiet --python .venv/bin/python
else
    .venv/bin/uv sync --locked --inexact --compile-bytecode --no-dev --quiet --python .venv/bin/python
fi
.venv/bin/python -m compileall -q src/hubscope
touch .venv/ready
[ "$kind" != dev ] || touch .venv/ready-dev
