// Entities as the store and modules exchange them.

#ifndef RP_SDK_ENTITY_H
#define RP_SDK_ENTITY_H

#include "record.h"

#ifdef __cplusplus
extern "C" {
#endif

// A document, and its keeper's record of it.
typedef struct rp_entity {
    rp_str id;
    uint64_t version; // counts the changes, from 1
    int64_t created_us;
    int64_t modified_us;
    rp_json data;     // the document
    void *document;   // the same as the struct of its record, if its keeper has one
    rp_memory memory; // private; holds all of this
} rp_entity;

// Defines the record of entities whose document has a record: RP_ENTITY_RECORD(person_entity, person_record);
#define RP_ENTITY_RECORD(name, document_record)                                                         \
    static const rp_field name##_fields[] = {                                                           \
        RP_STR(rp_entity, id, "The id."), RP_UINT(rp_entity, version, "Counts the changes, from 1."),   \
        RP_INT(rp_entity, created_us, "When it was made: UTC, microseconds since 1970."),               \
        RP_INT(rp_entity, modified_us, "When it was changed last."),                                    \
        RP_SDK_FIELD(rp_entity, data, "The document.", RP_KIND_OBJECT, false, rp_json, RP_SDK_IS, NULL, \
                     &(document_record))};                                                              \
    static const rp_record name = {"An entity: its document, and what its keeper knows about it.",      \
                                   name##_fields,                                                       \
                                   sizeof name##_fields / sizeof name##_fields[0],                      \
                                   sizeof(rp_entity),                                                   \
                                   NULL,                                                                \
                                   false}

#ifdef __cplusplus
}
#endif

#endif
