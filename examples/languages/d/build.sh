#!/bin/sh -e
# Builds the module into $out; $include is the folder of the headers.
# ANCHOR: build
# What the preprocessor leaves, without what is gcc's own, and the numbers, which it would drop.
cc -E -P -dD -U__GNUC__ '-D__attribute__(x)=' '-D__builtin_offsetof(t,f)=((size_t)&((t*)0)->f)' -DRP_NO_ENTRY \
    -DRP_SDK_NO_MALLOC -I"$include" -x c "$include/rp_sdk.h" >"$out/preprocessed.h"
sed -e 's/^#define \(RP_[A-Z0-9_]*\) \(-*[0-9][0-9]*\)$/enum { \1 = \2 };/' -e '/^#/d' "$out/preprocessed.h" >"$out/rp_sdk.i"
ldc2 -betterC -shared -O2 -fvisibility=hidden -L--version-script=../../../templates/exports/exports.map -I"$out" -od="$out" \
    -of="$out/libtest_minimal_d.so" module.d "$out/rp_sdk.i"
# ANCHOR_END: build
