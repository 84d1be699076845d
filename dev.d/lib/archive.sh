#!/bin/sh
# archive.sh PROGRAM WORKER LIBRARY FOLDER: makes the release archive around the command PROGRAM, the WORKER of isolated modules
# and the archive LIBRARY of the host for C in FOLDER, and prints its path. An empty LIBRARY leaves that out.
set -eu
cd "$(dirname "$0")/../.."

program=$1
worker=$2
library=$3
mkdir -p "$4"
folder=$(cd "$4" && pwd)
version=$("$program" --version | cut -d ' ' -f 2)
machine=$(rustc -vV | sed -n 's/^host: //p')
name=rp-$version-$machine
# What every time in the archive is: that of the commit.
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || echo 0)}"
export SOURCE_DATE_EPOCH
root=$folder/$name

# Prints the texts of the licences of what the command is linked from.
third_party() {
    packages=$(cargo tree --locked -p rp -p rp-worker -p rp-capi -e normal --prefix none --no-dedupe --format '{p}|{l}' | sort -u)
    echo "$packages" | while IFS='|' read -r package licence; do
        case "$package" in '' | *' ('/*) continue ;; esac # between the two, or of this repository
        set -- $package
        printf '==== %s %s, %s\n\n' "$1" "${2#v}" "$licence"
        for file in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"$1-${2#v}"/[LCUN][ION][CPLO]*; do
            case "$(basename "$file")" in
            LICEN[CS]E* | COPYING* | UNLICENSE* | NOTICE*) [ -f "$file" ] && cat "$file" && echo ;;
            esac
        done
    done
}

checksum() {
    if command -v sha256sum >/dev/null 2>&1; then sha256sum "$1"; else shasum -a 256 "$1"; fi
}

rm -rf "$root"
mkdir -p "$root/bin"
cp "$program" "$root/bin/rp"
cp "$worker" "$root/bin/rp-worker"
strip "$root/bin/rp" "$root/bin/rp-worker"

cmake -S . -B "$folder/cmake" -DBUILD_TESTING=OFF -DCMAKE_INSTALL_PREFIX="$root" -DCMAKE_INSTALL_LIBDIR=lib \
    -DRP_HOST="${library:+ON}" -DRP_HOST_ARCHIVE="$library" >"$folder/cmake.log"
[ -z "$library" ] || cmake --build "$folder/cmake" --target rp_host >>"$folder/cmake.log"
cmake --install "$folder/cmake" >>"$folder/cmake.log"
[ -z "$library" ] || strip --strip-debug "$root/lib/librp_host.a"

"$program" man "$root/share/man/man1" >"$folder/man.log"
for place in bash:bash-completion/completions/rp zsh:zsh/site-functions/_rp fish:fish/vendor_completions.d/rp.fish; do
    file=$root/share/${place#*:}
    mkdir -p "$(dirname "$file")"
    "$program" completions "${place%%:*}" >"$file"
done

mkdir -p "$root/share/doc/rp"
cp README.md CHANGELOG.md SECURITY.md LICENSE-APACHE LICENSE-MIT "$root/share/doc/rp"
third_party >"$root/share/doc/rp/THIRD-PARTY"

sh dev.d/lib/sbom.sh "$version" "$SOURCE_DATE_EPOCH" rp rp-worker rp-capi >"$root/share/doc/rp/sbom.cdx.json"
sh dev.d/lib/provenance.sh "$version" "$machine" "$SOURCE_DATE_EPOCH" >"$root/share/doc/rp/PROVENANCE"

# The same content gives the same archive where tar can be told so. LEVEL, from 1 to 9, is how small it becomes.
set -- --format=gnu --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --sort=name --mtime="@$SOURCE_DATE_EPOCH"
tar --version 2>/dev/null | grep -q GNU || set --
cd "$folder"
LC_ALL=C tar -c "$@" -f "$name.tar" "$name"
gzip "-${LEVEL:-9}nf" "$name.tar"
checksum "$name.tar.gz" >"$name.tar.gz.sha256"
rm -f "$name.tar.gz.minisig"
# The trusted comment is signed too: a signature of another version does not pass for this one.
[ -z "${KEY:-}" ] || minisign -S -s "$KEY" -m "$name.tar.gz" -t "rp version=$version target=$machine" >"$folder/minisign.log"
echo "$folder/$name.tar.gz"
