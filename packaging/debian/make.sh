#!/bin/sh
# make.sh FOLDER: makes librp-dev_VERSION_all.deb and rp_VERSION_ARCHITECTURE.deb there.
set -eu
. "$ROOT/packaging/lib.sh"
here=$ROOT/packaging/debian
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

# The files that Debian wants in the documentation of the package "$1", whose root is "$2".
documented() {
    doc=$2/usr/share/doc/$1
    mkdir -p "$doc" "$2/DEBIAN"
    {
        printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nFiles: *\nCopyright: %s The rp authors\nLicense: Expat or Apache-2.0\n\nLicense: Expat\n' \
            "$(date -u -d "@$(changed)" +%Y)"
        sed -n '3,$p' "$ROOT/LICENSE-MIT" | sed 's/^$/./; s/^/ /'
        printf '\nLicense: Apache-2.0\n See /usr/share/common-licenses/Apache-2.0.\n'
    } >"$doc/copyright"
    date=$(date -R -u -d "@$(changed)")
    printf '%s (%s) unstable; urgency=medium\n\n  * See https://keepachangelog.com: CHANGELOG.md of rp.\n\n -- The rp authors <rp@rp.invalid>  %s\n' \
        "$1" "$VERSION" "$date" | gzip -9n >"$doc/changelog.gz"
}

# When the repository was changed last, so that the same content gives the same package.
changed() { git -C "$ROOT" log -1 --format=%ct 2>/dev/null || echo 0; }

# Packs the root "$1" as the file "$2".
packed() {
    (cd "$1" && find usr -type f -exec md5sum {} + >DEBIAN/md5sums)
    printf 'Installed-Size: %s\n' "$(du -k -s "$1/usr" | cut -f 1)" >>"$1/DEBIAN/control"
    SOURCE_DATE_EPOCH=$(changed) dpkg-deb --root-owner-group --build "$1" "$2" >"$work/dpkg-deb.log"
}

dev=$work/dev
documented librp-dev "$dev"
install_headers "$work/prefix" "$work/build"
cp -R "$work/prefix/." "$dev/usr"
filled "$here/control-dev" >"$dev/DEBIAN/control"
packed "$dev" "$1/librp-dev_${VERSION}_all.deb"

program=$work/rp
documented rp "$program"
mkdir -p "$program/usr/bin" "$program/usr/share/man/man1" "$program/usr/share/bash-completion/completions"
install -s -m 755 "$RP" "$program/usr/bin/rp"
"$RP" man "$program/usr/share/man/man1" >"$work/man.log"
gzip -9n "$program"/usr/share/man/man1/*
"$RP" completions bash >"$program/usr/share/bash-completion/completions/rp"
architecture=$(dpkg --print-architecture)
glibc=$(objdump -T "$program/usr/bin/rp" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -uV | tail -n 1)
filled "$here/control" | sed "s/@ARCHITECTURE@/$architecture/; s/@GLIBC@/$glibc/" >"$program/DEBIAN/control"
packed "$program" "$1/rp_${VERSION}_$architecture.deb"
