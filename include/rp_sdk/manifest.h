// The manifest, written without JSON by hand:
//
//     RP_MANIFEST("weather", "0.1.0", "Keeps readings.", RP_LICENSE("MIT"), RP_PROVIDES("reading"),
//                 RP_REQUESTS(RP_READS("station"), RP_EMITS("weather.added"), RP_SUBSCRIBES("entity.created")))
//
// Every argument is a string literal, or a macro that is one: `#define ADDED "weather.added"` serves manifest and tables.
// A `"` or `\` within a name, version, description or licence has to be escaped for C and for JSON: \\\".

#ifndef RP_SDK_MANIFEST_H
#define RP_SDK_MANIFEST_H

#include "../rp_module.h"

// The manifest of a module: name, version, description, and then any of the members below. Any other member is a string
// literal of its own: "\"homepage\":\"https://example.org\"". At most seven members follow the description.
#define RP_MANIFEST(name, version, ...)             \
    "{\"name\":\"" name "\",\"version\":\"" version \
    "\",\"protocol\":\"1.0\",\"description\":\"" RP_SDK_JOIN("\"", __VA_ARGS__) "}"

#define RP_LICENSE(spdx) "\"license\":\"" spdx "\""
#define RP_AUTHORS(...) RP_SDK_NAMES("authors", __VA_ARGS__)
#define RP_NEEDS(...) RP_SDK_NAMES("needs", __VA_ARGS__)
// The entities that the module answers queries and mutations for: those of its providers.
#define RP_PROVIDES(...) RP_SDK_NAMES("provides", __VA_ARGS__)

// What the module asks the operator for, each at most once.
#define RP_REQUESTS(...) "\"requests\":{" RP_SDK_JOIN("", __VA_ARGS__) "}"
// Entities.
#define RP_READS(...) RP_SDK_NAMES("read", __VA_ARGS__)
#define RP_WRITES(...) RP_SDK_NAMES("write", __VA_ARGS__)
// Events; "place.*" stands for all that begin with "place.".
#define RP_EMITS(...) RP_SDK_NAMES("emit", __VA_ARGS__)
#define RP_SUBSCRIBES(...) RP_SDK_NAMES("subscribe", __VA_ARGS__)
// Modules.
#define RP_CALLS(...) RP_SDK_NAMES("call", __VA_ARGS__)

// A list of literals as they stand in the source is a list of JSON.
#define RP_SDK_NAMES(key, ...) "\"" key "\":[" #__VA_ARGS__ "]"

// Joins one to eight literals by commas; `end` follows the first.
#define RP_SDK_JOIN(end, ...)                                                                                          \
    RP_SDK_EXPAND(RP_SDK_NINTH(__VA_ARGS__, RP_SDK_JOIN_8, RP_SDK_JOIN_7, RP_SDK_JOIN_6, RP_SDK_JOIN_5, RP_SDK_JOIN_4, \
                               RP_SDK_JOIN_3, RP_SDK_JOIN_2, RP_SDK_JOIN_1, 0)(end, __VA_ARGS__))
#define RP_SDK_NINTH(a, b, c, d, e, f, g, h, ninth, ...) ninth
#define RP_SDK_JOIN_1(end, a) a end
#define RP_SDK_JOIN_2(end, a, b) a end "," b
#define RP_SDK_JOIN_3(end, a, b, c) a end "," b "," c
#define RP_SDK_JOIN_4(end, a, b, c, d) a end "," b "," c "," d
#define RP_SDK_JOIN_5(end, a, b, c, d, e) a end "," b "," c "," d "," e
#define RP_SDK_JOIN_6(end, a, b, c, d, e, f) a end "," b "," c "," d "," e "," f
#define RP_SDK_JOIN_7(end, a, b, c, d, e, f, g) a end "," b "," c "," d "," e "," f "," g
#define RP_SDK_JOIN_8(end, a, b, c, d, e, f, g, h) a end "," b "," c "," d "," e "," f "," g "," h
// For preprocessors that pass __VA_ARGS__ on as one argument.
#define RP_SDK_EXPAND(text) text

#endif
