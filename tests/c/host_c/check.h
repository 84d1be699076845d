// What the parts share: checks that end the program, and short forms of the calls.
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rp_host.h"

#define CHECK(condition)                                                    \
    do {                                                                    \
        if (!(condition)) {                                                 \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                        \
        }                                                                   \
    } while (0)

#define FINE(call) check_fine((call), __FILE__, __LINE__)
#define FAILS(call, code) check_code((call), code, __FILE__, __LINE__)

// A pointer and a length.
#define TEXT(text) (text), strlen(text)

void check_fine(rph_error *error, const char *file, int line);
// Checks the code of an error, and that every part of it can be read; frees it.
void check_code(rph_error *error, const char *code, const char *file, int line);

// Whether a text that has no NUL behind it, as callbacks get it, has that part.
int has_part(const char *text, size_t len, const char *part);

// The path of a module; the text is overwritten by the next call.
const char *module_path(const char *name);
rph_host *new_host(const char *options);
rph_instance *load(const rph_host *host, const char *module, const char *options);

void hostile(void);
void life(void);
void service(void);
void events(void);
void awaited(void);
void threads(void);
void turns(void);
void forked(void);
void crash(void);
void crash_handled(void);
void stack(void);
void many(void);
void panics(void);
void sources(void);
void isolated(void);
void leave(void);

#endif
