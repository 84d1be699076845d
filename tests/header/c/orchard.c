// An author's module, of small structs on the stack and most of what rp_sdk.h offers. Which calls a compiler takes in, and
// what it then warns of, depends on how many there are: COMMANDS is how many the module has.
#include "rp_sdk.h"

#ifndef COMMANDS
#define COMMANDS 6
#endif

RP_WORD_TABLE(fruits, "A kind of fruit.", "apple", "pear", "plum");

typedef struct settings {
    uint64_t most;
    int fruit;
} settings;
static const settings usual_settings = {500, 1};
RP_CONFIG_RECORD(settings_record, settings, usual_settings, RP_UINT(settings, most, "Most baskets."),
                 RP_WORD(settings, fruit, fruits, NULL));

typedef struct weight {
    double kilos;
} weight;
RP_RECORD(weight_record, weight, "A weight.", RP_DOUBLE(weight, kilos, NULL));

typedef struct basket {
    double kilos;
    int fruit;
} basket;
RP_RECORD(basket_record, basket, "A basket.", RP_DOUBLE(basket, kilos, NULL), RP_WORD(basket, fruit, fruits, NULL));

typedef struct harvest {
    uint64_t baskets;
    double kilos;
    int64_t day;
} harvest;
RP_RECORD(harvest_record, harvest, "What was picked.", RP_UINT(harvest, baskets, NULL), RP_DOUBLE(harvest, kilos, NULL),
          RP_INT(harvest, day, "Counted from the first."));

typedef struct orchard {
    settings settings;
    harvest harvest;
    rp_collection trees;
    uint64_t heard;
} orchard;

static double larger(double left, double right)
{
    return left > right ? left : right;
}

#if COMMANDS >= 1
static rp_status weigh(rp_call *call)
{
    const basket *args = call->args;
    weight out;
    if (args->kilos < 0) return rp_refuse_key(call->reply, "kilos", "must not be negative");
    out.kilos = larger(args->kilos, 0.1);
    return rp_answer_record(call->reply, &weight_record, &out);
}
#endif

#if COMMANDS >= 2
static rp_status turn(rp_call *call)
{
    const basket *args = call->args;
    basket out;
    if (args->kilos < 0) {
        rp_path path = rp_path_key(NULL, "kilos");
        return rp_refuse(call->reply, &path, "must not be negative");
    }
    out.kilos = args->fruit == 2 ? args->kilos * 2 : args->kilos;
    out.fruit = args->fruit == 3 ? 1 : args->fruit + 1;
    return rp_answer_record(call->reply, &basket_record, &out);
}
#endif

#if COMMANDS >= 3
typedef struct picked {
    rp_list baskets;
    basket *best;
    rp_strs pickers;
    rp_double share;
} picked;
RP_RECORD(picked_record, picked, "Baskets.", RP_LIST(picked, baskets, basket_record, NULL),
          RP_OPT_SUB(picked, best, basket_record, NULL), RP_OPT_STRS(picked, pickers, NULL),
          RP_OPT_DOUBLE(picked, share, NULL));

static rp_status pick(rp_call *call)
{
    orchard *self = call->self;
    const picked *args = call->args;
    rp_steps steps = rp_steps_start(call, args->baskets.count, "picking");
    harvest out = {0, 0, 0};
    if (args->baskets.count > self->settings.most)
        return rp_answer_error(call->reply, RP_CODE_TOO_LARGE, "more baskets than there may be");
    while (rp_steps_next(&steps)) {
        const basket *each = args->baskets.items[steps.at];
        out.baskets++;
        out.kilos += each->kilos;
    }
    if (steps.status != RP_OK) return steps.status;
    out.day = self->harvest.day + 1;
    self->harvest = out;
    rp_call_emit(call, "orchard.picked", &harvest_record, &out);
    return rp_answer_record(call->reply, &harvest_record, &out);
}
#endif

#if COMMANDS >= 4
typedef struct tree {
    rp_str name;
    rp_uint planted;
    rp_json more;
} tree;
RP_RECORD(tree_record, tree, "A tree.", RP_STR(tree, name, NULL), RP_OPT_UINT(tree, planted, "The year."),
          RP_OPT_OBJECT(tree, more, NULL));

static rp_status plant(rp_call *call)
{
    const basket *args = call->args;
    rp_reading reading = {call->memory, call->reply};
    rp_reply payload = rp_reply_in(call->memory);
    rp_writer mutation;
    rp_text name = rp_text_start(call->memory);
    tree sapling = {{NULL, 0}, {false, 0}, {{NULL, 0}}}, found;
    rp_json data;
    rp_status status;
    rp_text_add(&name, rp_word(&fruits, args->fruit));
    rp_text_add(&name, " of ");
    rp_text_add_uint(&name, (uint64_t)args->kilos);
    if (!rp_text_finish(&name, &sapling.name)) return RP_ERR_NO_MEMORY;
    mutation = rp_mutation_record(&payload, "tree", "create", rp_str_absent(), &tree_record, &sapling);
    status = rp_call_send(call, "mutation", &mutation, &data);
    if (status != RP_OK) return status;
    status = rp_record_read(&reading, &tree_record, data, NULL, &found);
    return status == RP_OK ? rp_answer_record(call->reply, &tree_record, &found) : status;
}
#endif

#if COMMANDS >= 5
static rp_status trees(rp_call *call)
{
    rp_reply payload = rp_reply_in(call->memory);
    rp_writer query = rp_query_start(&payload, "tree");
    rp_strs names = {NULL, 0, 0};
    rp_json data, count;
    rp_json_walk walk;
    rp_writer out;
    uint64_t known = 0;
    rp_status status;
    size_t i;
    rp_member_double(&query, "height", 1.5);
    rp_query_sort(&query, "-planted");
    rp_query_page(&query, 50, 0);
    status = rp_call_send(call, "query", &query, &data);
    if (status != RP_OK) return status;
    for (walk = rp_json_walk_start(rp_json_get(data, "entities")); rp_json_walk_next(&walk);) {
        rp_str name;
        if (rp_json_take_string(call->memory, rp_json_get(walk.value, "id"), &name) != RP_JSON_OK) continue;
        if (!rp_strs_add(call->memory, &names, name)) return RP_ERR_NO_MEMORY;
    }
    count = rp_json_get(data, "count");
    if (rp_json_read_uint(count, &known) != RP_JSON_OK) known = names.count;
    out = rp_answer_start(call->reply);
    rp_member_uint(&out, "count", known);
    rp_writer_key(&out, "names");
    rp_writer_open_array(&out);
    for (i = 0; i < names.count; i++) rp_writer_str(&out, names.items[i]);
    rp_writer_close(&out);
    return rp_answer_finish(&out);
}
#endif

#if COMMANDS >= 6
typedef struct summary {
    int64_t asked_us;
    rp_str id;
    harvest *harvest;
    rp_list all;
    rp_words fruits;
    rp_uint trees;
    bool is_open;
    rp_double mean, least;
} summary;
RP_RECORD(summary_record, summary, "All of it.", RP_INT(summary, asked_us, NULL), RP_STR(summary, id, NULL),
          RP_SUB(summary, harvest, harvest_record, NULL), RP_OPT_LIST(summary, all, harvest_record, NULL),
          RP_WORDS(summary, fruits, fruits, NULL), RP_OPT_UINT(summary, trees, NULL), RP_BOOL(summary, is_open, NULL),
          RP_OPT_DOUBLE(summary, mean, NULL), RP_OPT_DOUBLE(summary, least, NULL));

static rp_status sum_up(rp_call *call)
{
    orchard *self = call->self;
    int known[2] = {1, 3};
    summary out;
    rp_status status;
    memset(&out, 0, sizeof out);
    status = rp_call_new_id(call, &out.id, &out.asked_us);
    if (status != RP_OK) return status;
    out.harvest = &self->harvest;
    if (!rp_list_add(call->memory, &out.all, &self->harvest)) return RP_ERR_NO_MEMORY;
    out.fruits.items = known;
    out.fruits.count = 2;
    out.trees.is_given = self->trees.count > 0;
    out.trees.value = self->trees.count;
    if (self->harvest.baskets > 0) {
        out.mean.is_given = true;
        out.mean.value = self->harvest.kilos / (double)self->harvest.baskets;
    }
    return rp_answer_record(call->reply, &summary_record, &out);
}
#endif

static rp_status init(rp_call *call)
{
    orchard *self = call->self;
    self->settings = *(const settings *)call->args;
#if COMMANDS >= 6
    self->trees.record = &basket_record;
#endif
    return RP_OK;
}

static rp_status hear(rp_call *call)
{
    orchard *self = call->self;
    const weight *args = call->args;
    self->harvest.kilos += args->kilos;
    self->heard++;
    rp_host_log(call->host, call->id, RP_LOG_INFO, "rain");
    return RP_OK;
}

#if COMMANDS >= 6
static rp_status find_trees(rp_call *call)
{
    const orchard *self = call->self;
    return rp_collection_query(&self->trees, call);
}

static rp_status change_trees(rp_call *call)
{
    orchard *self = call->self;
    return rp_collection_mutate(&self->trees, call);
}

static void release(void *self)
{
    rp_collection_release(&((orchard *)self)->trees);
}

static const rp_provider providers[] = {{"tree", find_trees, change_trees}};
#define ENTITIES RP_PROVIDERS(providers), .release = release,
#else
#define ENTITIES
#endif

static const rp_command commands[] = {
    RP_COMMAND("weigh", "Weighs a basket.", weigh, &basket_record, &weight_record),
#if COMMANDS >= 2
    RP_COMMAND("turn", "Turns one into another.", turn, &basket_record, &basket_record),
#endif
#if COMMANDS >= 3
    RP_COMMAND("pick", "Picks.", pick, &picked_record, &harvest_record),
#endif
#if COMMANDS >= 4
    RP_COMMAND("plant", "Plants.", plant, &basket_record, &tree_record),
#endif
#if COMMANDS >= 5
    RP_COMMAND("trees", "Lists trees.", trees, NULL, NULL),
#endif
#if COMMANDS >= 6
    RP_COMMAND("sum_up", "Sums up.", sum_up, NULL, &summary_record),
#endif
};
static const rp_event events[] = {{"orchard.picked", &harvest_record}};
static const rp_listener listeners[] = {{"weather.rain", hear, &weight_record}};

RP_TABLE_MODULE(RP_MANIFEST("orchard", "0.1.0", "Keeps an orchard.",
                            RP_PROVIDES("tree"),
                            RP_REQUESTS(RP_READS("tree"), RP_WRITES("tree"), RP_EMITS("orchard.picked"),
                                        RP_SUBSCRIBES("weather.rain"))),
                RP_STATE(orchard), RP_COMMANDS(commands), RP_EVENTS(events), RP_LISTENERS(listeners),
                ENTITIES.config = &settings_record, .init = init);
