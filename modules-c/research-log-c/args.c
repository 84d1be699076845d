#include "args.h"

static bool is_blank(rp_str text)
{
    size_t i;
    for (i = 0; i < text.len; i++) {
        if (strchr(" \t\r\n", text.data[i]) == NULL || text.data[i] == '\0') return false;
    }
    return true;
}

rp_status check_text(const rp_call *call, const rp_path *path, rp_str text)
{
    return is_blank(text) ? rp_refuse(call->reply, path, "must not be empty") : RP_OK;
}

rp_status check_key(const rp_call *call, const char *key, rp_str text)
{
    rp_path path = rp_path_key(NULL, key);
    return check_text(call, &path, text);
}

rp_status check_texts(const rp_call *call, const char *key, const rp_strs *texts)
{
    rp_path list = rp_path_key(NULL, key);
    rp_status status = RP_OK;
    size_t i;
    for (i = 0; i < texts->count && status == RP_OK; i++) {
        rp_path path = rp_path_index(&list, i);
        status = check_text(call, &path, texts->items[i]);
    }
    return status;
}

rp_json object_or_empty(rp_json object)
{
    return rp_json_is(object, RP_JSON_NOTHING) ? rp_json_literal("{}") : object;
}
