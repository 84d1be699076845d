# What a job needs, what of it is missing, and how it is installed.

has_libclang() {
    [ -n "${LIBCLANG_PATH:-}" ] && return 0
    for file in /usr/lib/llvm-*/lib/libclang*.so* /usr/lib*/libclang*.so* /usr/lib/*/libclang*.so* \
        /usr/lib*/llvm*/lib*/libclang*.so* /opt/homebrew/opt/llvm/lib/libclang.dylib \
        /usr/local/opt/llvm/lib/libclang.dylib /Library/Developer/CommandLineTools/usr/lib/libclang.dylib; do
        [ -e "$file" ] && return 0
    done
    return 1
}

has_32_bit() {
    case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) ;;
    *) return 0 ;; # Only this platform has the tests that need it.
    esac
    echo '#include <string>' | c++ -m32 -x c++ -fsyntax-only - 2>/dev/null &&
        echo '#include <string.h>' | cc -m32 -x c -fsyntax-only - 2>/dev/null
}

# A compiler that makes WebAssembly of C and C++, with their libraries: clang, or zig, as tests/support/src/wasm/ looks for them.
has_wasm_c() {
    [ -n "${RP_WASM_CC:-}" ] && [ -n "${RP_WASM_CXX:-}" ] && return 0
    for clang in clang++ clang++-22 clang++-21 clang++-20 clang++-19 clang++-18; do
        echo '#include <string>' | "$clang" --target=wasm32-wasi -x c++ -fsyntax-only - 2>/dev/null && return 0
    done
    have zig || python3 -c 'import ziglang' 2>/dev/null
}

# A Python that programs can embed: its headers and its shared library.
has_python_dev() {
    python3 -c 'import os, sys, sysconfig
sys.exit(not (sysconfig.get_config_var("Py_ENABLE_SHARED") and os.path.exists(sysconfig.get_path("include") + "/Python.h")))' 2>/dev/null
}

has_wasm_rust() {
    [ -d "$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null)" ]
}

# The source of Rust's library.
has_rust_src() { [ -d "$(rustc --print sysroot 2>/dev/null)/lib/rustlib/src/rust/library" ]; }

# The library that clang links where it compiles with MemorySanitizer.
has_msan() {
    echo 'int main(void) { return 0; }' | clang -fsanitize=memory -x c - -o /dev/null 2>/dev/null
}

# Whether the tool "$1" is there: a program, or one of those that are more than a program.
has_tool() {
    case "$1" in
    libclang) has_libclang ;;
    32-bit) has_32_bit ;;
    python-dev) has_python_dev ;;
    venv) python3 -c 'import ensurepip, venv' 2>/dev/null ;;
    wasm-c) has_wasm_c ;;
    wasm-rust) has_wasm_rust ;;
    rust-src) has_rust_src ;;
    msan) has_msan ;;
    json-libraries) pkg-config --exists nlohmann_json libcjson 2>/dev/null ;;
    cross-clang | mingw | musl | libraries-*) has_platform_tool "$1" ;;
    *) have "$1" ;;
    esac
}

# What the job "$1" needs, for a job that runs it.
needs_of() {
    # shellcheck source=/dev/null
    (. "dev.d/$1.sh" && needs)
}

# Prints the tools that are missing, out of those that the job needs.
missing_tools() {
    # Without a compiler some questions cannot be answered yet; the compiler's packages are listed anyway.
    for tool in $(needs); do has_tool "$tool" || echo "$tool"; done
}

manager() {
    for program in apt-get dnf brew; do
        have "$program" && echo "$program" && return
    done
    echo none
}

# Prints the packages "$1"; for one that has its compiler's version in its name, written *, the newest that there is.
newest() {
    case "$1" in
    *'*'*) found=$(apt-cache pkgnames "${1%%'*'*}" | sed -n "/^${1%%'*'*}[0-9]*${1#*'*'}$/p" | sort -V | sed -n '$p') ;;
    *) found='' ;;
    esac
    echo "${found:-$1}"
}

# Prints the packages that bring the tool "$2" under the manager "$1".
package() {
    wanted=$2
    if [ "$wanted" = wasm-c ]; then
        # Elsewhere zig is the compiler for WebAssembly that packages bring.
        [ "$1" = apt-get ] && wanted=wasm-c++ || wanted=zig
    fi
    while read -r row_tool row_manager row_packages; do
        [ "$row_tool $row_manager" = "$wanted $1" ] && newest "$row_packages" && return
    done <cli/toolchain/packages.txt
    echo "$wanted"
}

packages() {
    for tool in $2; do package "$1" "$tool"; done | tr ' ' '\n' | sort -u | tr '\n' ' '
}

# Prints the command that installs the packages "$2".
install_command() {
    case "$1" in
    apt-get) echo "${sudo}apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $2" ;;
    dnf) echo "${sudo}dnf install -y $2" ;;
    brew) echo "brew install $2" ;;
    esac
}

is_root() { [ "$(id -u)" -eq 0 ]; }
is_interactive() { [ -t 0 ] && [ -t 1 ] && [ -z "${CI:-}" ]; }

may_install() {
    if is_interactive; then
        printf 'dev: install with "%s"? [Y/n] ' "$1"
        read -r answer || return 1
        case "$answer" in '' | y | Y | yes) return 0 ;; *) return 1 ;; esac
    fi
    is_root
}

update_lists() {
    [ "$1" = apt-get ] || return 0
    export DEBIAN_FRONTEND=noninteractive
    # Unquoted, since it is no word at all for root.
    # shellcheck disable=SC2086
    $sudo apt-get -o DPkg::Lock::Timeout=300 update -q || say "apt-get update failed; trying with the lists that are there"
}

# What the job does without where it is missing, printing a gap: installed where that goes, and never a failure.
wants() { :; }

install_wanted() {
    for tool in $(wants); do
        has_tool "$tool" || install_one "$tool" || say "gap: $tool is missing, and what it is for is not tested"
    done
}

# Prints what rustup is told for the tool "$1"; nothing for one that is not its.
of_rustup() {
    case "$1" in
    wasm-rust) echo 'target add wasm32-unknown-unknown' ;;
    rust-src) echo 'component add rust-src' ;;
    esac
}

install_one() {
    if [ -n "$(of_rustup "$1")" ]; then
        # Unquoted: several words.
        # shellcheck disable=SC2046
        have rustup && say "rustup $(of_rustup "$1")" && rustup $(of_rustup "$1")
        return
    fi
    sudo=''
    is_root || sudo='sudo '
    manager=$(manager)
    [ "$manager" = none ] && return 1
    command=$(install_command "$manager" "$(package "$manager" "$1" | tr '\n' ' ')")
    may_install "$command" || return 1
    say "$command"
    update_lists "$manager"
    $command && has_tool "$1"
}

# Prints the command that brings the tool "$1".
how_to_get() {
    [ -n "$(of_rustup "$1")" ] && echo "rustup $(of_rustup "$1")" && return
    sudo=''
    is_root || sudo='sudo '
    install_command "$(manager)" "$(package "$(manager)" "$1" | tr '\n' ' ')"
}

install_missing() {
    missing=$(missing_tools | tr '\n' ' ')
    [ -z "$missing" ] && return
    sudo=''
    is_root || sudo='sudo '
    manager=$(manager)
    [ "$manager" = none ] && fail "missing: $missing- install them (apt, dnf and brew are known here; none was found)"
    command=$(install_command "$manager" "$(packages "$manager" "$missing")")
    say "missing: $missing"
    may_install "$command" || fail "install what is missing, then run ./dev $1 again: $command"
    say "$command"
    update_lists "$manager"
    $command || fail "the installation failed: $command"
    missing=$(missing_tools | tr '\n' ' ')
    [ -z "$missing" ] || fail "still missing after the installation: $missing"
}

need_rust() {
    if ! have cargo || ! have rustc; then
        fail "Rust is missing: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
    fi
}
