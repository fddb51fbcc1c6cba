#!/usr/bin/env bash
# Makes .venv ready: finds Python 3.11, creates the environment, installs this checkout from setup.cfg under
# constraints.txt, and checks the system libraries that Blender needs. Does nothing when all of that is done already.
#
#   tools/bootstrap.sh          what running needs
#   tools/bootstrap.sh dev      and what testing and linting need
set -euo pipefail
cd "$(dirname "$0")/.."

extras=${1:-}
venv=.venv
python=$venv/bin/python
stamp=$venv/.installed${extras:+-$extras}
# the path is part of it: an environment does not survive a move of its folder
wanted=$( (pwd; cat setup.cfg pyproject.toml constraints.txt) | sha256sum | cut -d' ' -f1)

# what testing needs includes what running needs
[ -n "$extras" ] || enough=$venv/.installed-dev
[ -x $python ] && grep -qsxF "$wanted" "$stamp" ${enough:-} && exit 0

say() { printf '%s\n' "$*" >&2; }

# usable PYTHON: a 3.11 that can make a complete environment (Debian splits off ensurepip)
usable() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1; }

find_python() {
    local candidate
    for candidate in "${PYTHON:-python3.11}" python3.11 python3 python "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.11*/bin/python; do
        if usable "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
    return 1
}

make_environment() {
    local base
    if base=$(find_python); then
        say "Creating $venv with $("$base" --version)"
        "$base" -m venv --clear $venv
    elif command -v uv >/dev/null 2>&1; then
        say "No Python 3.11 here; uv gets one"
        uv venv --quiet --clear --seed --python 3.11 $venv
    else
        say "Vantage needs Python 3.11 (with venv), because Blender 4.5's module is built for it, and none was found." \
            "Install it (Debian: apt-get install python3.11 python3.11-venv; pyenv: pyenv install 3.11)," \
            "or install uv, which gets it by itself; then call make again. PYTHON=/path/to/python3.11 names one directly."
        exit 1
    fi
}

usable $python || make_environment

say "Installing into $venv (the first time: about 3 GB, some minutes)"
$python -m pip install -qq --disable-pip-version-check --constraint constraints.txt \
    --editable ".${extras:+[$extras]}"
$python -m vantage.libraries
printf '%s\n' "$wanted" >"$stamp"
