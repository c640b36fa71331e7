#!/usr/bin/env bash
# Called by the Makefile: what pip cannot install. Finds a Python, checks for the GL libraries that
# off-screen rendering loads, installs what is missing when run as root, otherwise prints the one line
# to run; then makes the virtual environment.
set -eu -o pipefail
venv=${VENV:-.venv}

has_library() { # by soname, in the loader's cache or the usual folders
    { ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null || true; } | grep -qF "$1" && return 0
    compgen -G "/usr/lib/*/$1*" >/dev/null || compgen -G "/usr/lib64/$1*" >/dev/null || compgen -G "/usr/lib/$1*" >/dev/null
}

find_python() { # the newest supported one that can make an environment, else the newest supported one
    local found="" candidate
    for candidate in ${PYTHON:-python3.12 python3.11 python3.13 python3}; do
        command -v "$candidate" >/dev/null || continue
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        found=${found:-$candidate}
        if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then found=$candidate; break; fi
    done
    echo "$found"
}

missing_packages() {
    local python missing=()
    python=$(find_python)
    if [ -z "$python" ]; then
        missing+=(python3 python3-venv)
    elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        missing+=("$(basename "$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')")-venv")
    fi
    has_library libEGL.so.1 || missing+=(libegl1)
    has_library libEGL_mesa.so.0 || has_library libEGL_nvidia.so.0 || missing+=(libegl-mesa0)
    has_library libGL.so.1 || missing+=(libgl1)
    has_library libOpenGL.so.0 || missing+=(libopengl0)
    compgen -G "/usr/lib/*/dri/swrast_dri.so" >/dev/null || compgen -G "/usr/lib*/dri/swrast_dri.so" >/dev/null ||
        compgen -G "/usr/lib/*/libgallium*.so" >/dev/null || has_library libEGL_nvidia.so.0 || missing+=(libgl1-mesa-dri)
    echo "${missing[*]}"
}

if [ -z "${SKIP_SYSTEM:-}" ]; then
    missing=$(missing_packages)
    if [ -n "$missing" ]; then
        line="apt-get update && apt-get install -y --no-install-recommends $missing"
        if ! command -v apt-get >/dev/null; then
            echo "Missing system packages (Debian's names): $missing" >&2
            echo "Install what your system calls them, then run make again (SKIP_SYSTEM=1 skips this check)." >&2
            exit 1
        elif [ "$(id -u)" -ne 0 ]; then
            echo "Missing system packages. Run this line, then make again:" >&2
            echo "    sudo sh -c '$line'" >&2
            exit 1
        fi
        echo "Installing system packages: $missing"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        # shellcheck disable=SC2086
        apt-get install -y -qq --no-install-recommends $missing >/dev/null
    fi
fi

python=$(find_python)
if [ -z "$python" ]; then
    echo "No Python of version 3.11 or newer found${PYTHON:+ as '$PYTHON'}. Install one, or name it: make PYTHON=/path/to/python3.12 ..." >&2
    exit 1
fi
if [ ! -x "$venv/bin/python" ]; then
    echo "Making the virtual environment $venv with $("$python" --version)"
    "$python" -m venv "$venv"
fi
