#: ./dev packages   make the packages of other ecosystems in the target's packages/, of include/, and use each where nothing
#:                  else is: a crate, a wheel, npm, Conan, Debian, a single file and more; packages NAME...: only those of
#:                  packaging/packages.txt; packages list: what there is

table() { grep -v '^#' packaging/packages.txt; }
names() { table | cut -d ' ' -f 1; }
row_needs() { table | sed -n "s/^$1  *\([^ ]*\) .*/\1/p" | tr ',' ' '; }

wanted=''

accepts() {
    wanted=${*:-$(names)}
    [ "$wanted" = list ] && table && exit 0
    for one in $wanted; do names | grep -qx "$one" || return 1; done
}

needs() {
    echo cc c++ cmake make
    for one in $wanted; do row_needs "$one" | sed 's/^-$//'; done
}

# The command with which the packages are proven, which is also in the package rp of Debian.
build_command() {
    [ -n "${RP:-}" ] && return
    stage program 1800 cargo build --locked --release --bin rp || finish
    RP=$target/release/rp
}

# make_one NAME: its files go into packages/NAME, and what the proof makes into a folder that is removed.
make_one() {
    rm -rf "${folder:?}/$1"
    mkdir -p "$folder/$1"
    stage "$1" 900 sh "packaging/$1/make.sh" "$folder/$1" || return
    ls -l "$folder/$1"
    scratch=$(mktemp -d)
    stage "prove-$1" 1800 sh "packaging/$1/prove.sh" "$folder/$1" "$scratch"
    rm -rf "$scratch"
}

job() {
    target=$(target_dir)
    folder=$target/packages
    build_command
    ROOT=$PWD
    VERSION=$("$RP" --version | cut -d ' ' -f 2)
    export ROOT VERSION RP
    for one in $wanted; do make_one "$one"; done
    finish
}
