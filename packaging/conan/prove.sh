#!/bin/sh
# prove.sh FOLDER SCRATCH: conan create, with the test package, in a home of its own.
set -eu
. "$ROOT/packaging/lib.sh"
python3 -m venv "$2/venv"
"$2/venv/bin/pip" install --quiet --disable-pip-version-check -r "$ROOT/packaging/conan/requirements.txt"
PATH=$2/venv/bin:$PATH
CONAN_HOME=$2/home
export PATH CONAN_HOME
cd "$2"
clean conan profile detect >conan.log 2>&1
# A machine of its own has Conan's remotes; here nothing is needed of them.
conan remote disable '*' >>conan.log 2>&1
(as_on_the_page conan "$1") >>conan.log 2>&1 || {
    cat conan.log
    exit 1
}
