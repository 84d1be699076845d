// Calls on a stack that is not the thread's own, as coroutines and foreign function interfaces make.
#include <sys/mman.h>
#include <ucontext.h>

#include "check.h"

enum { SIZE = 1 << 20 };

static ucontext_t program, coroutine;
static int is_done;

static void run(void)
{
    rph_reply *reply = rph_reply_new(0);
    rph_host *host = new_host("{}");
    rph_instance *instance = load(host, "test_minimal", "");
    for (int at = 0; at < 3; at++) FINE(rph_command(instance, TEXT("ping"), NULL, 0, NULL, reply, NULL));
    rph_instance_free(instance);
    rph_host_free(host);
    rph_reply_free(reply);
    is_done = 1;
}

void stack(void)
{
    // First on the thread's own, so that its bounds are known; then below that.
    run();
    char *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED && memory < (char *)__builtin_frame_address(0));
    CHECK(getcontext(&coroutine) == 0);
    coroutine.uc_stack.ss_sp = memory;
    coroutine.uc_stack.ss_size = SIZE;
    coroutine.uc_link = &program;
    makecontext(&coroutine, run, 0);
    is_done = 0;
    CHECK(swapcontext(&program, &coroutine) == 0 && is_done == 1);
    CHECK(munmap(memory, SIZE) == 0);
}
