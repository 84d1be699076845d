#include "check.h"

static const char *folder;

void check_fine(rph_error *error, const char *file, int line)
{
    if (error == NULL) return;
    fprintf(stderr, "%s:%d: %s\n", file, line, rph_error_json(error));
    exit(1);
}

void check_code(rph_error *error, const char *code, const char *file, int line)
{
    if (error == NULL) {
        fprintf(stderr, "%s:%d: no error, but %s was expected\n", file, line, code);
        exit(1);
    }
    int fault = rph_error_fault(error);
    if (strcmp(rph_error_code(error), code) != 0 || rph_error_text(error)[0] == '\0' || fault < 1 || fault > 3) {
        fprintf(stderr, "%s:%d: %s was expected: %s\n", file, line, code, rph_error_json(error));
        exit(1);
    }
    CHECK(strstr(rph_error_json(error), code) != NULL);
    rph_error_free(error);
}

int has_part(const char *text, size_t len, const char *part)
{
    for (size_t size = strlen(part); len >= size; text++, len--) {
        if (memcmp(text, part, size) == 0) return 1;
    }
    return 0;
}

const char *module_path(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/lib%s.so", folder, name);
    return path;
}

rph_host *new_host(const char *options)
{
    rph_builder *builder = rph_builder_new();
    rph_host *host = NULL;
    FINE(rph_builder_options(builder, TEXT(options)));
    FINE(rph_builder_build(builder, &host));
    return host;
}

rph_instance *load(const rph_host *host, const char *module, const char *options)
{
    rph_instance *instance = NULL;
    FINE(rph_load(host, TEXT(module_path(module)), TEXT(options), &instance));
    return instance;
}

static const struct {
    const char *name;
    void (*run)(void);
} PARTS[] = {
    {"hostile", hostile}, {"life", life},         {"service", service}, {"events", events}, {"awaited", awaited},
    {"threads", threads}, {"fork", forked},       {"stack", stack},     {"many", many},     {"panic", panics},
    {"sources", sources}, {"isolated", isolated}, {"leave", leave},
    {"turn", turns},
    {"crash", crash},     {"crash_handled", crash_handled},
};

int main(int argc, char **argv)
{
    rph_serve_if_asked();
    if (argc == 1) {
        for (size_t at = 0; at < sizeof PARTS / sizeof *PARTS; at++) puts(PARTS[at].name);
        return 0;
    }
    CHECK(argc == 3);
    folder = argv[2];
    for (size_t at = 0; at < sizeof PARTS / sizeof *PARTS; at++) {
        if (strcmp(PARTS[at].name, argv[1]) != 0) continue;
        PARTS[at].run();
        printf("%s is good\n", argv[1]);
        return 0;
    }
    return 2;
}
