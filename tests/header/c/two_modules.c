/* A host of two modules that are linked into it; each is module.c or throws.cpp under names of its own.
 * Prints the line of a claim that does not hold. */
#define RP_NO_ENTRY
#include "rp_module.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const char a_manifest[];
extern const char b_manifest[];
const rp_module *RP_CALL a_entry(void);
const rp_module *RP_CALL b_entry(void);

#define CLAIM(holds) ((holds) ? (void)0 : fail(__LINE__, #holds))

static void fail(int line, const char *text) {
  printf("two_modules.c:%d: %s\n", line, text);
  exit(1);
}

static int lines_logged;

static void RP_CALL write_log(const rp_host *host, uint64_t id, int32_t level, const char *text, size_t len) {
  (void)host, (void)id, (void)text, (void)len;
  lines_logged += level == RP_LOG_INFO;
}

/* A reply that grows to at most 1024 bytes, exactly as asked. */
static rp_status RP_CALL grow(rp_reply *reply, size_t additional) {
  char *data;
  if (additional > 1024 - reply->len) {
    return RP_ERR_NO_MEMORY;
  }
  data = (char *)realloc(reply->data, reply->len + additional);
  CLAIM(data != NULL);
  reply->data = data;
  reply->capacity = reply->len + additional;
  return RP_OK;
}

static void writes(void) {
  static char large[2000];
  rp_reply reply = {sizeof(rp_reply), 0, NULL, NULL, 0, 0, grow};
  CLAIM(rp_reply_write(&reply, NULL, 0) == RP_OK && reply.capacity == 0);
  CLAIM(rp_reply_write(&reply, "abc", 3) == RP_OK && reply.len == 3 && reply.capacity == 3);
  CLAIM(rp_reply_write(&reply, NULL, 0) == RP_OK && reply.len == 3 && reply.capacity == 3);
  CLAIM(rp_reply_write(&reply, large, sizeof large) == RP_ERR_NO_MEMORY && reply.len == 3);
  CLAIM(rp_reply_write(&reply, large, (size_t)-1) == RP_ERR_NO_MEMORY && reply.len == 3);
  CLAIM(rp_reply_write(&reply, large, 1021) == RP_OK && reply.len == 1024 && reply.capacity == 1024);
  CLAIM(rp_reply_write(&reply, "x", 1) == RP_ERR_NO_MEMORY && reply.len == 1024);
  CLAIM(memcmp(reply.data, "abc", 3) == 0);
  free(reply.data);
}

static void statuses(void) {
  CLAIM(RP_HAS_RESPONSE(RP_OK) && RP_HAS_RESPONSE(RP_FAILED));
  CLAIM(!RP_HAS_RESPONSE(RP_ERR_NO_MEMORY) && !RP_HAS_RESPONSE(-1) && !RP_HAS_RESPONSE(INT32_MIN));
}

/* RP_HAS looks at the size first, and then at the function. */
static void fields(void) {
  rp_host host = {sizeof(rp_host), 0, NULL, NULL, write_log, NULL, NULL, NULL};
  CLAIM(RP_HAS(&host, rp_host, write_log) && !RP_HAS(&host, rp_host, random));
  host.struct_size = (uint32_t)(offsetof(rp_host, write_log) + sizeof host.write_log - 1);
  CLAIM(!RP_HAS(&host, rp_host, write_log));
}

/* The module answers with the payload, or, where it throws, with RP_ERR_PANIC and nothing. */
static void answers(const rp_module *module, const char *manifest, int throws) {
  rp_host host = {sizeof(rp_host), 0, NULL, NULL, write_log, NULL, NULL, NULL};
  rp_reply reply = {sizeof(rp_reply), 0, NULL, NULL, 0, 0, grow};
  rp_message message = {sizeof(rp_message), 0, 7, 0, {"command", 7}, {"{\"name\":\"x\"}", 12}};
  void *instance = module->create(&host);
  CLAIM(module->struct_size == sizeof(rp_module));
  CLAIM(module->manifest != manifest && strcmp(module->manifest, manifest) == 0);
  CLAIM(throws ? instance == NULL : instance != NULL);
  CLAIM(module->handle_message(instance, &message, &reply) == (throws ? RP_ERR_PANIC : RP_FAILED));
  CLAIM(throws ? reply.len == 0 : reply.len == 12 && memcmp(reply.data, message.payload.data, 12) == 0);
  module->destroy(instance);
  free(reply.data);
}

int main(void) {
  writes();
  statuses();
  fields();
  CLAIM(a_entry() != b_entry() && a_entry() == a_entry());
  answers(a_entry(), a_manifest, 0);
  answers(b_entry(), b_manifest, 1);
  CLAIM(lines_logged == 1);
  return 0;
}
