# The platforms of tests/platforms/platforms.txt, and what compiles for them.

rows() { sed -e '/^#/d' -e '/^$/d' -e 's/ *| */|/g' tests/platforms/platforms.txt; }

all_platforms() { rows | sed 's/|.*//'; }

# Sets what the row of the platform "$1" says.
read_row() {
    IFS='|' read -r platform target kind compiler rust_flags runner tools <<END
$(rows | while read -r row; do case "$row" in "$1|"*) echo "$row" ;; esac; done)
END
}

# The end of the name of the newest clang that has its linker beside it, such as -19.
clang_version() {
    for version in -22 -21 -20 -19 -18 ''; do
        have "clang$version" && have "ld.lld$version" && echo "$version" && return
    done
    return 1
}

# Whether a C++ program can be linked with the libraries for the machine "$1", as clang names it.
has_libraries() {
    version=$(clang_version) || return 1
    echo 'int main() {}' | "clang++$version" "--target=$1-linux-gnu" -fuse-ld=lld -x c++ - -o /dev/null 2>/dev/null
}

# Whether the platform's tool "$1" is there, one of those that are more than a program.
has_platform_tool() {
    case "$1" in
    cross-clang) clang_version >/dev/null ;;
    libraries-arm64) has_libraries aarch64 ;;
    libraries-*) has_libraries "${1#*-}" ;;
    mingw) have x86_64-w64-mingw32-g++-posix ;;
    esac
}

# Writes the program "$1" that starts "$2", a program and its first arguments.
write_wrapper() {
    printf '#!/bin/sh\nexec %s "$@"\n' "$2" >"$1" && chmod +x "$1"
}

as_cxx() { echo "$1" | sed -e 's/^\([^ ]*\)gcc/\1g++/' -e 's/^\([^ ]*\)clang/\1clang++/' -e 's/^\([^ ]*\)cc/\1c++/'; }

# Has cargo, and the build scripts that it runs, compile for the platform that was read with its compiler and flags.
set_compiler() {
    version=$(clang_version)
    compiler=$(echo "$compiler" | sed "s/^clang /clang$version /")
    bin=$1/bin
    mkdir -p "$bin"
    write_wrapper "$bin/$platform-cc" "$compiler"
    write_wrapper "$bin/$platform-c++" "$(as_cxx "$compiler")"
    lower=$(echo "$target" | tr - _)
    upper=$(echo "$lower" | tr a-z A-Z)
    export "CC_$lower=$bin/$platform-cc" "CXX_$lower=$bin/$platform-c++"
    export "CARGO_TARGET_${upper}_LINKER=$bin/$platform-cc" "CARGO_TARGET_${upper}_RUSTFLAGS=$rust_flags"
}

has_std() { [ -d "$(rustc --print target-libdir --target "$1" 2>/dev/null)" ]; }

# Sets what goes before and behind a cargo command for the target: nothing where rustup brought its library; otherwise
# Debian's compiler, which the stage `rust` unpacks, and the library's source.
choose_rust() {
    rust=''
    std=''
    has_std "$target" && return
    rust="RUSTC=$1/rustc RUSTC_BOOTSTRAP=1"
    std=-Zbuild-std=std,panic_unwind
}
