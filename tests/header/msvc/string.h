#pragma once
#include <stddef.h>

void *__cdecl memcpy(void *to, const void *from, size_t len);
void *__cdecl memmove(void *to, const void *from, size_t len);
void *__cdecl memset(void *to, int byte, size_t len);
int __cdecl memcmp(const void *left, const void *right, size_t len);
void *__cdecl memchr(const void *memory, int byte, size_t len);
size_t __cdecl strlen(const char *text);
int __cdecl strcmp(const char *left, const char *right);
int __cdecl strncmp(const char *left, const char *right, size_t len);
char *__cdecl strchr(const char *text, int byte);
