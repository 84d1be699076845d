// The driver of tests/c/c_json/, called instead of started.
#define main driver_main
#include "../../tests/c/c_json/driver.c"

// Answers one operation.
//
// out_text  the answer; valid until the next call
// returns   an rp_json_result
int rp_fuzz_json(char operation, const char *text, size_t len, const char **out_text, size_t *out_len)
{
    static rp_reply out;
    rp_json_result result;
    rp_str input;
    if (out.struct_size == 0) out = rp_reply_create();
    rp_reply_clear(&out);
    input.data = text;
    input.len = len;
    result = answer(operation, input, &out);
    *out_text = rp_reply_text(&out).data;
    *out_len = rp_reply_text(&out).len;
    return (int)result;
}
