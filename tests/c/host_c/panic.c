// A panic of the host is an error, and the program goes on.
#include <sys/resource.h>

#include "check.h"

static int dropped;

static void RP_CALL drop(void *context)
{
    ++*(int *)context;
}
static void RP_CALL hear(void *context, const char *json, size_t len)
{
    (void)context, (void)json, (void)len;
}

static rlim_t address_space(void)
{
    long kib = 0;
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    CHECK(status != NULL);
    while (fgets(line, sizeof line, status) != NULL) sscanf(line, "VmSize: %ld", &kib);
    fclose(status);
    return (rlim_t)kib << 10;
}

void panics(void)
{
    struct rlimit before, tight;
    rph_host *host = NULL;
    rph_builder *builder = rph_builder_new();
    FINE(rph_builder_on_event(builder, TEXT("*"), hear, &dropped, drop));
    // No thread has room for its stack then, which the builder takes for a panic.
    CHECK(getrlimit(RLIMIT_AS, &before) == 0);
    tight = before;
    tight.rlim_cur = address_space() + (512 << 10);
    CHECK(setrlimit(RLIMIT_AS, &tight) == 0);
    rph_error *error = rph_builder_build(builder, &host);
    CHECK(setrlimit(RLIMIT_AS, &before) == 0);
    FAILS(error, "rp::host::panic");
    CHECK(host == NULL && dropped == 1);
    host = new_host("{}");
    rph_instance_free(load(host, "test_minimal", ""));
    rph_host_free(host);
}
