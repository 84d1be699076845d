// Lets each allocation fail in turn while a research log works: every message is answered or ends with
// RP_ERR_NO_MEMORY, the instance works on, and nothing leaks. The library that argv[1] names allocates with what stands
// here, since a program's own operator new and realloc come before all others; link with -rdynamic.
#define RP_NO_ENTRY
#include <cstdio>
#include <cstdlib>
#include <new>

#include <dlfcn.h>

#include "rp_sdk.h"

extern "C" {
// What glibc has beneath its own.
void *__libc_realloc(void *old, std::size_t size);
void __libc_free(void *memory);
}

namespace {

// Whether the module is at work; the number of its allocation that fails; how many there were; how many were not freed;
// how many messages ended for want of memory.
bool is_counting = false;
unsigned long failing = 0, allocations = 0, without_memory = 0;
long alive = 0;

// Allocates, or does not.
void *allocate(void *old, std::size_t size)
{
    if (is_counting && ++allocations == failing) return nullptr;
    void *memory = __libc_realloc(old, size);
    if (is_counting && memory != nullptr && old == nullptr) alive++;
    return memory;
}

void release(void *memory)
{
    if (is_counting && memory != nullptr) alive--;
    __libc_free(memory);
}

} // namespace

// What is thrown lies in it: it is counted, and never fails.
extern "C" void *malloc(std::size_t size) noexcept
{
    void *memory = __libc_realloc(nullptr, size);
    if (is_counting && memory != nullptr) alive++;
    return memory;
}

extern "C" void *realloc(void *old, std::size_t size) noexcept
{
    return allocate(old, size);
}

extern "C" void free(void *memory) noexcept
{
    release(memory);
}

void *operator new(std::size_t size)
{
    void *memory = allocate(nullptr, size);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

void *operator new(std::size_t size, const std::nothrow_t &) noexcept
{
    return allocate(nullptr, size);
}

void operator delete(void *memory) noexcept
{
    release(memory);
}

void operator delete(void *memory, std::size_t) noexcept
{
    release(memory);
}

namespace {

rp_status RP_CALL send(const rp_host *, const rp_message *message, rp_reply *reply)
{
    if (rp_str_eq(message->type, "query"))
        return rp_answer_json(reply, rp_json_literal(R"({"entities":[],"count":0})"));
    return rp_answer_json(reply, rp_json_literal(R"({"id":"x","version":1})"));
}

int64_t RP_CALL now_us(const rp_host *)
{
    return 1704067200000000;
}

void RP_CALL random_bytes(const rp_host *, void *data, std::size_t len)
{
    static unsigned char next = 0;
    memset(data, ++next, len);
}

const char *const messages[][2] = {
    {"describe", "{}"},
    {"init", R"({"instance":"log","config":{"state":"store"}})"},
    {"command", R"({"name":"create_log","args":{"title":"A log with a title that is long","tags":["a","b"]}})"},
    {"event", R"({"event":"research_session.started","data":{"session":"a session with a name that is long"}})"},
    {"command", R"({"name":"add_entry","args":{"type":"question","title":"Who were the parents of John Ryan?"}})"},
    {"command", R"({"name":"record_search","args":{"repository":"Cork City Archives, Blackpool","terms":["John Ryan"],)"
                R"("variants":["Jn Ryan"],"period":{"from":"1840"},"filters":{"parish":"St Mary"},"result":"found",)"
                R"("documents":[{"title":"Parish register of St Mary","citation":"NLI, mf. P.4785, p. 12"}]}})"},
    {"command",
     R"({"name":"record_search","args":{"repository":"Cork City Archives","terms":["Ryan"],"result":"none"}})"},
    {"command", R"({"name":"add_entry","args":{"type":"a word that this is not","title":7}})"},
    {"command", R"({"name":"list_entries","args":{"text":"ryan","types":["question","search"]}})"},
    {"command", R"({"name":"analyze_activity"})"},
    {"command", R"({"name":"find_duplicate_searches","args":{"all_logs":true}})"},
    {"command", R"({"name":"export","args":{"format":"json"}})"},
    {"command", R"({"name":"export","args":{"format":"markdown"}})"},
    {"command", R"({"name":"export","args":{"format":"csv"}})"},
    {"query", R"({"entity":"research_log_entry","filters":{"title":{"contains":"Ryan"}},"sort":["-number"]})"},
    {"event", R"({"event":"research_session.ended","data":{"session":"a session with a name that is long"}})"},
    {"shutdown", "{}"},
};

char bytes[1 << 16];
const rp_module *library = nullptr;

// Plays all messages; false if one came to something else than an answer or want of memory.
bool play(void *instance)
{
    for (const auto &each : messages) {
        rp_reply reply = rp_reply_fixed(bytes, sizeof bytes);
        const rp_message message = rp_message_make(each[0], rp_str_from(each[1]));
        const rp_status status = library->handle_message(instance, &message, &reply);
        if (status == RP_ERR_NO_MEMORY) without_memory++;
        if (RP_HAS_RESPONSE(status) || status == RP_ERR_NO_MEMORY) continue;
        is_counting = false;
        std::printf("allocation %lu: %s %s: status %d\n", failing, each[0], each[1], status);
        return false;
    }
    return true;
}

// Plays twice, the first time with an allocation that fails. Tells whether there was one to fail.
bool run(const rp_host &host)
{
    allocations = 0;
    alive = 0;
    is_counting = true;
    void *instance = library->create(&host);
    const bool was_created = instance != nullptr;
    bool is_good = !was_created || play(instance);
    const bool has_failed = allocations >= failing;
    failing = 0;
    is_good = is_good && (!was_created || play(instance));
    if (was_created) library->destroy(instance);
    is_counting = false;
    if (alive != 0) std::printf("%ld allocations are left\n", alive);
    if (!is_good || alive != 0) std::exit(1);
    return has_failed;
}

} // namespace

int main(int count, char **args)
{
    void *file = count == 2 ? dlopen(args[1], RTLD_NOW | RTLD_LOCAL) : nullptr;
    void *entry = file == nullptr ? nullptr : dlsym(file, "rp_module_v1");
    if (entry == nullptr) return 2;
    library = reinterpret_cast<const rp_module *(*)()>(entry)();
    rp_host host = {};
    host.struct_size = sizeof host;
    host.send = send;
    host.now_us = now_us;
    host.random = random_bytes;
    unsigned long number = 0;
    do {
        failing = ++number;
    } while (run(host));
    std::printf("%lu allocations, %lu messages without memory\n", number - 1, without_memory);
    return 0;
}
