#pragma once
#include <stdarg.h>
#include <stddef.h>

int __cdecl snprintf(char *to, size_t size, const char *format, ...);
int __cdecl vsnprintf(char *to, size_t size, const char *format, va_list arguments);
int __cdecl printf(const char *format, ...);
