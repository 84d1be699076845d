// The program rp-worker of the package: the process of an isolated module. A host starts it; it is no command for people. All
// that it does is done by the library that lies in _native beside it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char LIBRARY[] = "_native/lib_native.so";

int main(void)
{
    char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - sizeof LIBRARY);
    if (len < 0) return 2;
    path[len] = '\0';
    char *slash = strrchr(path, '/');
    if (slash == NULL) return 2;
    strcpy(slash + 1, LIBRARY);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void (*serve)(void) = NULL;
    if (library != NULL) *(void **)&serve = dlsym(library, "rph_serve_if_asked");
    if (serve == NULL) {
        fprintf(stderr, "rp-worker: %s\n", dlerror());
        return 2;
    }
    serve();
    fprintf(stderr, "rp-worker: a host starts it, for a module in a process of its own\n");
    return 2;
}
