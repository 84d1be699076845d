#!/bin/sh
# prove.sh FOLDER SCRATCH: the project of rp new go, without its own headers, built with those of the package; no network, and a
# cache of its own. It asks the package for its constants too.
set -eu
. "$ROOT/packaging/lib.sh"
"$RP" new go hello --dir "$2/hello" >"$2/new.log"
cd "$2/hello"
rm -r include
sed -i.before 's| -I${SRCDIR}/include||' module.go
cat >constants.go <<'END'
package main

import "rp"

var _ [rp.ABIVersion]bool = [1]bool{}
var _ [rp.Failed]bool = [1]bool{}
END
GOCACHE=$2/cache GOPATH=$2/path GOPROXY=off
export GOCACHE GOPATH GOPROXY
as_on_the_page go "$1"
CGO_CFLAGS="-O2 -I$(go list -m -f '{{.Dir}}' rp)/include" clean go build -buildmode=c-shared -trimpath \
    -ldflags="-extldflags=-Wl,--version-script=$PWD/exports.map" -o build/libhello.so
[ "$("$RP" call build/libhello.so greet '{"name":"Ada"}' --json)" = '{"status":"success","data":{"hello":"Ada","greeted":1}}' ]
"$RP" check build/libhello.so
