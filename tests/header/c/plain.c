/* A plain module, in C and in C++. */
#include "rp_plain.h"

static char object;
static char response[] = "{\"status\":\"success\",\"data\":{}}";

void *create_module(void) {
  return &object;
}

char *handle_message(void *module, const char *message_type, const char *payload) {
  return module == &object && message_type[0] != '\0' && payload[0] == '{' ? response : 0;
}

void free_string(char *string) {
  if (string) {
    string[0] = '{';
  }
}

void destroy_module(void *module) {
  (void)module;
}

char *get_module_metadata(void) {
  return 0;
}
