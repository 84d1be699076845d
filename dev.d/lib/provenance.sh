#!/bin/sh
# provenance.sh VERSION TARGET SECONDS: prints what an archive was made of, and by what; nothing about the machine.
set -eu
commit=$(git rev-parse HEAD 2>/dev/null || echo unknown)
state=$(git status --porcelain --untracked-files=no 2>/dev/null | wc -l | tr -d ' ')
[ "$commit" = unknown ] && state=unknown
[ "$state" = 0 ] && state=none
cat <<END
version: $1
target: $2
commit: $commit
files changed since: $state
SOURCE_DATE_EPOCH: $3
rustc: $(rustc --version)
cargo: $(cargo --version)
cc: $(cc --version | head -n 1)
command: ./dev dist
END
