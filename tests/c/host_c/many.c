// Hosts come and go, and nothing of them stays. RP_FULL=1 makes ten thousand.
#include <dirent.h>

#include "check.h"

// Each instance leaves the table of its functions, which no module may find gone (rule 6 of rp_module.h): a hundred bytes.
enum { WARM = 100, HOSTS = 300, GROWTH_KIB = 1024, HOSTS_TO_A_KIB = 8 };

static void RP_CALL log_line(void *context, const rph_log *line)
{
    (void)context, (void)line;
}

static void once(void)
{
    rph_builder *builder = rph_builder_new();
    rph_host *host = NULL;
    rph_subscription *own = NULL;
    rph_reply *reply = rph_reply_new(0);
    rph_builder_on_log(builder, log_line, NULL, NULL);
    FINE(rph_builder_build(builder, &host));
    rph_instance *instance = load(host, "test_minimal", "{}");
    FINE(rph_subscribe(host, TEXT("*"), 4, &own));
    FINE(rph_command(instance, TEXT("ping"), NULL, 0, NULL, reply, NULL));
    FAILS(rph_load(host, TEXT("nowhere"), NULL, 0, &instance), "rp::load::not_found");
    FINE(rph_publish(host, TEXT("a"), NULL, 0));
    FINE(rph_next(own, -1, reply));
    rph_instance_free(instance);
    rph_subscription_free(own);
    rph_host_free(host);
    rph_reply_free(reply);
}

static long resident_kib(void)
{
    char line[256];
    long kib = -1;
    FILE *status = fopen("/proc/self/status", "r");
    CHECK(status != NULL);
    while (fgets(line, sizeof line, status) != NULL) sscanf(line, "VmRSS: %ld", &kib);
    fclose(status);
    return kib;
}

static int descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    CHECK(folder != NULL);
    while (readdir(folder) != NULL) count++;
    closedir(folder);
    return count;
}

void many(void)
{
    for (int at = 0; at < WARM; at++) once();
    int hosts = getenv("RP_FULL") == NULL ? HOSTS : 10000;
    long resident = resident_kib();
    int open = descriptors();
    for (int at = 0; at < hosts; at++) once();
    long grown = resident_kib() - resident;
    long limit = GROWTH_KIB + hosts / HOSTS_TO_A_KIB;
    if (grown > limit) fprintf(stderr, "%d hosts left %ld KiB\n", hosts, grown);
    CHECK(grown <= limit && descriptors() == open);
}
