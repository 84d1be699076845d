// What one life of a module leaves in a process: measure WARM_UP LIBRARY prints threads, handled signals, open descriptors and
// KiB of memory that are there after LIBRARY was loaded, asked once and destroyed, and were not after WARM_UP was.
#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

#define RP_NO_ENTRY
#include "rp_sdk.h"

typedef struct {
    long threads, signals, descriptors, memory;
} process;

static long field(const char *status, const char *name, int base)
{
    const char *found = strstr(status, name);
    return found == NULL ? 0 : (long)strtoull(found + strlen(name), NULL, base);
}

static void read_file(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    text[file == NULL ? 0 : fread(text, 1, size - 1, file)] = '\0';
    if (file != NULL) fclose(file);
}

static process look(void)
{
    char status[8192];
    process now = {0, 0, 0, 0};
    DIR *folder = opendir("/proc/self/fd");
    read_file("/proc/self/status", status, sizeof status);
    now.threads = field(status, "\nThreads:", 10);
    now.signals = __builtin_popcountll((unsigned long long)field(status, "\nSigCgt:", 16));
    // Counted page by page, which VmRSS is not.
    read_file("/proc/self/smaps_rollup", status, sizeof status);
    now.memory = field(status, "\nRss:", 10);
    while (folder != NULL && readdir(folder) != NULL) now.descriptors++;
    if (folder != NULL) closedir(folder);
    return now;
}

static int32_t never(const rp_host *host, uint64_t id) { (void)host; (void)id; return 0; }
static void unheard(const rp_host *host, uint64_t id, int32_t level, const char *text, size_t len)
{
    (void)host; (void)id; (void)level; (void)text; (void)len;
}

static int ask(const rp_module *module, void *instance, const char *type, const char *payload)
{
    char memory[65536];
    rp_reply reply = rp_reply_fixed(memory, sizeof memory);
    rp_message message = rp_message_make(type, rp_str_from(payload));
    return module->handle_message(instance, &message, &reply) == RP_OK;
}

static int live(const char *path)
{
    static const rp_host host = {sizeof host, 0, NULL, NULL, unheard, never, NULL, NULL};
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const rp_module *(*entry)(void);
    void *instance;
    if (library == NULL) return fprintf(stderr, "%s\n", dlerror()), 0;
    *(void **)&entry = dlsym(library, "rp_module_v1");
    if (entry == NULL || (instance = entry()->create(&host)) == NULL) return fprintf(stderr, "%s: no instance\n", path), 0;
    if (!ask(entry(), instance, "init", "{}") || !ask(entry(), instance, "command", "{\"name\":\"ping\"}")) return 0;
    if (!ask(entry(), instance, "shutdown", "{}")) return 0;
    entry()->destroy(instance);
    return 1;
}

int main(int argc, char **argv)
{
    process before, after;
    if (argc != 3 || !live(argv[1])) return 1;
    before = look();
    if (!live(argv[2])) return 1;
    after = look();
    printf("%ld %ld %ld %ld\n", after.threads - before.threads, after.signals - before.signals,
           after.descriptors - before.descriptors, after.memory - before.memory);
    return 0;
}
