// What a faulty module in C or C++ does wrong, one function for each kind of fault; see faulty.c.
//
// A function that comes back says what came of it: "done", or the name of the error that stopped it. It undoes what it did.
#ifndef RP_FAULTY_H
#define RP_FAULTY_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef const char *(*fault_function)(void);

typedef struct fault {
    const char *kind;
    fault_function run;
} fault;

static volatile int always = 1;
static volatile int zero = 0;

static const char *came(int failed)
{
    static char other[32];
    if (!failed) return "done";
    switch (errno) {
    case EPERM: return "EPERM";
    case EACCES: return "EACCES";
    case EFBIG: return "EFBIG";
    case EAGAIN: return "EAGAIN";
    case ENOMEM: return "ENOMEM";
    case EMFILE: return "EMFILE";
    }
    snprintf(other, sizeof other, "error %d", errno);
    return other;
}

static void rest(void)
{
    struct timespec ms = {0, 1000000};
    nanosleep(&ms, NULL);
}

static void *on_thread(void *run)
{
    ((fault_function)(size_t)run)();
    return NULL;
}

static const char *elsewhere(fault_function run)
{
    pthread_t thread;
    int error = pthread_create(&thread, NULL, on_thread, (void *)(size_t)run);
    errno = error;
    if (error != 0) return came(1);
    pthread_join(thread, NULL);
    return "done";
}

// The file that this code was loaded from.
static const char *own_file(void)
{
    Dl_info info;
    return dladdr((void *)(size_t)&own_file, &info) != 0 ? info.dli_fname : "";
}

// Crashes.

static const char *fault_segv(void)
{
    *(volatile int *)8 = 1;
    return "done";
}

static const char *fault_abort(void)
{
    abort();
    return "done";
}

static const char *fault_ill(void)
{
    __builtin_trap();
    return "done";
}

static const char *fault_sys(void)
{
    raise(SIGSYS);
    return "done";
}

static const char *fault_fpe(void)
{
#if defined(__x86_64__) || defined(__i386__)
    zero = 7 / zero; // gcc folds 1 / zero
#else
    raise(SIGFPE);
#endif
    return "done";
}

// Reads past the end of a mapped file.
static const char *fault_bus(void)
{
    const size_t size = (size_t)1 << 30;
    int file = open(own_file(), O_RDONLY | O_CLOEXEC);
    void *mapped = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (file < 0 || mapped == MAP_FAILED) return came(1);
    zero = ((volatile char *)mapped)[size - 1];
    return "done";
}

static int deeper(int n)
{
    volatile char room[4096];
    room[0] = (char)n;
    return always ? deeper(n + 1) + room[0] : 0;
}

static const char *fault_stack(void)
{
    zero = deeper(0);
    return "done";
}

static const char *fault_stack_elsewhere(void)
{
    return elsewhere(fault_stack);
}

static const char *fault_segv_elsewhere(void)
{
    return elsewhere(fault_segv);
}

static void *segv_later(void *unused)
{
    int ms;
    for (ms = 0; ms < 20; ms++) rest();
    fault_segv();
    return unused;
}

// On a thread that goes on when the call is over.
static const char *fault_segv_later(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, segv_later, NULL) != 0) return came(1);
    pthread_detach(thread);
    return "done";
}

static const char *fault_double_free(void)
{
    void *volatile room = malloc(8);
    void *again = room;
    free(room);
    free(again);
    return "done";
}

static const char *fault_kill_itself(void)
{
    raise(SIGKILL);
    return "done";
}

// Ends of the process.

static const char *fault_exit(void)
{
    exit(0);
    return "done";
}

static const char *fault_exit_at_once(void)
{
    _exit(3);
    return "done";
}

static const char *fault_exec(void)
{
    char program[] = "/bin/true";
    char *const arguments[] = {program, NULL};
    execv(program, arguments);
    return came(1);
}

// What does not end.

static const char *fault_loop(void)
{
    while (always) zero = 0;
    return "done";
}

static const char *fault_deaf(void)
{
    sigset_t all;
    int number;
    for (number = 1; number < 32; number++) signal(number, SIG_IGN);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    for (;;) rest();
    return "done";
}

static const char *fault_stop(void)
{
    raise(SIGSTOP);
    return fault_loop();
}

// More than it may have.

// Blocks of 1 MiB, a GiB at most.
static const char *fault_memory(void)
{
    enum { MOST = 1024 };
    static void *blocks[MOST];
    const char *end = "done";
    int count;
    for (count = 0; count < MOST; count++) {
        blocks[count] = malloc((size_t)1 << 20);
        if (blocks[count] == NULL) {
            end = came(1);
            break;
        }
        memset(blocks[count], 1, (size_t)1 << 20);
    }
    while (count > 0) free(blocks[--count]);
    return end;
}

static const char *fault_shared_memory(void)
{
    const size_t size = (size_t)64 << 20;
    void *mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return came(1);
    munmap(mapped, size);
    return "done";
}

static void *sleeper(void *unused)
{
    while (always) rest();
    return unused;
}

static const char *fault_threads(void)
{
    int count, error;
    pthread_t thread;
    for (count = 0; count < 1000; count++) {
        error = pthread_create(&thread, NULL, sleeper, NULL);
        if (error != 0) {
            errno = error;
            return came(1);
        }
        pthread_detach(thread);
    }
    return "done";
}

static const char *fault_files(void)
{
    int files[1000];
    const char *end = "done";
    int count;
    for (count = 0; count < 1000; count++) {
        files[count] = open(own_file(), O_RDONLY | O_CLOEXEC);
        if (files[count] < 0) {
            end = came(1);
            break;
        }
    }
    while (count > 0) close(files[--count]);
    return end;
}

// What is not its business.

// Processes in a session of their own, which hold what this one has open until a while after its end.
static const char *fault_fork(void)
{
    int count;
    pid_t self = getpid();
    for (count = 0; count < 8; count++) {
        pid_t child = fork();
        int ms;
        if (child < 0) return came(1);
        if (child > 0) continue;
        setsid();
        while (getppid() == self) rest();
        for (ms = 0; ms < 100; ms++) rest();
        _exit(0);
    }
    return "done";
}

static const char *fault_fork_and_abort(void)
{
    const char *end = fault_fork();
    if (strcmp(end, "done") == 0) abort();
    return end;
}

static const char *fault_socket(void)
{
    int made = socket(AF_INET, SOCK_STREAM, 0);
    if (made < 0) return came(1);
    close(made);
    return "done";
}

static const char *fault_read_file(void)
{
    int file = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    if (file < 0) return came(1);
    close(file);
    return "done";
}

static const char *fault_write_file(void)
{
    char path[64];
    const char *end;
    int file;
    snprintf(path, sizeof path, "/tmp/rp-faulty-%ld", (long)getpid());
    file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) return came(1);
    unlink(path);
    end = came(write(file, "text", 4) != 4);
    close(file);
    return end;
}

static const char *fault_kill_host(void)
{
    return came(kill(getppid(), 0) != 0);
}

static const char *fault_trace_host(void)
{
    return came(ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) != 0);
}

static const char *fault_outlive_host(void)
{
    return came(prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) != 0);
}

static const char *fault_close(void)
{
    int file;
    for (file = 0; file <= 64; file++) close(file);
    return "done";
}

// Garbage into everything that is open.
static const char *fault_garbage(void)
{
    char garbage[4096];
    int file;
    signal(SIGPIPE, SIG_IGN);
    memset(garbage, 0xa5, sizeof garbage);
    for (file = 0; file <= 64; file++) {
        if (fcntl(file, F_SETFL, O_NONBLOCK) != 0) continue;
        if (write(file, garbage, sizeof garbage) < 0) continue;
    }
    return "done";
}

// The beginning of a long reply into the memory that the worker shares with its host, and nothing more; host/src/channel/shared.rs
// and frame.rs say what lies where.
static const char *fault_half_frame(void)
{
    enum { HEAD = 4096, DIRECTION = (256 << 10) + 4096, POSTED = 1, WRITTEN = 2, FRAME = 24, REPLY = 18 };
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    void *memory = NULL;
    volatile unsigned char *frame;
    volatile unsigned *word;
    if (maps == NULL) return came(1);
    while (memory == NULL && fgets(line, sizeof line, maps) != NULL) {
        if (strstr(line, "memfd:rp-channel") != NULL) sscanf(line, "%p", &memory);
    }
    fclose(maps);
    if (memory == NULL) return "no channel";
    word = (volatile unsigned *)((char *)memory + HEAD + DIRECTION);
    frame = (volatile unsigned char *)word + FRAME;
    frame[0] = REPLY;
    frame[18] = 16; // a length of 1 MiB
    word[WRITTEN] += 1000;
    __sync_synchronize();
    word[POSTED] += 1;
    return fault_deaf();
}

// Answers once the file is gone that it makes; its thread has another name from then on, and sleeps only when it has answered.
static const char *fault_held(void)
{
    char path[64];
    int file;
    snprintf(path, sizeof path, "/tmp/rp-faulty-held-%ld", (long)getpid());
    file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) return came(1);
    close(file);
    while (access(path, F_OK) == 0) rest();
    prctl(PR_SET_NAME, "let go", 0, 0, 0);
    return "done";
}

static const char *fault_print(void)
{
    fputs("printed by the module\n", stdout);
    fflush(stdout);
    fputs("complained by the module\n", stderr);
    return "done";
}

static const fault faults[] = {
    {"segv", fault_segv},
    {"abort", fault_abort},
    {"ill", fault_ill},
    {"sys", fault_sys},
    {"fpe", fault_fpe},
    {"bus", fault_bus},
    {"stack", fault_stack},
    {"stack elsewhere", fault_stack_elsewhere},
    {"segv elsewhere", fault_segv_elsewhere},
    {"segv later", fault_segv_later},
    {"double free", fault_double_free},
    {"kill itself", fault_kill_itself},
    {"exit", fault_exit},
    {"exit at once", fault_exit_at_once},
    {"exec", fault_exec},
    {"loop", fault_loop},
    {"deaf", fault_deaf},
    {"stop", fault_stop},
    {"memory", fault_memory},
    {"shared memory", fault_shared_memory},
    {"threads", fault_threads},
    {"files", fault_files},
    {"fork", fault_fork},
    {"fork and abort", fault_fork_and_abort},
    {"socket", fault_socket},
    {"read file", fault_read_file},
    {"write file", fault_write_file},
    {"kill host", fault_kill_host},
    {"trace host", fault_trace_host},
    {"outlive host", fault_outlive_host},
    {"close", fault_close},
    {"garbage", fault_garbage},
    {"half frame", fault_half_frame},
    {"held", fault_held},
    {"print", fault_print},
};

#endif
