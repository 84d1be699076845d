// Long work in steps: it can be cancelled, and reports its progress.
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
    rp_status status;    // RP_OK; RP_ERR_CANCELLED; or the failure of a report, whose error response has been written
    const rp_call *call; // private, as is the rest
    const char *note;
    uint64_t done, total;
} rp_steps;

// Starts counting.
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

// Goes to the next step. Checks each time whether the answer is still wanted, and reports progress about a hundred times.
//
// returns  false when all steps are done or there is no point in going on: see `status`
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
