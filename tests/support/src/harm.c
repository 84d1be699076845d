// A module that does harm to its process: HARM over the command `do`, the others in the functions that they are named for.
#define _GNU_SOURCE
#include "rp_module.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

static inline void *crash_on_a_thread(void *unused)
{
    *(volatile int *)8 = 1;
    return unused;
}

// Crashes on so many threads of its own at once.
static inline void crash_elsewhere(int threads)
{
    pthread_t started[8];
    for (int at = 0; at < threads; at++) pthread_create(&started[at], NULL, crash_on_a_thread, NULL);
    for (int at = 0; at < threads; at++) pthread_join(started[at], NULL);
}

// Reads behind the end of a file.
static inline void past_the_file(void)
{
    FILE *file = tmpfile();
    volatile char *mapped = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fileno(file), 0);
    (void)mapped[0];
}

static struct sigaction former;

static inline void own_end(int signal)
{
    (void)signal;
    _exit(3);
}

static inline void pass_on(int signal, siginfo_t *info, void *context)
{
    former.sa_sigaction(signal, info, context);
}

// Handles SIGSEGV from now on.
static inline void handle_by(void (*handler)(int))
{
    signal(SIGSEGV, handler);
}

// Looks at SIGSEGV first from now on.
static inline void look_first(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = pass_on;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGSEGV, &action, &former);
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
