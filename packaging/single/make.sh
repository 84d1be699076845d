#!/bin/sh
# make.sh FOLDER: writes the headers as one file each.
set -eu
for name in rp_sdk.h rp_sdk.hpp; do "$RP" header --single "$name" >"$1/$name"; done
