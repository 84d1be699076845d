# What the scripts of the packages share. $RP is the command, $VERSION its version, $ROOT the repository.

# Fills in the version in the template "$1".
filled() { sed "s/@VERSION@/$VERSION/g" "$1"; }

# Copies the licences into "$1".
licences() { cp "$ROOT/LICENSE-MIT" "$ROOT/LICENSE-APACHE" "$1"; }

# Installs headers, CMake package and pkg-config file into "$1", with "$2" for what is built on the way.
install_headers() {
    cmake -S "$ROOT" -B "$2" -DBUILD_TESTING=OFF -DCMAKE_INSTALL_PREFIX="$1" >"$2.log"
    cmake --install "$2" >>"$2.log"
}

# Fails with what is wrong, unless the module "$1" does what hello.c says and passes every check.
check() {
    [ "$("$RP" call "$1" echo '{"text":"hello"}' --json)" = '{"status":"success","data":{"text":"hello"}}' ]
    "$RP" check "$1"
}

# Runs a command without what the machine has set for compilers.
clean() { env -u CFLAGS -u CXXFLAGS -u LDFLAGS -u CPATH -u C_INCLUDE_PATH -u CMAKE_PREFIX_PATH -u PKG_CONFIG_PATH "$@"; }

# Runs the line of the book's page "Getting rp" for the package "$1", in this folder, where the files of the folder "$2" are too.
as_on_the_page() {
    line=$(sed -n "s/^| $1 |[^\`]*\`\([^\`]*\)\`.*/\1/p" "$ROOT/docs/src/getting.md")
    [ -n "$line" ] || { echo "docs/src/getting.md has no line for $1" >&2; exit 1; }
    cp "$2"/* .
    echo "$line"
    eval "$line"
}
