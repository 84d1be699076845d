# The platforms of tests/platforms/platforms.txt, and what compiles for them.

rows() { sed -e '/^#/d' -e '/^$/d' -e 's/ *| */|/g' tests/platforms/platforms.txt; }

all_platforms() { rows | sed 's/|.*//'; }

row() { rows | while read -r line; do case "$line" in "$1|"*) echo "$line" ;; esac; done; }

# Sets what the row of the platform "$1" says, and nothing where there is none.
read_row() {
    IFS='|' read -r platform target kind compiler rust_flags runner tools <<END
$(row "$1")
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

# Whether the tool "$1" is there, one of those that are not a program of that name.
has_platform_tool() {
    case "$1" in
    cross-clang) clang_version >/dev/null ;;
    libraries-arm64) has_libraries aarch64 ;;
    libraries-*) has_libraries "${1#*-}" ;;
    mingw) have x86_64-w64-mingw32-g++-posix ;;
    musl) [ -e /lib/ld-musl-x86_64.so.1 ] ;;
    esac
}

# Writes the program "$1", which starts the compiler "$2". A target that it is told beside that is in Rust's words.
write_compiler() {
    cat >"$1" <<END && chmod +x "$1"
#!/bin/sh
for argument; do
    shift
    case "\$argument" in --target=*) ;; *) set -- "\$@" "\$argument" ;; esac
done
exec $2 "\$@"
END
}

as_cxx() { echo "$1" | sed -e 's/^zig cc/zig c++/' -e 's/^\([^ ]*\)gcc/\1g++/' -e 's/^\([^ ]*\)clang/\1clang++/'; }

# Where the platform's compilers are, but for -cc or -c++ at the end.
compilers() { echo "$1/bin/$platform"; }

# Has cargo, and the build scripts that it runs, compile for the platform that was read with its compiler and flags.
set_compiler() {
    compilers=$(compilers "$1")
    mkdir -p "$1/bin"
    command=$(echo "$compiler" | sed -e "s/^clang /clang$(clang_version) /")
    write_compiler "$compilers-cc" "$command"
    write_compiler "$compilers-c++" "$(as_cxx "$command")"
    lower=$(echo "$target" | tr - _)
    upper=$(echo "$lower" | tr a-z A-Z)
    export "CC_$lower=$compilers-cc" "CXX_$lower=$compilers-c++"
    # For MSVC build scripts ask for its lib.exe, unless the archiver's name says that it takes the options of ar.
    case "$target" in
    *-msvc) ln -sf "$(command -v x86_64-w64-mingw32-ar)" "$compilers-llvm-ar" && export "AR_$lower=$compilers-llvm-ar" ;;
    esac
    export "CARGO_TARGET_${upper}_LINKER=$compilers-cc" "CARGO_TARGET_${upper}_RUSTFLAGS=$rust_flags --cfg rp_platform"
}

# Where the tools keep what belongs to no other program on this machine, in the folder "$1".
set_caches() {
    export WINEPREFIX="$1/wine" WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
    export ZIG_GLOBAL_CACHE_DIR="$1/zig-cache" ZIG_LOCAL_CACHE_DIR="$1/zig-cache" PATH="$PATH:$1/venv/bin"
}

has_debian_rust() { [ -x "$1/rustc" ] || apt-cache show rustc-web >/dev/null 2>&1; }

has_std() { [ -d "$(rustc --print target-libdir --target "$1" 2>/dev/null)" ]; }

add_std() { have rustup && say "rustup target add $1" && rustup target add "$1" && has_std "$1"; }

# Sets what goes before and behind a cargo command for the target: nothing where there is Rust's library for it, or rustup
# brings it; otherwise Debian's compiler in the folder "$1", and the library's source.
choose_rust() {
    rust=''
    std=''
    has_std "$target" || add_std "$target" && return
    has_debian_rust "$1" || fail "there is neither Rust's library for $target nor Debian's package rustc-web: rustup brings the first"
    say "Rust's library for $target is built from source, by Debian's compiler"
    rust="RUSTC=$1/rustc RUSTC_BOOTSTRAP=1"
    std=-Zbuild-std=std,panic_unwind
}
