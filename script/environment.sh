# Shell functions that make the private environment; sourced by ./sightline and by
# the scripts in this folder. POSIX sh. Everything it says goes to stderr.

fail() {
    printf 'sightline: %s\n' "$1" >&2
    exit 3
}

# Prints the path of a Python that is new enough, or nothing.
find_python() {
    for name in ${SIGHTLINE_PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        path=$(command -v "$name" 2>/dev/null) || continue
        if "$path" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$path"
            return
        fi
    done
}

# ensure_environment ROOT runtime|dev: ROOT/.sightline/env holds what the lock says.
# The stamp is written last, so an interrupted installation is repeated.
ensure_environment() {
    env_dir=$1/.sightline/env
    lock=$1/locks/$2.txt
    stamp=$1/.sightline/env.$2.stamp
    wanted=$(cksum <"$lock")
    if [ -x "$env_dir/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    mkdir -p "$1/.sightline"
    printf 'sightline: preparing its private environment (once) …\n' >&2
    if command -v uv >/dev/null 2>&1; then
        [ -x "$env_dir/bin/python" ] ||
            uv venv --quiet --python '>=3.11' "$env_dir" >&2 ||
            fail "uv could not make an environment with Python 3.11 or newer"
        VIRTUAL_ENV=$env_dir uv pip install --quiet --require-hashes -r "$lock" >&2 ||
            fail "uv could not install the locked dependencies of $lock"
    else
        make_environment_with_venv "$env_dir"
        "$env_dir/bin/python" -m pip install --quiet --disable-pip-version-check \
            --require-hashes -r "$lock" >&2 ||
            fail "pip could not install the locked dependencies of $lock"
    fi
    # The checkout itself is put on the path: no build, and edits count at once.
    "$env_dir/bin/python" - "$1/src" <<'PYTHON'
import pathlib, sys, sysconfig

pathlib.Path(sysconfig.get_path("purelib"), "sightline.pth").write_text(sys.argv[1] + "\n")
PYTHON
    printf '%s\n' "$wanted" >"$stamp"
}

make_environment_with_venv() {
    [ -x "$1/bin/python" ] && "$1/bin/python" -m pip --version >/dev/null 2>&1 && return
    python=$(find_python)
    [ -n "$python" ] ||
        fail "Python 3.11 or newer was not found on PATH; install it, or name it: SIGHTLINE_PYTHON=/path/to/python"
    "$python" -m venv --clear "$1" >&2 ||
        fail "$python cannot make virtual environments; install its venv module (Debian: apt install python3-venv) or uv"
}
