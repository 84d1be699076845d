#!/bin/sh
# wine-prefix.sh: makes the folder $WINEPREFIX, a Windows that no other program on this machine uses.
set -eu

[ -f "$WINEPREFIX/made" ] && exit
rm -rf "$WINEPREFIX"
mkdir -p "$WINEPREFIX"
wineboot --init
wineserver --wait

# Rust's library takes random numbers from it; wine has it since version 9.
system=$WINEPREFIX/drive_c/windows/system32
if [ ! -e "$system/bcryptprimitives.dll" ]; then
    cat >"$WINEPREFIX/random.c" <<'END'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length) { return SystemFunction036(buffer, (ULONG)length); }
END
    x86_64-w64-mingw32-gcc-posix -shared "$WINEPREFIX/random.c" -ladvapi32 -o "$system/bcryptprimitives.dll"
fi
touch "$WINEPREFIX/made"
