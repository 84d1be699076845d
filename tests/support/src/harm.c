// A module that does harm to its process: HARM over the command `do`, the others in the functions that they are named for.
#define _GNU_SOURCE
#include "rp_module.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifndef HARM
#define HARM
#endif
#ifndef HARM_LOAD
#define HARM_LOAD
#endif
#ifndef HARM_CREATE
#define HARM_CREATE
#endif
#ifndef HARM_DESTROY
#define HARM_DESTROY
#endif
// The type of the message that does harm.
#ifndef OVER
#define OVER "command"
#endif

static void *on_a_thread(void *unused)
{
    exit(0);
    return unused;
}

// Ends the process on a thread of its own.
static inline void exit_elsewhere(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, on_a_thread, NULL);
    pthread_join(thread, NULL);
}

static volatile int always = 1;

// Uses the stack up.
static inline int deeper(int n)
{
    volatile char room[4096];
    room[0] = (char)n;
    return always ? deeper(n + 1) + room[0] : 0;
}

__attribute__((constructor)) static void load(void)
{
    HARM_LOAD;
}

static void *create(const rp_host *host)
{
    static int state;
    (void)host;
    HARM_CREATE;
    return &state;
}

static void destroy(void *state)
{
    (void)state;
    HARM_DESTROY;
}

static rp_status handle_message(void *state, const rp_message *message, rp_reply *reply)
{
    static const char response[] = "{\"status\":\"success\",\"data\":{}}";
    (void)state;
    if (message->type.len == strlen(OVER) && memcmp(message->type.data, OVER, message->type.len) == 0) {
        HARM;
    }
    return rp_reply_write(reply, response, sizeof response - 1);
}

RP_MODULE(0,
          "{\"name\":\"harm\",\"version\":\"0.1.0\",\"protocol\":\"1.0\",\"requests\":{\"subscribe\":[\"*\"]}}",
          create, destroy, handle_message);
