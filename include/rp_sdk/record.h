// Records: one table says how a C struct is read from JSON, written as JSON and described by a JSON Schema.
//
//     typedef struct person {
//         rp_str name;
//         rp_str place; // absent: rp_str_is_given says so
//         rp_uint born;
//     } person;
//
//     RP_RECORD(person_record, person, "A person.",
//               RP_STR(person, name, "As in the register."),
//               RP_OPT_STR(person, place, NULL),
//               RP_OPT_UINT(person, born, "The year."));
//
// The key in JSON is the name of the member. An optional member may be null, which means absent; an absent one is not
// written. The last argument describes the member for `describe`, or is NULL.
//
// | macro | in the struct | JSON |
// | --- | --- | --- |
// | RP_STR, RP_OPT_STR | rp_str | a string |
// | RP_WORD, RP_OPT_WORD | int, counts the words from 1; 0: absent | a string, one of a list of words |
// | RP_UINT, RP_OPT_UINT | uint64_t, rp_uint | a whole number |
// | RP_INT, RP_OPT_INT | int64_t, rp_int | an integer |
// | RP_DOUBLE, RP_OPT_DOUBLE | double, rp_double | a number |
// | RP_BOOL, RP_OPT_BOOL | bool; absent: false | true or false |
// | RP_OBJECT, RP_OPT_OBJECT | rp_json | an object, as it is in the text |
// | RP_ANY, RP_OPT_ANY | rp_json | any value, as it is in the text |
// | RP_STRS, RP_OPT_STRS | rp_strs | an array of strings |
// | RP_WORDS, RP_OPT_WORDS | rp_words | an array of words |
// | RP_SUB, RP_OPT_SUB | a pointer to the struct of a record; absent: NULL | an object |
// | RP_LIST, RP_OPT_LIST | rp_list of pointers to the struct of a record | an array of objects |

#ifndef RP_SDK_RECORD_H
#define RP_SDK_RECORD_H

#include "answer.h"
#include "memory.h"

#ifdef __cplusplus
extern "C" {
#endif

// For functions that read or write a struct by its table. gcc must not inline them into a caller: it would treat a small
// struct there as every kind of member, and warn of kinds that the table never names.
#if defined(__clang__) || !defined(__GNUC__)
#define RP_SDK_BY_TABLE static inline
#elif __GNUC__ >= 8
#define RP_SDK_BY_TABLE static __attribute__((noipa, unused))
#else
#define RP_SDK_BY_TABLE static __attribute__((noinline, noclone, unused))
#endif

// Numbers that may be absent.
typedef struct rp_uint {
    bool is_given;
    uint64_t value;
} rp_uint;

typedef struct rp_int {
    bool is_given;
    int64_t value;
} rp_int;

typedef struct rp_double {
    bool is_given;
    double value;
} rp_double;

// A list of words, each as its position in the table of words, counted from 1.
typedef struct rp_words {
    int *items;
    size_t count;
    bool is_given; // also for an empty list
} rp_words;

// The words that a string may be.
typedef struct rp_word_table {
    const char *about; // what the string means, or NULL
    const char *const *words;
    size_t count;
} rp_word_table;

typedef enum rp_field_kind {
    RP_KIND_STR,
    RP_KIND_WORD,
    RP_KIND_UINT,
    RP_KIND_INT,
    RP_KIND_DOUBLE,
    RP_KIND_BOOL,
    RP_KIND_OBJECT,
    RP_KIND_ANY,
    RP_KIND_STRS,
    RP_KIND_WORDS,
    RP_KIND_SUB,
    RP_KIND_LIST
} rp_field_kind;

struct rp_record;

// One member of a struct; made by the macros below.
typedef struct rp_field {
    const char *name;
    const char *about;
    rp_field_kind kind;
    bool is_optional;
    size_t offset;
    const rp_word_table *words;     // of RP_KIND_WORD and RP_KIND_WORDS
    const struct rp_record *record; // of RP_KIND_SUB and RP_KIND_LIST; of RP_KIND_OBJECT for the schema, or NULL
} rp_field;

// A struct; made by RP_RECORD.
typedef struct rp_record {
    const char *about; // or NULL
    const rp_field *fields;
    size_t count; // at most 64
    size_t size;
    const void *defaults; // a struct to start reading from; NULL: zeros
    bool is_strict;       // refuses unknown keys, which are skipped otherwise
} rp_record;

// Defines a record: RP_RECORD(name, struct, about, field, field ...);
#define RP_RECORD(name, type, about, ...) RP_SDK_RECORD(name, type, about, NULL, false, __VA_ARGS__)

// The same for a record that refuses unknown keys, which RP_RECORD skips: a misspelt argument is an error. So is one
// that a newer version of the module knows and this one does not.
#define RP_STRICT_RECORD(name, type, about, ...) RP_SDK_RECORD(name, type, about, NULL, true, __VA_ARGS__)

// Defines a record with a default for every absent member that refuses unknown keys: a configuration.
// `defaults` is the name of a static const struct.
#define RP_CONFIG_RECORD(name, type, defaults, ...) RP_SDK_RECORD(name, type, NULL, &(defaults), true, __VA_ARGS__)

#define RP_SDK_RECORD(name, type, about, defaults, is_strict, ...)                                              \
    static const rp_field name##_fields[] = {__VA_ARGS__};                                                      \
    static const rp_record name = {about,        name##_fields, sizeof name##_fields / sizeof name##_fields[0], \
                                   sizeof(type), defaults,      is_strict}

// Defines the words of a string: RP_WORD_TABLE(colours, "The colour.", "red", "green");
#define RP_WORD_TABLE(name, about, ...)                      \
    static const char *const name##_words[] = {__VA_ARGS__}; \
    static const rp_word_table name = {about, name##_words, sizeof name##_words / sizeof name##_words[0]}

// The offset of a member, which must have the type that the field reads or, for whole numbers, an equivalent one. For one
// that does not fit, the compiler's error shows the name of the bit-field.
#if defined(__GNUC__) && !defined(__cplusplus)
#define RP_SDK_IS(type, wanted) __builtin_types_compatible_p(type, wanted)
#define RP_SDK_IS_WHOLE(type, wanted) ((type)3 / (type)2 == (type)1)
#define RP_SDK_IS_SIGNED(type, wanted) (RP_SDK_IS_WHOLE(type, wanted) && (type)-1 < (type)1)
#define RP_SDK_IS_UNSIGNED(type, wanted) (RP_SDK_IS_WHOLE(type, wanted) && (type)-1 > (type)1)
#define RP_SDK_OFFSET(type, member, wanted, is_like)                                       \
    (offsetof(type, member) + 0 * sizeof(struct {                                          \
                                  int member_##member##_has_not_the_type_of_its_macro      \
                                      : sizeof(((type *)0)->member) == sizeof(wanted) &&   \
                                          is_like(__typeof__(((type *)0)->member), wanted) \
                                      ? 1                                                  \
                                      : -1;                                                \
                              }))
#elif !defined(__cplusplus) // At least the size.
#define RP_SDK_OFFSET(type, member, wanted, is_like)                                                                   \
    (offsetof(type, member) +                                                                                          \
     0 * sizeof(struct {                                                                                               \
         int member_##member##_has_not_the_type_of_its_macro : sizeof(((type *)0)->member) == sizeof(wanted) ? 1 : -1; \
     }))
#else
#define RP_SDK_OFFSET(type, member, wanted, is_like) \
    (offsetof(type, member) + 0 * sizeof(char[sizeof(((type *)0)->member) == sizeof(wanted) ? 1 : -1]))
#endif

// clang-format off
#define RP_SDK_FIELD(type, member, about, kind, is_optional, wanted, is_like, words, record) \
    {#member, about, kind, is_optional, RP_SDK_OFFSET(type, member, wanted, is_like), words, record}

// A member that points to a struct.
#define RP_SDK_SUB(type, member, about, is_optional, record) \
    {#member, about, RP_KIND_SUB, is_optional, offsetof(type, member) + 0 * sizeof(*((type *)0)->member), NULL, record}
// clang-format on

#define RP_STR(type, member, about) RP_SDK_FIELD(type, member, about, RP_KIND_STR, false, rp_str, RP_SDK_IS, NULL, NULL)
#define RP_OPT_STR(type, member, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_STR, true, rp_str, RP_SDK_IS, NULL, NULL)
#define RP_WORD(type, member, words, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_WORD, false, int, RP_SDK_IS_WHOLE, &(words), NULL)
#define RP_OPT_WORD(type, member, words, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_WORD, true, int, RP_SDK_IS_WHOLE, &(words), NULL)
#define RP_UINT(type, member, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_UINT, false, uint64_t, RP_SDK_IS_UNSIGNED, NULL, NULL)
#define RP_OPT_UINT(type, member, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_UINT, true, rp_uint, RP_SDK_IS, NULL, NULL)
#define RP_INT(type, member, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_INT, false, int64_t, RP_SDK_IS_SIGNED, NULL, NULL)
#define RP_OPT_INT(type, member, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_INT, true, rp_int, RP_SDK_IS, NULL, NULL)
#define RP_DOUBLE(type, member, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_DOUBLE, false, double, RP_SDK_IS, NULL, NULL)
#define RP_OPT_DOUBLE(type, member, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_DOUBLE, true, rp_double, RP_SDK_IS, NULL, NULL)
#define RP_BOOL(type, member, about) RP_SDK_FIELD(type, member, about, RP_KIND_BOOL, false, bool, RP_SDK_IS, NULL, NULL)
#define RP_OPT_BOOL(type, member, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_BOOL, true, bool, RP_SDK_IS, NULL, NULL)
#define RP_OBJECT(type, member, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_OBJECT, false, rp_json, RP_SDK_IS, NULL, NULL)
#define RP_OPT_OBJECT(type, member, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_OBJECT, true, rp_json, RP_SDK_IS, NULL, NULL)
#define RP_ANY(type, member, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_ANY, false, rp_json, RP_SDK_IS, NULL, NULL)
#define RP_OPT_ANY(type, member, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_ANY, true, rp_json, RP_SDK_IS, NULL, NULL)
#define RP_STRS(type, member, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_STRS, false, rp_strs, RP_SDK_IS, NULL, NULL)
#define RP_OPT_STRS(type, member, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_STRS, true, rp_strs, RP_SDK_IS, NULL, NULL)
#define RP_WORDS(type, member, words, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_WORDS, false, rp_words, RP_SDK_IS, &(words), NULL)
#define RP_OPT_WORDS(type, member, words, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_WORDS, true, rp_words, RP_SDK_IS, &(words), NULL)
#define RP_SUB(type, member, record, about) RP_SDK_SUB(type, member, about, false, &(record))
#define RP_OPT_SUB(type, member, record, about) RP_SDK_SUB(type, member, about, true, &(record))
#define RP_LIST(type, member, record, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_LIST, false, rp_list, RP_SDK_IS, NULL, &(record))
#define RP_OPT_LIST(type, member, record, about) \
    RP_SDK_FIELD(type, member, about, RP_KIND_LIST, true, rp_list, RP_SDK_IS, NULL, &(record))

// Where a value is, for the text of an error: documents[1].citation. Each step lies on the stack of the function that made it.
typedef struct rp_path {
    const struct rp_path *parent; // NULL: the value is the whole text
    const char *key;              // or NULL, for an element of an array
    rp_json raw_key;              // instead of key, as it is in the text
    size_t index;
} rp_path;

static inline rp_path rp_path_key(const rp_path *parent, const char *key)
{
    rp_path path;
    path.parent = parent;
    path.key = key;
    path.raw_key = rp_sdk_nothing();
    path.index = 0;
    return path;
}

static inline rp_path rp_path_index(const rp_path *parent, size_t index)
{
    rp_path path = rp_path_key(parent, NULL);
    path.index = index;
    return path;
}

static inline void rp_sdk_put_path(rp_writer *writer, const rp_path *path)
{
    char digits[20];
    bool is_index = path->key == NULL && rp_json_is(path->raw_key, RP_JSON_NOTHING);
    if (path->parent != NULL) rp_sdk_put_path(writer, path->parent);
    if (is_index) {
        rp_sdk_put(writer, "[", 1);
        rp_sdk_put(writer, digits, rp_sdk_print_uint(path->index, digits));
        rp_sdk_put(writer, "]", 1);
        return;
    }
    if (path->parent != NULL) rp_sdk_put(writer, ".", 1);
    if (path->key != NULL) rp_sdk_put_text(writer, rp_str_from(path->key));
    else rp_sdk_put_string(writer, path->raw_key);
}

// Refuses a value: code "invalid_payload", the text "PATH: TEXT", the details {"path":"PATH"}.
//
// path     NULL: only the text
// text     what was expected, or what is wrong
// about    appended to the text
// returns  RP_FAILED; RP_ERR_NO_MEMORY with the reply unchanged
static inline rp_status rp_refuse_str(rp_reply *reply, const rp_path *path, const char *text, rp_str about)
{
    rp_writer response = rp_sdk_error_start(reply);
    if (path != NULL) rp_sdk_put_path(&response, path);
    if (path != NULL) rp_sdk_put(&response, ": ", 2);
    rp_sdk_put_text(&response, rp_str_from(text));
    rp_sdk_put_text(&response, about);
    rp_sdk_put(&response, "\"", 1);
    rp_writer_key(&response, "code");
    rp_writer_string(&response, RP_CODE_INVALID_PAYLOAD);
    if (path != NULL) {
        rp_writer_key(&response, "details");
        rp_writer_open_object(&response);
        rp_writer_key(&response, "path");
        rp_sdk_put_value(&response, "\"", 1);
        rp_sdk_put_path(&response, path);
        rp_sdk_put(&response, "\"", 1);
        rp_writer_close(&response);
    }
    return rp_sdk_answer(&response, RP_FAILED);
}

static inline rp_status rp_refuse(rp_reply *reply, const rp_path *path, const char *text)
{
    return rp_refuse_str(reply, path, text, rp_str_from(""));
}

// The same for a member of the arguments.
static inline rp_status rp_refuse_key(rp_reply *reply, const char *key, const char *text)
{
    rp_path path = rp_path_key(NULL, key);
    return rp_refuse(reply, &path, text);
}

#ifdef __cplusplus
}
#endif

#endif
