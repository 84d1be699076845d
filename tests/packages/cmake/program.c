/* A host of two modules that are linked into it: asks each for its commands and prints the answers. */
#define RP_NO_ENTRY
#include <stdio.h>

#include "rp_sdk.h"

const rp_module *hello_c_entry(void);
const rp_module *hello_cpp_entry(void);

static void ask(const rp_module *module)
{
    static rp_host host;
    rp_message message = rp_message_make("describe", rp_str_from("{}"));
    rp_reply reply = rp_reply_create();
    void *instance;
    host.struct_size = sizeof host;
    instance = module->create(&host);
    if (module->handle_message(instance, &message, &reply) == RP_OK) {
        printf("%s %.*s\n", module->manifest, (int)reply.len, reply.data);
    }
    module->destroy(instance);
    rp_reply_destroy(&reply);
}

int main(void)
{
    ask(hello_c_entry());
    ask(hello_cpp_entry());
    return 0;
}
