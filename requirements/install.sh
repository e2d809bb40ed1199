#!/bin/sh
# Installs a requirements file and this package into a virtual environment, from the folder of
# pyproject.toml:
#
#     sh requirements/install.sh PYTHON VENV FILE [WHEEL]
#
# uv installs the packages about ten times faster than pip. Where the machine has no uv, pip first
# installs it into the environment, never outside of it. Where uv cannot be installed or cannot
# reach its registry, pip installs everything. Each package is checked against its hash. Our own
# package is linked, not copied, so an edit takes effect at once; a wheel of it is installed as it is.
set -eu
python=$1 venv=$2 requirements=$3
package=${4:---editable=.}

create_environment() {
	if [ -x "$venv/bin/python" ]; then return; fi
	# Without pip, which takes longer to unpack than uv, and which only the fallback needs.
	"$python" -m venv --without-pip "$venv" && return
	echo "Python's venv module is missing (Debian: apt install python3-venv)." >&2
	exit 1
}

# The interpreter's own pip if it has one, else the pip that Python ships for environments.
pip_install() {
	if "$python" -m pip --python "$venv/bin/python" --version >/dev/null 2>&1; then
		"$python" -m pip --python "$venv/bin/python" install -q --disable-pip-version-check "$@"
		return
	fi
	if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
		"$venv/bin/python" -m ensurepip --default-pip >/dev/null 2>&1 || {
			echo "Python's pip is missing (Debian: apt install python3-venv)." >&2
			return 1
		}
	fi
	"$venv/bin/python" -m pip install -q --disable-pip-version-check "$@"
}

find_uv() {
	command -v uv && return
	# Only a wheel: to compile uv takes longer than pip needs for everything.
	[ -x "$venv/bin/uv" ] ||
		pip_install --only-binary=:all: --require-hashes -r requirements/uv.txt >/dev/null 2>&1 || return
	"$venv/bin/uv" --version >/dev/null 2>&1 && echo "$venv/bin/uv"
}

uv_install() {
	"$uv" pip install -q -p "$venv/bin/python" --require-hashes -r "$requirements" &&
		"$uv" pip install -q -p "$venv/bin/python" --no-deps --no-build-isolation "$package"
}

create_environment
# uv does not read pip's settings; the most common one is the address of a mirror.
if [ -n "${PIP_INDEX_URL:-}" ]; then export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$PIP_INDEX_URL}"; fi
if uv=$(find_uv); then
	uv_install && exit
	echo "uv could not install the packages; pip tries it now, which takes longer ..." >&2
fi
pip_install --require-hashes -r "$requirements"
pip_install --no-deps --no-build-isolation "$package"
