// A crash of the program is told, by a handler that lets the one before it decide how the program ends.
#include <signal.h>
#include <unistd.h>

#include "check.h"

static void end(int signal)
{
    (void)signal;
    _exit(9);
}

static void run(void)
{
    rph_host *host = NULL;
    FINE(rph_report_crashes(TEXT("the trace is in t.jsonl")));
    host = new_host("{}");
    rph_instance *harm = load(host, "harm", "");
    rph_reply *reply = rph_reply_new(0);
    FINE(rph_command(harm, TEXT("do"), TEXT("{}"), NULL, reply, NULL));
}

void crash(void)
{
    run();
}

void crash_handled(void)
{
    signal(SIGSEGV, end);
    run();
}
