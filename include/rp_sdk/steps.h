// Long work in steps: it can be cancelled, and tells how far it is.
//
//     rp_steps steps = rp_steps_start(call, pages->count, "reading");
//     while (rp_steps_next(&steps)) read_page(pages->items[steps.at]);
//     if (steps.status != RP_OK) return steps.status;

#ifndef RP_SDK_STEPS_H
#define RP_SDK_STEPS_H

#include "request.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rp_steps {
    uint64_t at;         // the step, counted from 0
    rp_status status;    // RP_OK; RP_ERR_CANCELLED; what reporting failed with, its error response is written then
    const rp_call *call; // private, as is the rest
    const char *note;
    uint64_t done, total;
} rp_steps;

// Starts to count.
//
// note  what is being done, for people
static inline rp_steps rp_steps_start(const rp_call *call, uint64_t total, const char *note)
{
    rp_steps steps;
    steps.at = 0;
    steps.status = RP_OK;
    steps.call = call;
    steps.note = note;
    steps.done = 0;
    steps.total = total;
    return steps;
}

// Goes to the next step. Each asks whether the answer is still wanted, every hundredth part is reported as progress.
//
// returns  false when all are done, or when it is no use to go on: look at `status`
// [may-call-host]
static inline bool rp_steps_next(rp_steps *steps)
{
    uint64_t part = steps->total / 100 > 0 ? steps->total / 100 : 1;
    if (steps->status != RP_OK) return false;
    if (rp_host_is_cancelled(steps->call->host, steps->call->id)) {
        steps->status = RP_ERR_CANCELLED;
        return false;
    }
    if (steps->done > 0 && (steps->done % part == 0 || steps->done == steps->total)) {
        steps->status = rp_call_progress(steps->call, steps->done, steps->total, steps->note);
    }
    if (steps->status != RP_OK || steps->done >= steps->total) return false;
    steps->at = steps->done++;
    return true;
}

#ifdef __cplusplus
}
#endif

#endif
