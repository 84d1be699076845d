// Counts the stations in the store, and tells others when there is one more.
#include "rp_sdk.h"

typedef struct {
    uint64_t heard;
} stations;
RP_RECORD(grown_record, stations, "One station more.", RP_UINT(stations, heard, "How many that makes."));

static rp_status count(rp_call *call)
{
    rp_reply payload = rp_reply_in(call->memory);
    rp_writer query = rp_query_start(&payload, "station");
    rp_json data;
    rp_status status = rp_call_send(call, "query", &query, &data);
    if (status != RP_OK) return status;
    rp_writer out = rp_answer_start(call->reply);
    rp_member_json(&out, "count", rp_json_get(data, "count"));
    return rp_answer_finish(&out);
}

static rp_status created(rp_call *call)
{
    stations *self = call->self;
    if (!rp_json_equals(rp_json_get(call->json, "entity"), "station")) return RP_OK;
    self->heard++;
    rp_host_log(call->host, call->id, RP_LOG_INFO, "one station more");
    rp_call_emit(call, "stations.grown", &grown_record, self);
    return RP_OK;
}

static const rp_command commands[] = {RP_COMMAND("count", "Counts the stations.", count, NULL, NULL)};
static const rp_event events[] = {{"stations.grown", &grown_record}};
static const rp_listener listeners[] = {{"entity.created", created, NULL}};

RP_TABLE_MODULE(RP_MANIFEST("stations", "0.1.0", "Counts stations.",
                            RP_REQUESTS(RP_READS("station"), RP_EMITS("stations.grown"),
                                        RP_SUBSCRIBES("entity.created"))),
                RP_STATE(stations), RP_COMMANDS(commands), RP_EVENTS(events), RP_LISTENERS(listeners));
