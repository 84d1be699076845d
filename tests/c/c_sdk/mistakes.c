// A module with one mistake, the MISTAKE-th; tests/c_sdk/mistakes.rs tells what is said about each. 0 has none.
#include "rp_sdk.h"

#ifndef MISTAKE
#define MISTAKE 0
#endif

typedef struct person {
    rp_str name;
} person;
#if MISTAKE == 1
RP_RECORD(person_record, person, "Somebody.", RP_STR(person, name, NULL), RP_STR(person, name, "Once more."));
#else
RP_RECORD(person_record, person, "Somebody.", RP_STR(person, name, NULL));
#endif

static rp_status greet(rp_call *call)
{
    return rp_answer_record(call->reply, &person_record, call->args);
}

// It says that it failed, and not why.
static rp_status fail(rp_call *call)
{
    (void)call;
    return RP_FAILED;
}

static const rp_command commands[] = {
    RP_COMMAND("greet", "Greets.", greet, &person_record, &person_record),
    RP_COMMAND("fail", "Fails.", fail, NULL, NULL),
#if MISTAKE == 2
    RP_COMMAND("greet", "Greets again.", greet, &person_record, NULL),
#elif MISTAKE == 3
    RP_COMMAND("", "Greets.", greet, &person_record, NULL),
#elif MISTAKE == 4
    RP_COMMAND(NULL, "Greets.", greet, &person_record, NULL),
#elif MISTAKE == 5
    RP_COMMAND("welcome", "Greets.", NULL, &person_record, NULL),
#elif MISTAKE == 6
    RP_COMMAND("welcome", NULL, greet, &person_record, NULL),
#endif
};

static const rp_event events[] = {
    {"a.b", &person_record},
#if MISTAKE == 13
    {"b.c", &person_record},
#endif
};

static const rp_listener listeners[] = {
#if MISTAKE == 14
    {"a.*", greet, NULL},
#endif
    {"a.b", greet, &person_record},
#if MISTAKE == 7
    {"a.b", greet, NULL},
#elif MISTAKE == 8
    {"a", greet, NULL},
#elif MISTAKE == 9
    {"a.c", NULL, NULL},
#endif
};

static const rp_provider providers[] = {
    {"tree", greet, NULL},
#if MISTAKE == 10
    {"stone", greet, NULL},
#elif MISTAKE == 11
    {"bush", NULL, NULL},
#endif
};

#define MORE RP_PROVIDES("tree", "bush"), RP_REQUESTS(RP_EMITS("a.b", "c"), RP_SUBSCRIBES("x", "a.*"))

#if MISTAKE == 12
static const char *const kept[] = {MORE};
static rp_status init(rp_call *call)
{
    (void)commands, (void)events, (void)listeners, (void)providers, (void)kept;
    return rp_answer_empty(call->reply);
}
RP_TABLE_MODULE(RP_MANIFEST("mistakes", "0.1.0", "Greets."), .init = init);
#else
RP_TABLE_MODULE(RP_MANIFEST("mistakes", "0.1.0", "Greets.", MORE), RP_COMMANDS(commands), RP_EVENTS(events),
                RP_LISTENERS(listeners), RP_PROVIDERS(providers));
#endif
