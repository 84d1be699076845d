// Counts what simple commands allocate: nothing. It is linked with --wrap=malloc and --wrap=realloc, beside modules-c/
// test-minimal-cpp.
#define RP_NO_ENTRY
#include <cstdio>
#include <cstdlib>
#include <new>

#include "rp_sdk.h"

extern "C" {
const rp_module *rp_module_v1(void);
void *__real_malloc(std::size_t size);
void *__real_realloc(void *old, std::size_t size);
void *__wrap_malloc(std::size_t size);
void *__wrap_realloc(void *old, std::size_t size);
}

static unsigned long allocations;

void *__wrap_malloc(std::size_t size)
{
    allocations++;
    return __real_malloc(size);
}

void *__wrap_realloc(void *old, std::size_t size)
{
    allocations++;
    return __real_realloc(old, size);
}

void *operator new(std::size_t size)
{
    return std::malloc(size);
}

void *operator new(std::size_t size, const std::nothrow_t &) noexcept
{
    return std::malloc(size);
}

void operator delete(void *memory) noexcept
{
    std::free(memory);
}

void operator delete(void *memory, std::size_t) noexcept
{
    std::free(memory);
}

int main()
{
    static char bytes[4096];
    rp_host host = {};
    host.struct_size = sizeof host;
    const rp_module *module = rp_module_v1();
    void *instance = module->create(&host);
    std::printf("create: %lu\n", allocations);
    const char *const messages[][2] = {
        {"init", "{}"},
        {"describe", "{}"},
        {"command", R"({"name":"ping"})"},
        {"command", R"({"name":"status"})"},
        {"command", R"({"name":"echo","args":{"text":"a text that is too long for the inside of a std::string"}})"},
        {"command", R"({"name":"fail","args":{"text":"a text that is too long for the inside of a std::string"}})"},
        {"command", R"({"name":"a command that this module does not know, by far"})"},
        {"query", "{}"},
        {"shutdown", "{}"},
    };
    allocations = 0;
    for (const auto &each : messages) {
        rp_reply reply = rp_reply_fixed(bytes, sizeof bytes);
        const rp_message message = rp_message_make(each[0], rp_str_from(each[1]));
        const rp_status status = module->handle_message(instance, &message, &reply);
        if (!RP_HAS_RESPONSE(status)) std::printf("%s %s: status %d\n", each[0], each[1], status);
    }
    std::printf("messages: %lu\n", allocations);
    module->destroy(instance);
    return 0;
}
