// Tries what the message's type says, "ATTEMPT:WORD", and answers how it went: {"errno":0}, or the number of the error. WORD is
// a path, the id of a process or a number of bytes.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "rp_module.h"

enum { NOBODY = 0x3ffffff }; // the id of no process

// What a call left behind: a result below 0 is an error, and a descriptor is closed.
static int outcome(long result)
{
    return result < 0 ? errno : 0;
}

static int opened(int file)
{
    if (file < 0) return errno;
    close(file);
    return 0;
}

static int waited(pid_t child)
{
    if (child < 0) return errno;
    if (child == 0) _exit(0);
    return outcome(waitpid(child, NULL, 0));
}

static int spawn(const char *path)
{
    char *const arguments[] = {(char *)path, NULL}, *const environment[] = {NULL};
    pid_t child;
    int error = posix_spawn(&child, path, NULL, NULL, arguments, environment);
    return error ? error : waited(child);
}

static int exec(const char *path)
{
    char *const nothing[] = {NULL};
    return outcome(execve(path, nothing, nothing));
}

static int read_file(const char *path)
{
    char byte;
    int file = open(path, O_RDONLY | O_CLOEXEC), error = file < 0 ? errno : 0;
    if (!error && read(file, &byte, 1) < 0 && errno != EISDIR) error = errno;
    if (file >= 0) close(file);
    return error;
}

static int write_file(const char *path, size_t bytes)
{
    static const char text[64];
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600), error = file < 0 ? errno : 0;
    size_t written = 0;
    while (!error && written < bytes) {
        ssize_t more = write(file, text + written, bytes - written);
        if (more < 0) error = errno;
        else written += (size_t)more;
    }
    if (file >= 0) close(file);
    return error;
}

// Makes, syncs, cuts, renames and removes a file and a folder in one that may be written.
static int change_folder(const char *path)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), file = -1, error = 0;
    if (folder < 0) return errno;
    if (mkdirat(folder, "sub", 0700) < 0) error = errno;
    if (!error && (file = openat(folder, "new", O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0) error = errno;
    if (!error && (pwrite(file, "text", 4, 0) != 4 || fsync(file) < 0 || ftruncate(file, 2) < 0)) error = errno;
    if (!error && renameat(folder, "new", folder, "sub/old") < 0) error = errno;
    if (!error && unlinkat(folder, "sub/old", 0) < 0) error = errno;
    if (!error && unlinkat(folder, "sub", AT_REMOVEDIR) < 0) error = errno;
    if (file >= 0) close(file);
    close(folder);
    return error;
}

static int list(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder) return errno;
    errno = 0;
    while (readdir(folder)) continue;
    closedir(folder);
    return errno;
}

static int map(int protection, int flags)
{
    void *place = mmap(NULL, 4096, protection, flags | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) return errno;
    munmap(place, 4096);
    return 0;
}

static int write_code(void)
{
    void *place = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int error = mprotect(place, 4096, PROT_READ | PROT_EXEC) < 0 ? errno : 0;
    munmap(place, 4096);
    return error;
}

static int shm(void)
{
    int id = shmget(IPC_PRIVATE, 4096, 0600);
    return id < 0 ? errno : outcome(shmctl(id, IPC_RMID, NULL));
}

static int requeue(void)
{
    uint32_t word = 0, other = 0;
    return outcome(syscall(SYS_futex, &word, FUTEX_CMP_REQUEUE, 1, 1, &other, 0));
}

// Every page is written, so that the memory is there.
static int allocate(size_t bytes)
{
    volatile char *place = malloc(bytes);
    size_t at;
    if (!place) return errno;
    for (at = 0; at < bytes; at += 4096) place[at] = 1;
    free((void *)place);
    return 0;
}

static int open_files(int count)
{
    int *files = calloc((size_t)count, sizeof *files), opened = 0, error = 0;
    while (!error && opened < count) {
        files[opened] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (files[opened] < 0) error = errno;
        else opened++;
    }
    while (opened > 0) close(files[--opened]);
    free(files);
    return error;
}

static int raise_limit(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_DATA, &limit) < 0 ? errno : outcome(setrlimit(RLIMIT_DATA, &limit));
}

static pthread_key_t key;
static int ended;

static void end(void *value)
{
    *(int *)value = 1;
}

static void *thread(void *number)
{
    pthread_setname_np(pthread_self(), "named");
    pthread_setspecific(key, &ended);
    *(int *)number = allocate(1 << 20);
    return NULL;
}

static int start_thread(void)
{
    pthread_t one;
    int number = -1, error = pthread_key_create(&key, end);
    if (!error) error = pthread_create(&one, NULL, thread, &number);
    if (!error) error = pthread_join(one, NULL);
    if (!error) error = ended ? number : ENOTRECOVERABLE;
    return error;
}

static volatile sig_atomic_t signals;

static void count(int number)
{
    (void)number;
    signals++;
}

static int own_signal(void)
{
    sighandler_t before = signal(SIGUSR1, count);
    raise(SIGUSR1);
    signal(SIGUSR1, before);
    return signals ? 0 : ENOTRECOVERABLE;
}

static int library(const char *name)
{
    void *opened = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!opened) return ENOENT;
    return dlclose(opened);
}

static int clocks(void)
{
    static const clockid_t all[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID};
    struct timespec time = {0, 1000};
    size_t i;
    for (i = 0; i < sizeof all / sizeof *all; i++)
        if (clock_gettime(all[i], &time) < 0) return errno;
    time = (struct timespec){0, 1000};
    return outcome(nanosleep(&time, NULL));
}

// The first hour of 2026 in Tokyo.
static int time_zone(void)
{
    time_t time = 1767193200;
    struct tm parts;
    setenv("TZ", "Asia/Tokyo", 1);
    tzset();
    localtime_r(&time, &parts);
    return parts.tm_hour == 0 && parts.tm_year == 126 ? 0 : ENOTRECOVERABLE;
}

static int print(void)
{
    printf("to standard output\n");
    fprintf(stderr, "to standard error\n");
    return fflush(stdout) ? errno : 0;
}

static int variable(const char *name)
{
    return getenv(name) ? 0 : ENOENT;
}

static int reach(const char *what, const char *word)
{
    pid_t process = atoi(word);
    char byte;
    struct iovec memory = {&byte, 1};
    struct stat state;
#define TRY(name, result) \
    if (strcmp(what, name) == 0) return result
    TRY("fork", waited(fork()));
    TRY("spawn", spawn(word));
    TRY("exec", exec(word));
    TRY("socket_inet", opened(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)));
    TRY("socket_udp", opened(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)));
    TRY("socket_unix", opened(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)));
    TRY("read", read_file(word));
    TRY("write", write_file(word, 4));
    TRY("write_long", write_file(word, 64));
    TRY("cut", opened(open(word, O_RDONLY | O_TRUNC | O_CLOEXEC)));
    TRY("change", change_folder(word));
    TRY("list", list(word));
    TRY("remove", outcome(unlink(word)));
    TRY("chmod", outcome(chmod(word, 0600)));
    TRY("map_shared", map(PROT_READ | PROT_WRITE, MAP_SHARED));
    TRY("map_code", map(PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE));
    TRY("write_code", write_code());
    TRY("memfd", opened(memfd_create("memory", MFD_CLOEXEC)));
    TRY("shm", shm());
    TRY("kill", outcome(kill(process, 0)));
    TRY("tgkill", outcome(syscall(SYS_tgkill, process, process, 0)));
    TRY("own_signals_to", outcome(fcntl(0, F_SETOWN, process)));
    TRY("ptrace", outcome(ptrace(PTRACE_SEIZE, NOBODY, NULL, NULL)));
    TRY("read_memory", outcome(process_vm_readv(NOBODY, &memory, 1, &memory, 1, 0)));
    TRY("setsid", outcome(setsid()));
    TRY("outlive", outcome(prctl(PR_SET_PDEATHSIG, 0)));
    TRY("unshare", outcome(unshare(0)));
    TRY("terminal", outcome(ioctl(1, TIOCSTI, "x")));
    TRY("requeue", requeue());
    TRY("raise_limit", raise_limit());
    TRY("allocate", allocate(strtoul(word, NULL, 10)));
    TRY("open", open_files(process));
    TRY("thread", start_thread());
    TRY("own_signal", own_signal());
    TRY("library", library(word));
    TRY("random", outcome(getrandom(&byte, 1, 0)));
    TRY("clocks", clocks());
    TRY("time_zone", time_zone());
    TRY("print", print());
    TRY("stat", outcome(stat(word, &state)));
    TRY("variable", variable(word));
    return ENOSYS;
}

static char instance;

static void *create(const rp_host *host)
{
    (void)host;
    return &instance;
}

static void destroy(void *self)
{
    (void)self;
}

static rp_status handle_message(void *self, const rp_message *message, rp_reply *reply)
{
    char type[4096] = {0}, answer[64];
    char *word;
    (void)self;
    if (message->type.len >= sizeof type) return RP_ERR_NO_MEMORY;
    memcpy(type, message->type.data, message->type.len);
    word = strchr(type, ':');
    if (word) *word++ = 0;
    snprintf(answer, sizeof answer, "{\"status\":\"success\",\"data\":%d}", word ? reach(type, word) : 0);
    return rp_reply_write(reply, answer, strlen(answer));
}

RP_MODULE(0, "{\"name\":\"reaches\",\"version\":\"1.0.0\",\"protocol\":\"1.0\"}", create, destroy, handle_message);
