// Crashes in every way, on request. The tests know these lines by number.
#define _GNU_SOURCE
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct log {
    long number;
    int day;
};

static const struct log *volatile no_log;
static volatile int zero;
static void (*volatile no_function)(void);

static int parse_date(const struct log *log)
{
    return log->day;
}

static int create_entry(const struct log *log)
{
    return parse_date(log) + 1;
}

int segv(void)
{
    return create_entry(no_log) + 1;
}

int bus(void)
{
    volatile char *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, memfd_create("empty", 0), 0);
    return page[0];
}

int fails_assertion(void)
{
    assert(zero == 1);
    return zero;
}

int ill(void)
{
    __builtin_trap();
}

int fpe(void)
{
    return 7 / zero;
}

int sys(void)
{
    return raise(SIGSYS) + zero;
}

int kills(void)
{
    return kill(getpid(), SIGKILL);
}

int in_libc(void)
{
    return (int)strlen((const char *)no_log) + zero;
}

int null_function(void)
{
    no_function();
    return zero;
}

int deeper(volatile int *depth)
{
    volatile char room[256] = {0};
    *depth += 1;
    return deeper(depth) + room[zero] + *depth;
}

int overflow(void)
{
    volatile int depth = 0;
    return deeper(&depth);
}

static void *thread(void *context)
{
    (void)context;
    return (void *)(ptrdiff_t)create_entry(no_log);
}

static void *thread_overflow(void *context)
{
    (void)context;
    return (void *)(ptrdiff_t)overflow();
}

static int on_thread(void *(*function)(void *))
{
    pthread_t id;
    pthread_create(&id, NULL, function, NULL);
    return pthread_join(id, NULL);
}

int own_thread(void)
{
    return on_thread(thread);
}

int own_thread_overflow(void)
{
    return on_thread(thread_overflow);
}

int hog(void)
{
    char *memory = malloc(64 << 20);
    memset(memory, 1, 64 << 20);
    return create_entry(no_log) + memory[zero];
}

int many_threads(void)
{
    pthread_t ids[8];
    for (int i = 0; i < 8; i++) pthread_create(&ids[i], NULL, thread, NULL);
    return pthread_join(ids[0], NULL);
}

int forks(void)
{
    pid_t child = fork();
    if (child == 0) return create_entry(no_log);
    waitpid(child, NULL, 0);
    abort();
}

int returns_nowhere(void)
{
    char small[8];
    memset(small + zero, 'A', 64);
    return small[zero];
}

static void lose_frame(void)
{
    memset(__builtin_frame_address(0), 'A', sizeof(void *));
}

int damages_stack(void)
{
    volatile int number = 1;
    lose_frame();
    return number;
}

#ifdef IN_CONSTRUCTOR
__attribute__((constructor)) static void set_up(void)
{
    zero = create_entry(no_log);
}
#endif
