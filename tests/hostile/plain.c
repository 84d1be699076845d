// A module of the plain profile that is wrong as the build asks (-DNO_FREE_STRING and so on). It answers each message
// with what its type says: "null", "text" (the payload), or else how many messages it was handed and how long this one is.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

void *create_module(void);
char *handle_message(void *module, const char *message_type, const char *payload);
void free_string(char *string);
void destroy_module(void *module);
char *get_module_metadata(void);

__attribute__((unused)) static char *copy(const char *text)
{
    char *mine = malloc(strlen(text) + 1);
    return mine != NULL ? strcpy(mine, text) : NULL;
}

#ifndef NO_CREATE_MODULE
EXPORT void *create_module(void)
{
#ifdef CREATES_NOTHING
    return NULL;
#else
    return calloc(1, sizeof(int));
#endif
}
#endif

#ifdef HANDLE_MESSAGE_IS_DATA
EXPORT int handle_message_is_data __asm__("handle_message") = 1;
#else
EXPORT char *handle_message(void *module, const char *message_type, const char *payload)
{
    int *messages = module;
    char text[128];
    ++*messages;
    if (strcmp(message_type, "null") == 0) return NULL;
    if (strcmp(message_type, "text") == 0) return copy(payload);
    snprintf(text, sizeof text, "{\"status\":\"success\",\"data\":{\"messages\":%d,\"bytes\":%zu}}", *messages, strlen(payload));
    return copy(text);
}
#endif

#ifndef NO_FREE_STRING
EXPORT void free_string(char *string)
{
    free(string);
}
#endif

#ifndef NO_DESTROY_MODULE
EXPORT void destroy_module(void *module)
{
    free(module);
}
#endif

#ifdef METADATA
EXPORT char *get_module_metadata(void)
{
    return METADATA;
}
#endif
