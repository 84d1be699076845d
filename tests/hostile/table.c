// A module whose table is wrong in the one way that the build asks for: -DRETURNS=NULL, -DFLAGS=2 and so on. It is
// written without RP_MODULE, which cannot make such a table. Freestanding, so that it also builds for other machines.
#define RP_NO_ENTRY
#include "rp_module.h"

#ifndef MANIFEST
#define MANIFEST "{\"name\":\"broken\",\"version\":\"1.0.0\",\"protocol\":\"1.0\"}"
#endif
#ifndef ENTRY
#define ENTRY rp_module_v1
#endif
#ifndef EXPORT_ENTRY
#define EXPORT_ENTRY RP_EXPORT
#endif
#ifndef STRUCT_SIZE
#define STRUCT_SIZE sizeof(rp_module)
#endif
#ifndef FLAGS
#define FLAGS 0
#endif
#ifndef TABLE_MANIFEST
#define TABLE_MANIFEST table_manifest
#endif
#ifndef CREATE
#define CREATE create
#endif
#ifndef DESTROY
#define DESTROY destroy
#endif
#ifndef HANDLE_MESSAGE
#define HANDLE_MESSAGE handle_message
#endif
#ifndef RETURNS
#define RETURNS &table.known
#endif
#ifndef RESPONSE
#define RESPONSE "{\"status\":\"success\",\"data\":{}}"
#endif
#ifndef STATUS
#define STATUS RP_OK
#endif
#define UNUSED __attribute__((unused))

#if defined(NO_MANIFEST)
#elif defined(LONG_MANIFEST)
RP_EXPORT const char rp_manifest[70000] = {[0 ... 69998] = ' '};
#elif defined(UNTERMINATED_MANIFEST)
// The last bytes of the last segment that the file fills.
RP_EXPORT char rp_manifest[] = {'{', '"', 'n', 'a', 'm', 'e', '"', ':'};
#else
RP_EXPORT const char rp_manifest[] = MANIFEST;
#endif
UNUSED static const char table_manifest[] = MANIFEST;
UNUSED static char endless[70000] = {[0 ... 69999] = ' '};
UNUSED static char instance;

#ifdef USES_UNDEFINED
int defined_nowhere(void);
#endif
#ifdef STATIC_TLS
// More than a process has left for libraries that are loaded later.
RP_EXPORT __thread __attribute__((tls_model("initial-exec"))) char room[1 << 16];
#endif
#ifdef USES_DEPENDENCY
int from_dependency(void);
#endif

UNUSED static void *create(const rp_host *host)
{
    (void)host;
    return &instance;
}

UNUSED static void *create_nothing(const rp_host *host)
{
    (void)host;
    return NULL;
}

UNUSED static void destroy(void *self)
{
    (void)self;
}

UNUSED static rp_status handle_message(void *self, const rp_message *message, rp_reply *reply)
{
    rp_status status = STATUS;
    (void)self;
#ifdef STATIC_TLS
    room[STATUS & 1] = 1;
#endif
#ifdef USES_UNDEFINED
    status = defined_nowhere();
#endif
#ifdef USES_DEPENDENCY
    if (from_dependency() != 0) status = RP_ERR_NO_MEMORY;
#endif
#ifdef INIT_IS_FINE
    if (message->type.data[0] != 'c') {
        static const char fine[] = "{\"status\":\"success\"}";
        return rp_reply_write(reply, fine, sizeof fine - 1);
    }
#endif
#ifdef CLAIMS
    // Says that it has written so much, and has not.
    if (reply->grow(reply, CLAIMS) != RP_OK) return RP_ERR_NO_MEMORY;
    reply->len += CLAIMS;
    return RP_OK;
#endif
    (void)message;
    if (!RP_HAS_RESPONSE(status)) return status;
    return rp_reply_write(reply, RESPONSE, sizeof RESPONSE - 1) == RP_OK ? status : RP_ERR_NO_MEMORY;
}

// As a newer header might declare it.
struct newer {
    rp_module known;
    void *more[3];
};

UNUSED static const struct newer table = {
    {STRUCT_SIZE, FLAGS, TABLE_MANIFEST, CREATE, DESTROY, HANDLE_MESSAGE},
    {(void *)-1, (void *)-1, (void *)-1},
};

#ifdef ENTRY_IS_DATA
RP_EXPORT const rp_module *const ENTRY = &table.known;
#elif !defined(NO_ENTRY)
#ifdef ON_THE_HEAP
void *malloc(size_t size);
#endif
EXPORT_ENTRY const rp_module *ENTRY(void);
EXPORT_ENTRY const rp_module *ENTRY(void)
{
#ifdef ON_THE_HEAP
    // One for all calls, kept where no leak checker takes it for lost; volatile, since a compiler drops what is never read.
    static rp_module *volatile kept;
    if (!kept) {
        kept = malloc(sizeof *kept);
        *kept = table.known;
    }
    return kept;
#elif defined(MISALIGNED)
    return (const rp_module *)((const char *)&table + 1);
#elif defined(AT_THE_END)
    // Its head lies inside the library, its end does not.
    extern char _end[];
    char *last = (char *)(((size_t)_end - 16) & ~(size_t)7);
    *(uint32_t *)last = sizeof(rp_module);
    return (const rp_module *)last;
#else
    return RETURNS;
#endif
}
#endif
