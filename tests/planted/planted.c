// A module with one bug for each command, in C. tests/sanitizers.rs runs the commands under the tools, which must name
// the line of each bug; the comment on it says what else they say:
//
//     bug COMMAND: TOOL words; TOOL words
#include <limits.h>
#include <stdlib.h>

#include "rp_sdk.h"

#ifndef FLAGS
#define FLAGS 0
#endif

// The compiler must not see through what goes on, or it would take the bugs away.
static char *volatile kept;
static const char *volatile borrowed;
static volatile int number;
static int counted;

static void use_after_free(void)
{
    kept = (char *)malloc(8);
    free(kept);
    kept[3] = 'x'; // bug use-after-free: asan heap-use-after-free; valgrind Invalid write of size 1
}

static void double_free(void)
{
    kept = (char *)malloc(8);
    free(kept);
    free(kept); // bug double-free: asan attempting double-free; valgrind Invalid free()
}

// An answer that is longer than the room that there is for it.
static void reply_overflow(rp_reply *reply)
{
    rp_reply_write(reply, " ", 1);
    kept = reply->data;
    kept[reply->capacity] = 'x'; // bug reply-overflow: asan heap-buffer-overflow; valgrind Invalid write of size 1
    reply->len--;
}

static void stack_overflow(void)
{
    char local[8] = {0};
    kept = local;
    kept[number + 8] = 'x'; // bug stack-overflow: asan stack-buffer-overflow
}

// Text of a message is read after the call that passed it.
static void borrowed_text(void)
{
    number = borrowed[1]; // bug borrowed-text: asan heap-use-after-free; valgrind Invalid read of size 1
}

static void leak(void)
{
    kept = (char *)malloc(55); // bug leak: asan Direct leak of 55 byte(s); valgrind 55 bytes in 1 blocks are definitely lost
    kept = NULL;
}

static void signed_overflow(void)
{
    number = INT_MAX;
    number = number + 1; // bug signed-overflow: asan signed integer overflow
}

static void misaligned(void)
{
    static int words[2];
    kept = (char *)words + 1;
    number = *(int *)(void *)kept; // bug misaligned: asan load of misaligned address
}

static void uninitialised(void)
{
    kept = (char *)malloc(8);
    // Copying what was never written is no fault yet; a decision that hangs on it is one.
    if (kept[3] == 'x') number = 1; // bug uninitialised: msan use-of-uninitialized-value; valgrind Conditional jump
    free(kept);
}

static void race(void)
{
    counted++; // bug race: tsan data race
}

static void crash(void)
{
    kept = NULL;
    *kept = 'x'; // bug crash: asan store to null pointer; gdb SIGSEGV
}

static void *create(const rp_host *host)
{
    (void)host;
    return &counted;
}

static void destroy(void *instance)
{
    (void)instance;
}

static void run(rp_json name, rp_reply *reply)
{
    if (rp_json_equals(name, "use-after-free")) use_after_free();
    if (rp_json_equals(name, "double-free")) double_free();
    if (rp_json_equals(name, "reply-overflow")) reply_overflow(reply);
    if (rp_json_equals(name, "stack-overflow")) stack_overflow();
    if (rp_json_equals(name, "borrowed-text")) borrowed_text();
    if (rp_json_equals(name, "leak")) leak();
    if (rp_json_equals(name, "signed-overflow")) signed_overflow();
    if (rp_json_equals(name, "misaligned")) misaligned();
    if (rp_json_equals(name, "uninitialised")) uninitialised();
    if (rp_json_equals(name, "race")) race();
    if (rp_json_equals(name, "crash")) crash();
}

static rp_status handle_message(void *instance, const rp_message *message, rp_reply *reply)
{
    rp_json payload, name, args;
    rp_status opened = rp_message_open(instance, message, reply, &payload);
    if (opened != RP_OK) return opened;
    if (rp_str_eq(message->type, "init")) borrowed = message->payload.data;
    if (!rp_str_eq(message->type, "command")) return rp_answer_empty(reply);
    opened = rp_command_open(payload, reply, &name, &args);
    if (opened != RP_OK) return opened;
    run(name, reply);
    return rp_answer_empty(reply);
}

RP_MODULE(FLAGS, "{\"name\":\"planted-c\",\"version\":\"0.1.0\",\"protocol\":\"1.0\"}", create, destroy, handle_message);
