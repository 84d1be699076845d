/* Of Microsoft's C library, which is not here: what the headers and the modules use, declared as its documentation does. */
#pragma once
#include <stddef.h>

void *__cdecl malloc(size_t size);
void *__cdecl calloc(size_t count, size_t size);
void *__cdecl realloc(void *memory, size_t size);
void __cdecl free(void *memory);
double __cdecl strtod(const char *text, char **end);
void __cdecl qsort(void *base, size_t count, size_t size, int(__cdecl *compare)(const void *, const void *));
