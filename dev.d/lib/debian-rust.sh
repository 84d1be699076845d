#!/bin/sh
# debian-rust.sh FOLDER: unpacks Debian's newest Rust with the source of its library into FOLDER/rust, and writes FOLDER/rustc,
# which starts it. Nothing is installed: a target's library is built from that source where rustup has not brought it.
set -eu

fail() {
    printf '%s\n' "debian-rust: $*" >&2
    exit 1
}

mkdir -p "$1"
folder=$(cd "$1" && pwd)
[ -e "$folder/rust/usr/bin/rustc" ] && "$folder/rustc" -vV && exit
command -v apt-get >/dev/null || fail "without Debian's packages a target comes from rustup: rustup target add TARGET"

# Prints the package that "$1" depends on and whose name matches "$2".
depends() { apt-cache depends "$1" | sed -n "s/^ *Depends: \($2\)$/\1/p"; }

library=$(depends libstd-rust-web-dev 'libstd-rust-web-[0-9.]*')
[ -n "$library" ] || fail "apt-cache does not know libstd-rust-web-dev, of Debian 12 and newer: apt-get update, or rustup target add TARGET"
llvm=$(depends "$library" 'libllvm[0-9]*')

rm -rf "$folder/unpacking"
mkdir -p "$folder/unpacking/packages"
cd "$folder/unpacking/packages"
apt-get download -q rustc-web libstd-rust-web-dev rust-web-src "$library" "$llvm"
for package in *.deb; do dpkg-deb -x "$package" ..; done
cd "$folder"
rm -rf unpacking/packages rust
mv unpacking rust

# The libraries of this compiler are for it alone: what it starts links with the system's.
cat >rustc <<'END'
#!/bin/sh
usr=$(readlink -f "$(dirname "$0")/rust/usr")
LD_LIBRARY_PATH="$usr/lib/x86_64-linux-gnu:$usr/lib" exec "$usr/bin/rustc" "$@"
END
chmod +x rustc
./rustc -vV
