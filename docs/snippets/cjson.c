// A command that builds its answer with cJSON; tables read the arguments and answer the rest.
#include "rp_sdk.h"

#include <cjson/cJSON.h>

typedef struct {
    rp_json stones;
} reverse_args;
RP_RECORD(reverse_args_record, reverse_args, "What to turn round.",
          RP_ANY(reverse_args, stones, "An array; cJSON reads it."));

// Answers with the text that cJSON prints. rp checks it: a text that is not JSON becomes an error.
static rp_status answer(rp_call *call, const cJSON *value)
{
    rp_status status = RP_ERR_NO_MEMORY;
    char *text = cJSON_PrintUnformatted(value);
    rp_json json;
    if (text == NULL) return status;
    if (rp_json_parse(rp_str_from(text), &json) == RP_JSON_OK) status = rp_answer_json(call->reply, json);
    else status = rp_answer_error(call->reply, RP_CODE_INTERNAL, "cJSON printed what is not JSON");
    cJSON_free(text);
    return status;
}

static rp_status reverse(rp_call *call)
{
    const reverse_args *args = call->args;
    cJSON *stones = cJSON_ParseWithLength(args->stones.text.data, args->stones.text.len);
    cJSON *out = cJSON_CreateObject();
    rp_status status = RP_ERR_NO_MEMORY;
    if (stones != NULL && !cJSON_IsArray(stones)) {
        rp_path path = rp_path_key(NULL, "stones");
        status = rp_refuse(call->reply, &path, "expected an array");
    } else if (stones != NULL && out != NULL) {
        cJSON *reversed = cJSON_AddArrayToObject(out, "stones");
        while (cJSON_GetArraySize(stones) > 0) {
            cJSON *last = cJSON_DetachItemFromArray(stones, cJSON_GetArraySize(stones) - 1);
            cJSON_AddItemToArray(reversed, last);
        }
        status = answer(call, out);
    }
    cJSON_Delete(stones);
    cJSON_Delete(out);
    return status;
}

static const rp_command commands[] = {
    RP_COMMAND("reverse", "Turns a list round.", reverse, &reverse_args_record, NULL),
};

RP_TABLE_MODULE(RP_MANIFEST("stones", "0.1.0", "Turns lists round.", RP_LICENSE("MIT")), RP_COMMANDS(commands));
