#!/bin/sh
# prove.sh FOLDER SCRATCH: a project that has the package and builds a library by node-gyp.
set -eu
. "$ROOT/packaging/lib.sh"
cp "$ROOT/packaging/hello.c" "$2"
cd "$2"
cat >package.json <<'END'
{ "name": "hello", "version": "0.1.0", "private": true }
END
cat >binding.gyp <<'END'
{
  "targets": [{
    "target_name": "hello",
    "type": "loadable_module",
    "sources": ["hello.c"],
    "include_dirs": ["<!(node -p \"require('@rp/headers').include\")"],
    "cflags": ["-fvisibility=hidden"]
  }]
}
END
export NPM_CONFIG_AUDIT=false NPM_CONFIG_FUND=false
as_on_the_page npm "$1"
npm install --silent node-gyp@13.1.0
# The headers of Node itself are beside it, where they need not be fetched.
clean npx --no-install node-gyp --nodedir="$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")" --silent rebuild
check "$2/build/Release/hello.node"
