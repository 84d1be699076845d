// Answers every message with its payload, in the plain profile: C strings, and memory that the module gives away.
#include <stdlib.h>
#include <string.h>

#include "rp_plain.h"

static char *copy(const char *text)
{
    size_t size = strlen(text) + 1;
    char *out = malloc(size);
    return out == NULL ? NULL : memcpy(out, text, size);
}

void *create_module(void)
{
    return malloc(1);
}

char *handle_message(void *module, const char *message_type, const char *payload)
{
    (void)module;
    if (strcmp(message_type, "command") != 0) return copy("{\"status\":\"success\",\"data\":{}}");
    return copy(payload);
}

void free_string(char *string)
{
    free(string);
}

void destroy_module(void *module)
{
    free(module);
}
