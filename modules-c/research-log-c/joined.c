#include "joined.h"

void add_joined(rp_text *text, const rp_strs *texts)
{
    size_t i;
    for (i = 0; i < texts->count; i++) {
        rp_text_add(text, i == 0 ? "" : "; ");
        rp_text_add_str(text, texts->items[i]);
    }
}
