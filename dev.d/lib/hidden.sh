#!/bin/sh
# hidden.sh FILE FOLDER...: fails, and says which, if FILE names one of the folders.
set -eu
file=$1
shift
for folder in "$@"; do
    if grep -aqF "$folder" "$file"; then
        echo "$file names the folder $folder of this machine" >&2
        exit 1
    fi
done
