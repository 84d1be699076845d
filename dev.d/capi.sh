#: ./dev capi       make the host's library for C and C++ in the target's capi/: librp_host.so.0, or what it is called here, and
#:                  the archive; cmake --install installs it with headers, CMake and pkg-config files

needs() { echo cc c++ cmake make; }

job() {
    folder=$(target_dir)/capi
    stage configure "$build_limit" cmake -S . -B "$folder" -DBUILD_TESTING=OFF -DRP_HOST=ON || finish
    stage build 1800 cmake --build "$folder" --target rp_host || finish
    say "to install it: cmake --install $folder --prefix FOLDER"
    finish
}
