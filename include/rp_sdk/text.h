// Borrowed text.

#ifndef RP_SDK_TEXT_H
#define RP_SDK_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../rp_module.h"

#ifdef __cplusplus
extern "C" {
#endif

// Makes a borrowed text from a C string.
//
// text     NUL-terminated; must outlive the result
// returns  the text without its NUL
static inline rp_str rp_str_from(const char *text);

// Compares a borrowed text with a C string, byte for byte: rp_str_eq(message->type, "init"); or with another borrowed text.
//
// returns  true if they are equal
static inline bool rp_str_eq(rp_str left, const char *right);
static inline bool rp_str_equals(rp_str left, rp_str right);

// ---- code ----

static inline rp_str rp_sdk_slice(const char *begin, const char *end)
{
    rp_str text;
    text.data = begin;
    text.len = (size_t)(end - begin);
    return text;
}

static inline rp_str rp_str_from(const char *text)
{
    return rp_sdk_slice(text, text + strlen(text));
}

static inline bool rp_str_equals(rp_str left, rp_str right)
{
    return left.len == right.len && memcmp(left.data, right.data, left.len) == 0;
}

static inline bool rp_str_eq(rp_str left, const char *right)
{
    return rp_str_equals(left, rp_str_from(right));
}

#ifdef __cplusplus
}
#endif

#endif
