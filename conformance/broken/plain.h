// plain.h: the good module with the functions of rp_plain.h around it. It is a part of good.h.
#include "rp_plain.h"

// The text that handle_message returns, as an expression of `text`.
#ifndef PLAIN_ANSWER
#define PLAIN_ANSWER(text) (text)
#endif
#ifndef PLAIN_FREE
#define PLAIN_FREE(string) free(string)
#endif
#ifndef PLAIN_METADATA
#define PLAIN_METADATA good_copy(rp_str_from(MANIFEST))
#endif
#ifndef ON_PLAIN
#define ON_PLAIN
#endif

// A plain module has no host.
static const rp_host nobody = {sizeof(rp_host), 0, NULL, NULL, NULL, NULL, NULL, NULL};

void *create_module(void)
{
    return good_create(&nobody);
}

void destroy_module(void *module)
{
    good_destroy(module);
}

#ifndef NO_FREE_STRING
void free_string(char *string)
{
    PLAIN_FREE(string);
}
#endif

char *get_module_metadata(void)
{
    return PLAIN_METADATA;
}

char *handle_message(void *module, const char *message_type, const char *payload)
{
    rp_reply reply = rp_reply_create();
    rp_status status = RP_ERR_NO_MEMORY;
    ON_PLAIN;
    if (message_type == NULL || payload == NULL) {
        status = good_handle_message(module, NULL, &reply);
    } else {
        rp_message message = rp_message_make(message_type, rp_str_from(payload));
        status = good_handle_message(module, &message, &reply);
    }
    if (RP_HAS_RESPONSE(status) && rp_reply_write(&reply, "", 1) == RP_OK) return PLAIN_ANSWER(reply.data);
    rp_reply_destroy(&reply);
    return NULL;
}
