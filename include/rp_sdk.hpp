// rp_sdk.hpp: modules in C++17, on top of rp_sdk.h. Header only: copy it with rp_sdk.h, rp_sdk/ and rp_module.h.
//
// A whole module:
//
//     #include "rp_sdk.hpp"
//
//     struct greeting {
//         std::string hello;
//         static constexpr auto fields = rp::fields(rp::field("hello", &greeting::hello, "Who is greeted."));
//     };
//
//     class hello : public rp::module<hello> {
//     public:
//         greeting greet(const std::optional<std::string> &name) { return ++count_, greeting{name.value_or("world")}; }
//         std::uint64_t count() const { return count_; }
//
//         static constexpr auto handlers = rp::handlers(rp::on_command("greet", &hello::greet, "Greets.", "name"),
//                                                       rp::on_command("count", &hello::count, "Counts."));
//
//     private:
//         std::uint64_t count_ = 0;
//     };
//
//     RP_MODULE_CLASS(hello, R"({"name":"hello","version":"0.1.0","protocol":"1.0"})");
//
// Contents
//    1 reading      rp::json: a value of a JSON text, found, walked and read in place
//    2 results      rp::error, rp::result<T>, RP_LET, RP_CHECK
//    3 structs      rp::fields, rp::words: what reads, writes and describes a type; rp::raw_object
//    4 types        reading into them
//    5 writing      rp::writer, and what it can write
//    6 replies      rp::buffer, one's own; rp::response, what came back; rp::reply, the one to answer into
//    7 the host     rp::host: messages to it, log, time, randomness
//    8 messages     rp::message, rp::command, rp::query, rp::mutation
//    9 entities     rp::entity and its like; typed messages to the host: rp::query_builder, rp::steps
//   10 collections  rp::collection: entities that a module keeps itself
//   11 describing   JSON Schema of types
//   12 handlers     rp::handlers, rp::on_command and its like
//   13 modules      rp::module<T>, RP_MODULE_CLASS
//
// Rules for all of it
//   Works with and without exceptions and RTTI. What a module throws becomes an error response: an rp::error as it
//   says, any other std::exception its what() with code "internal"; std::bad_alloc is RP_ERR_NO_MEMORY. Anything else
//   is RP_ERR_PANIC, and the host drops the instance. Nothing here throws by itself but rp::result<T>::value().
//   What is wrong with an argument is answered with its path: "documents[0].citation: expected a string", code
//   "invalid_payload", details {"path":"documents[0].citation"}.
//   Sections 1, 5, 6 and 13 allocate nothing but std::string (in rp::error, and where one is asked for), rp::buffer, and
//   in create; the others allocate what the standard containers in them do.
//   Texts and values (std::string_view, rp::json, rp::message ...) are borrowed: they end with the call that passed
//   them. As in rp_sdk.h every function is [any-thread], as far as what it is given is. rp::detail is private.

#ifndef RP_SDK_HPP
#define RP_SDK_HPP

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 201703L
#error "rp_sdk.hpp needs C++17: -std=c++17, /std:c++17, or CXX_STANDARD 17; rp_sdk.h needs C++11 only"
#endif

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <initializer_list>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

// It is C, and is written so.
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wold-style-cast"
#pragma clang diagnostic ignored "-Wzero-as-null-pointer-constant"
#endif
// Its tables have their like here; who wants both includes rp_sdk.h first.
#if !defined(RP_SDK_H) && !defined(RP_SDK_NO_MALLOC)
#define RP_SDK_NO_MALLOC
#include "rp_sdk.h"
#undef RP_SDK_NO_MALLOC
#else
#include "rp_sdk.h"
#endif
#if defined(__clang__)
#pragma clang diagnostic pop
#endif

namespace rp {

class buffer;
class command;
class error;
class host;
class json_iterator;
class message;
class query_builder;
class reply;
class steps;
struct changed;
template <class T> struct entity;
template <class T> class result;

namespace detail {

inline std::string_view view(rp_str text) noexcept
{
    return {text.data, text.len};
}

// An empty view may be NULL, which an rp_str never is.
inline rp_str borrow(std::string_view text) noexcept
{
    return rp_str{text.data() == nullptr ? "" : text.data(), text.size()};
}

} // namespace detail

// ---- 1 reading ----

// One value of a JSON text that was checked; a copy costs nothing. It may be "nothing": what a missing key gives.
class json {
public:
    json() noexcept : raw_{detail::borrow({})} {}
    explicit json(rp_json raw) noexcept : raw_(raw) {}

    // Takes in a text that is one JSON value.
    static result<json> parse(std::string_view text);

    rp_json raw() const noexcept { return raw_; }
    // The value as it stands in the text.
    std::string_view text() const noexcept { return detail::view(raw_.text); }

    rp_json_kind kind() const noexcept { return rp_json_kind_of(raw_); }
    bool is_object() const noexcept { return kind() == RP_JSON_OBJECT; }
    bool is_array() const noexcept { return kind() == RP_JSON_ARRAY; }
    bool is_string() const noexcept { return kind() == RP_JSON_STRING; }
    bool is_null() const noexcept { return kind() == RP_JSON_NULL; }
    // Whether there is a value at all.
    explicit operator bool() const noexcept { return kind() != RP_JSON_NOTHING; }

    // The first member of that name, or the element of that index; nothing if there is none.
    inline json operator[](std::string_view key) const noexcept;
    json operator[](const char *key) const noexcept { return (*this)[std::string_view(key)]; }
    json at(std::size_t index) const noexcept { return json(rp_json_at(raw_, index)); }
    // Elements of an array or members of an object.
    std::size_t size() const noexcept { return rp_json_count(raw_); }
    // for (auto [key, value] : object); an array's elements have no key.
    inline json_iterator begin() const noexcept;
    inline json_iterator end() const noexcept;

    // Reads it as bool, a number of any type, std::string, json, raw_object, an enum with json_words, a struct with
    // rp::fields, std::vector of these, or std::optional, which null and nothing are read as too. A failure has code
    // "invalid_payload"; its text and details name the place, which begins with `what`.
    template <class T> result<T> as(std::string_view what = {}) const;
    // Reads a member: (*this)[key].as<T>(key).
    template <class T> result<T> get(std::string_view key) const;
    // The text of a string: where it stands, or decoded into `storage` where it has escapes.
    result<std::string_view> as_text(std::string &storage) const;

    // Whether it is a string of that text.
    friend inline bool operator==(const json &left, std::string_view right) noexcept;
    friend bool operator!=(const json &left, std::string_view right) noexcept { return !(left == right); }

private:
    rp_json raw_;
};

inline bool operator==(const json &left, std::string_view right) noexcept
{
    return rp_json_equals_str(left.raw_, detail::borrow(right));
}

// A member of an object, or an element, whose key is nothing.
struct json_member {
    json key;
    json value;
};

class json_iterator {
public:
    using difference_type = std::ptrdiff_t;
    using value_type = json_member;

    // The end.
    json_iterator() noexcept : walk_{}, is_at_end_(true) {}
    explicit json_iterator(rp_json container) noexcept : walk_(rp_json_walk_start(container)), is_at_end_(false)
    {
        ++*this;
    }

    json_member operator*() const noexcept { return {json(walk_.key), json(walk_.value)}; }
    json_iterator &operator++() noexcept
    {
        is_at_end_ = !rp_json_walk_next(&walk_);
        return *this;
    }
    // Only the end is looked for.
    friend bool operator==(const json_iterator &left, const json_iterator &right) noexcept
    {
        return left.is_at_end_ == right.is_at_end_;
    }
    friend bool operator!=(const json_iterator &left, const json_iterator &right) noexcept { return !(left == right); }

private:
    rp_json_walk walk_;
    bool is_at_end_;
};

inline json_iterator json::begin() const noexcept
{
    return json_iterator(raw_);
}

inline json_iterator json::end() const noexcept
{
    return {};
}

inline json json::operator[](std::string_view key) const noexcept
{
    return json(rp_json_get_str(raw_, detail::borrow(key)));
}

// ---- 2 results ----

// Why something failed: what becomes an error response. It can be returned as a result<T>, and thrown.
class error : public std::exception {
public:
    // code  a standard one, RP_CODE_..., or the module's own
    // text  for people
    error(std::string_view code, std::string_view text) : error(RP_FAILED, code, text) {}

    // The asker no longer wants the answer: ends the message without a response.
    static error cancelled() { return {RP_ERR_CANCELLED, RP_CODE_CANCELLED, "cancelled"}; }
    // There is no room for the response: ends the message without one.
    static error no_memory() { return {RP_ERR_NO_MEMORY, RP_CODE_TOO_LARGE, "no room is left for the response"}; }
    // The argument at a path, as documents[0].citation, is wrong: code "invalid_payload", the path in text and details.
    static inline error at(std::string_view path, std::string_view text);
    // What a status that brings no response means.
    static inline error of_status(rp_status status);

    // Adds details for programs: the text of one JSON object.
    error with_details(std::string_view details) &&
    {
        details_ = details;
        return std::move(*this);
    }

    std::string_view code() const noexcept { return code_; }
    std::string_view text() const noexcept { return text_; }
    // Empty if there are none.
    std::string_view details() const noexcept { return details_; }
    const char *what() const noexcept override { return text_.c_str(); }
    // RP_FAILED, or the RP_ERR_... that ends the message without a response.
    rp_status status() const noexcept { return status_; }

private:
    error(rp_status status, std::string_view code, std::string_view text) : status_(status), code_(code), text_(text) {}

    rp_status status_;
    std::string code_;
    std::string text_;
    std::string details_;
};

inline error error::of_status(rp_status status)
{
    if (status == RP_ERR_CANCELLED) return cancelled();
    if (status == RP_ERR_NO_MEMORY) return no_memory();
    return {RP_CODE_INTERNAL, "the host gave no response"};
}

// A value, or why there is none.
template <class T> class [[nodiscard]] result {
public:
    result(T value) : value_(std::move(value)) {}
    result(rp::error error) : error_(std::move(error)) {}

    explicit operator bool() const noexcept { return !error_; }
    // Where there is a value.
    T &operator*() &noexcept { return *value_; }
    const T &operator*() const &noexcept { return *value_; }
    T &&operator*() &&noexcept { return std::move(*value_); }
    T *operator->() noexcept { return &*value_; }
    const T *operator->() const noexcept { return &*value_; }
    // Where there is none.
    const rp::error &error() const noexcept { return *error_; }
#if defined(__cpp_exceptions)
    // The value; throws the error.
    T &value() &
    {
        if (!*this) throw rp::error(error());
        return **this;
    }
    T value() &&
    {
        if (!*this) throw rp::error(error());
        return std::move(**this);
    }
#endif

private:
    std::optional<T> value_;
    std::optional<rp::error> error_;
};

// Success without a value: return {};
template <> class [[nodiscard]] result<void> {
public:
    result() = default;
    result(rp::error error) : error_(std::move(error)) {}

    explicit operator bool() const noexcept { return !error_; }
    const rp::error &error() const noexcept { return *error_; }
#if defined(__cpp_exceptions)
    void value() const
    {
        if (!*this) throw rp::error(error());
    }
#endif

private:
    std::optional<rp::error> error_;
};

// In a function that gives a result: takes the value out of another result, or passes its error on.
//     RP_LET(const std::string id, host.new_id());
#define RP_LET(declaration, ...) RP_LET_(RP_LET_NAME_(rp_result_, __LINE__), declaration, __VA_ARGS__)
#define RP_LET_(name, declaration, ...) \
    auto name = (__VA_ARGS__);          \
    if (!name) return (name).error();   \
    declaration = *std::move(name)
#define RP_LET_NAME_(prefix, line) RP_LET_JOIN_(prefix, line)
#define RP_LET_JOIN_(prefix, line) prefix##line

// The same for a result<void>: RP_CHECK(host.emit(created{id}));
#define RP_CHECK(...)                                                                         \
    do {                                                                                      \
        if (const auto rp_checked_ = (__VA_ARGS__); !rp_checked_) return rp_checked_.error(); \
    } while (false)

inline result<json> json::parse(std::string_view text)
{
    rp_json value;
    const rp_json_result parsed = rp_json_parse(detail::borrow(text), &value);
    if (parsed == RP_JSON_OK) return json(value);
    return error(RP_CODE_INVALID_JSON, rp_json_result_text(parsed));
}

// ---- 3 structs ----

// One member of a struct, as it stands in JSON.
template <class S, class T> struct field_of {
    std::string_view name;
    T S::*member;
    std::string_view about;
    bool has_default;
};

template <class S, class... T> struct field_list {
    std::string_view about;
    std::tuple<field_of<S, T>...> all;
};

// Names a member; `about` is for people, and stands in the schema. Members that are std::optional may be absent or null
// when they are read, and are left out when they are written and empty.
template <class S, class T>
constexpr field_of<S, T> field(std::string_view name, T S::*member, std::string_view about = {}) noexcept
{
    return {name, member, about, false};
}

// The same for a member that keeps its initial value where it is absent.
template <class S, class T>
constexpr field_of<S, T> field_with_default(std::string_view name, T S::*member, std::string_view about = {}) noexcept
{
    return {name, member, about, true};
}

// Makes a struct an object of JSON: it is read, written and described by this list, in this order. At most 64 members.
//     struct add {
//         std::int64_t by;
//         static constexpr auto fields = rp::fields(rp::field("by", &add::by, "How much."));
//     };
template <class S, class... T> constexpr field_list<S, T...> fields(field_of<S, T>... each) noexcept
{
    return {{}, {each...}};
}

// The same with a sentence about the struct itself.
template <class S, class... T>
constexpr field_list<S, T...> fields(std::string_view about, field_of<S, T>... each) noexcept
{
    return {about, {each...}};
}

template <std::size_t N> struct word_list {
    std::string_view about;
    std::array<std::string_view, N> all;
};

// Gives an enum its words in JSON, which count from 0 as its values do. It stands beside the enum, under this name:
//     enum class order { oldest, newest };
//     constexpr auto json_words(order) { return rp::words({"oldest", "newest"}, "Which come first."); }
template <std::size_t N>
constexpr word_list<N> words(const std::string_view (&all)[N], std::string_view about = {}) noexcept
{
    word_list<N> list{about, {}};
    for (std::size_t at = 0; at < N; at++) list.all[at] = all[at];
    return list;
}

// The word of such an enum's value; empty for a value that has none.
template <class E> constexpr std::string_view word(E value) noexcept
{
    constexpr auto list = json_words(E{});
    const auto at = static_cast<std::size_t>(value);
    return at < list.all.size() ? list.all[at] : std::string_view();
}

// An object of JSON that is kept byte for byte as it came; {} until then. Unlike json it owns its text.
class raw_object {
public:
    raw_object() : text_("{}") {}
    explicit raw_object(json object) : text_(object.text()) {}

    json value() const noexcept { return json(rp_json{detail::borrow(text_)}); }

private:
    std::string text_;
};

namespace detail {

template <class T> struct is_optional : std::false_type {};
template <class T> struct is_optional<std::optional<T>> : std::true_type {};

template <class T> struct is_vector : std::false_type {};
template <class T> struct is_vector<std::vector<T>> : std::true_type {};

template <class T, class = void> struct has_fields : std::false_type {};
template <class T> struct has_fields<T, std::void_t<decltype(T::fields.all)>> : std::true_type {};

template <class T, class = void> struct has_words : std::false_type {};
template <class T> struct has_words<T, std::void_t<decltype(json_words(T{}).all)>> : std::is_enum<T> {};

// Calls a function with each field of a struct.
template <class S, class Visit> void each_field(Visit visit)
{
    std::apply([&visit](const auto &...each) { (visit(each), ...); }, S::fields.all);
}

template <class S> constexpr std::size_t field_count() noexcept
{
    return std::tuple_size_v<decltype(S::fields.all)>;
}

} // namespace detail

// ---- 4 reading into types ----

namespace detail {

// Where a value stands: documents[1].citation.
class place {
public:
    explicit place(std::string_view root) noexcept : key_(root) {}
    place(const place &parent, std::string_view key) noexcept : parent_(&parent), key_(key) {}
    place(const place &parent, std::size_t index) noexcept : parent_(&parent), index_(index), is_index_(true) {}

    std::string path() const
    {
        std::string path = parent_ == nullptr ? std::string() : parent_->path();
        if (is_index_) return path += '[' + std::to_string(index_) + ']';
        if (!path.empty()) path += '.';
        return path += key_;
    }

private:
    const place *parent_ = nullptr;
    std::string_view key_;
    std::size_t index_ = 0;
    bool is_index_ = false;
};

// What reading came to, and how strict it is.
class reading {
public:
    // A configuration may leave everything out, and must not have what is unknown.
    explicit reading(bool is_configuration = false) noexcept : is_configuration_(is_configuration) {}

    bool is_configuration() const noexcept { return is_configuration_; }
    bool refuse(const place &where, std::string_view text)
    {
        error_ = error::at(where.path(), text);
        return false;
    }
    const rp::error &error() const noexcept { return *error_; }

private:
    bool is_configuration_;
    std::optional<rp::error> error_;
};

template <class T> bool read(json value, T &out, const place &where, reading &how);

// A member that is looked for.
struct slot {
    std::string_view name;
    void *to;
    bool (*read)(json value, void *to, const place &where, reading &how);
    bool is_required;
};

template <class T> slot slot_of(std::string_view name, T &to, bool has_default = false) noexcept
{
    const auto read_slot = [](json value, void *at, const place &where, reading &how) {
        return read(value, *static_cast<T *>(at), where, how);
    };
    return {name, std::addressof(to), read_slot, !has_default && !is_optional<T>::value};
}

inline bool refuse_unknown(const slot *slots, std::size_t count, const place &where, reading &how)
{
    std::string text = "unknown; expected one of ";
    for (std::size_t at = 0; at < count; at++) {
        if (at > 0) text += ", ";
        text += slots[at].name;
    }
    return how.refuse(where, text);
}

// The members in the order of the text, then what is missing in the order of the slots.
inline bool read_slots(json object, const slot *slots, std::size_t count, const place &where, reading &how)
{
    std::uint64_t seen = 0;
    std::string storage;
    for (const json_member member : object) {
        const result<std::string_view> key = member.key.as_text(storage);
        const std::string_view name = key ? *key : std::string_view();
        std::size_t at = 0;
        while (at < count && slots[at].name != name) at++;
        const place here(where, name);
        if (at == count) {
            if (how.is_configuration()) return refuse_unknown(slots, count, here, how);
            continue;
        }
        if ((seen >> at & 1) != 0) return how.refuse(here, "given more than once");
        seen |= std::uint64_t{1} << at;
        if (!slots[at].read(member.value, slots[at].to, here, how)) return false;
    }
    for (std::size_t at = 0; at < count && !how.is_configuration(); at++) {
        if (slots[at].is_required && (seen >> at & 1) == 0) return how.refuse(place(where, slots[at].name), "missing");
    }
    return true;
}

template <class S> bool read_struct(json value, S &out, const place &where, reading &how)
{
    constexpr std::size_t count = field_count<S>();
    static_assert(count <= 64, "a struct that is read has at most 64 members");
    if (!value.is_object()) return how.refuse(where, "expected an object");
    std::array<slot, count> slots;
    std::size_t at = 0;
    each_field<S>([&](const auto &field) { slots[at++] = slot_of(field.name, out.*field.member, field.has_default); });
    return read_slots(value, slots.data(), count, where, how);
}

// Readers of JSON differ on whether -0 is an integer; here it is none, as in Rust.
template <class T> bool read_number(json value, T &out, const place &where, reading &how)
{
    if constexpr (std::is_floating_point_v<T>) {
        double wide = 0;
        const rp_json_result read = rp_json_read_double(value.raw(), &wide);
        out = static_cast<T>(wide);
        const bool fits = wide >= static_cast<double>(std::numeric_limits<T>::lowest()) &&
                          wide <= static_cast<double>(std::numeric_limits<T>::max());
        return (read == RP_JSON_OK && fits) || how.refuse(where, "expected a number");
    } else if constexpr (std::is_signed_v<T>) {
        std::int64_t wide = 0;
        const rp_json_result read = rp_json_read_int(value.raw(), &wide);
        out = static_cast<T>(wide);
        return (read == RP_JSON_OK && out == wide && value.text() != "-0") || how.refuse(where, "expected an integer");
    } else {
        std::uint64_t wide = 0;
        const rp_json_result read = rp_json_read_uint(value.raw(), &wide);
        out = static_cast<T>(wide);
        if (read == RP_JSON_OK && out == wide && value.text() != "-0") return true;
        constexpr auto most = std::numeric_limits<T>::max();
        if constexpr (sizeof(T) == sizeof(wide)) return how.refuse(where, "expected a whole number");
        else return how.refuse(where, "expected a whole number, at most " + std::to_string(most));
    }
}

inline bool read_text(json value, std::string &out, const place &where, reading &how)
{
    std::size_t len = 0;
    if (rp_json_string_len(value.raw(), &len) != RP_JSON_OK) return how.refuse(where, "expected a string");
    out.resize(len);
    return rp_json_read_string(value.raw(), out.data(), len + 1, nullptr) == RP_JSON_OK;
}

template <class E> bool read_word(json value, E &out, const place &where, reading &how)
{
    if (!value.is_string()) return how.refuse(where, "expected a string");
    constexpr auto list = json_words(E{});
    std::string text = "expected one of ";
    for (std::size_t at = 0; at < list.all.size(); at++) {
        if (value == list.all[at]) {
            out = static_cast<E>(at);
            return true;
        }
        if (at > 0) text += ", ";
        text += list.all[at];
    }
    return how.refuse(where, text);
}

template <class V> bool read_elements(json value, V &out, const place &where, reading &how)
{
    if (!value.is_array()) return how.refuse(where, "expected an array");
    out.clear();
    for (const json_member element : value) {
        const place here(where, out.size());
        if (!read(element.value, out.emplace_back(), here, how)) return false;
    }
    return true;
}

template <class T> bool read(json value, T &out, const place &where, reading &how)
{
    if constexpr (is_optional<T>::value) {
        out.reset();
        return !value || value.is_null() || read(value, out.emplace(), where, how);
    } else if constexpr (std::is_same_v<T, json>) {
        out = value;
        return out || how.refuse(where, "missing");
    } else {
        if (!value) return how.refuse(where, "missing");
        if constexpr (std::is_same_v<T, raw_object>) {
            if (!value.is_object()) return how.refuse(where, "expected an object");
            out = raw_object(value);
            return true;
        } else if constexpr (std::is_same_v<T, bool>) {
            return rp_json_read_bool(value.raw(), &out) == RP_JSON_OK || how.refuse(where, "expected true or false");
        } else if constexpr (std::is_same_v<T, std::string>) {
            return read_text(value, out, where, how);
        } else if constexpr (std::is_arithmetic_v<T>) {
            static_assert(!std::is_same_v<T, char>, "a char is neither a number nor a text");
            return read_number(value, out, where, how);
        } else if constexpr (has_words<T>::value) {
            return read_word(value, out, where, how);
        } else if constexpr (is_vector<T>::value) {
            return read_elements(value, out, where, how);
        } else {
            static_assert(
                has_fields<T>::value,
                "read a bool, a number, std::string, rp::json, rp::raw_object, an enum with json_words, a struct "
                "with rp::fields, or a std::optional or std::vector of these");
            return read_struct(value, out, where, how);
        }
    }
}

} // namespace detail

template <class T> result<T> json::as(std::string_view what) const
{
    T value{};
    detail::reading how;
    if (detail::read(*this, value, detail::place(what), how)) return value;
    return how.error();
}

template <class T> result<T> json::get(std::string_view key) const
{
    return (*this)[key].as<T>(key);
}

inline result<std::string_view> json::as_text(std::string &storage) const
{
    rp_str body;
    if (rp_json_borrow_string(raw_, &body)) return detail::view(body);
    detail::reading how;
    if (detail::read(*this, storage, detail::place({}), how)) return std::string_view(storage);
    return how.error();
}

// ---- 5 writing ----

// Writes JSON. Keys, values and ends must fit together; a mistake makes the answer an error with code "internal".
class writer {
public:
    // raw  borrowed
    explicit writer(rp_writer &raw) noexcept : raw_(raw) {}

    // Writes one value: nullptr, bool, numbers, text, json, raw_object, an rp::object, an enum with json_words, a struct
    // with rp::fields, std::optional, a pointer to any of these, anything to walk over (an array), a function that takes
    // the writer, and every type T with write_json(rp::writer &, const T &) beside it.
    template <class T> void value(const T &what);
    // Writes the key of an object's next member; its value follows.
    void key(std::string_view key) noexcept { rp_writer_key_str(&raw_, detail::borrow(key)); }
    // Writes a whole member.
    template <class T> void member(std::string_view name, const T &what)
    {
        key(name);
        value(what);
    }
    // close closes whichever was opened last.
    void open_object() noexcept { rp_writer_open_object(&raw_); }
    void open_array() noexcept { rp_writer_open_array(&raw_); }
    void close() noexcept { rp_writer_close(&raw_); }

private:
    rp_writer &raw_;
};

namespace detail {

// Any value that a writer can write, borrowed to the end of the expression that it stands in.
class borrowed {
public:
    template <class T> borrowed(const T &what) noexcept
        : what_(std::addressof(what)),
          write_([](writer &out, const void *at) { out.value(*static_cast<const T *>(at)); })
    {}
    void write(writer &out) const { write_(out, what_); }

private:
    const void *what_;
    void (*write_)(writer &, const void *);
};

template <class T, class = void> struct has_write_json : std::false_type {};
template <class T>
struct has_write_json<T, std::void_t<decltype(write_json(std::declval<writer &>(), std::declval<const T &>()))>>
    : std::true_type {};

} // namespace detail

// A member to write: {"count", 3}. It borrows the value: use it where it is made.
struct member {
    std::string_view key;
    detail::borrowed value;
};

// An object to write, such as rp::object{{"x", 1}, {"y", 2}}. It borrows: use it where it is made.
class object {
public:
    object(std::initializer_list<member> members) noexcept : members_(members) {}

    void write_members(writer &out) const
    {
        for (const member &each : members_) {
            out.key(each.key);
            each.value.write(out);
        }
    }

private:
    std::initializer_list<member> members_;
};

namespace detail {

template <class S> void write_struct(writer &out, const S &what)
{
    out.open_object();
    each_field<S>([&](const auto &field) {
        const auto &value = what.*field.member;
        if constexpr (is_optional<std::decay_t<decltype(value)>>::value) {
            if (!value) return;
        }
        out.member(field.name, value);
    });
    out.close();
}

} // namespace detail

template <class T> void writer::value(const T &what)
{
    if constexpr (detail::has_write_json<T>::value) {
        write_json(*this, what);
    } else if constexpr (std::is_same_v<T, object>) {
        open_object();
        what.write_members(*this);
        close();
    } else if constexpr (std::is_same_v<T, std::nullptr_t>) {
        rp_writer_null(&raw_);
    } else if constexpr (std::is_same_v<T, bool>) {
        rp_writer_bool(&raw_, what);
    } else if constexpr (std::is_floating_point_v<T>) {
        rp_writer_double(&raw_, static_cast<double>(what));
    } else if constexpr (std::is_integral_v<T>) {
        static_assert(!std::is_same_v<T, char>, "a char is neither a number nor a text");
        if constexpr (std::is_signed_v<T>) rp_writer_int(&raw_, what);
        else rp_writer_uint(&raw_, what);
    } else if constexpr (std::is_same_v<T, json>) {
        rp_writer_json(&raw_, what.raw());
    } else if constexpr (std::is_convertible_v<const T &, std::string_view>) {
        rp_writer_str(&raw_, detail::borrow(what));
    } else if constexpr (std::is_same_v<T, raw_object>) {
        rp_writer_json(&raw_, what.value().raw());
    } else if constexpr (detail::has_words<T>::value) {
        rp_writer_str(&raw_, detail::borrow(word(what)));
    } else if constexpr (detail::has_fields<T>::value) {
        detail::write_struct(*this, what);
    } else if constexpr (std::is_invocable_v<const T &, writer &>) {
        what(*this);
    } else if constexpr (detail::is_optional<T>::value || std::is_pointer_v<T>) {
        if (what) value(*what);
        else rp_writer_null(&raw_);
    } else {
        open_array();
        for (const auto &each : what) value(each);
        close();
    }
}

// ---- 6 replies ----

// A reply of one's own: it grows as need be, frees itself, and keeps its memory when it is cleared.
class buffer {
public:
    buffer() noexcept : raw_(rp_reply_fixed(nullptr, 0)) { raw_.grow = grow; }
    buffer(buffer &&other) noexcept : raw_(std::exchange(other.raw_, buffer().release())) {}
    buffer &operator=(buffer &&other) noexcept
    {
        std::swap(raw_, other.raw_);
        return *this;
    }
    buffer(const buffer &) = delete;
    buffer &operator=(const buffer &) = delete;
    ~buffer() { std::free(raw_.data); }

    void clear() noexcept { rp_reply_clear(&raw_); }
    std::string_view text() const noexcept { return detail::view(rp_reply_text(&raw_)); }
    // For the functions of rp_sdk.h.
    rp_reply *raw() noexcept { return &raw_; }

    // Replaces what stands there by one value.
    template <class T> result<json> write(const T &what)
    {
        clear();
        rp_writer raw = rp_writer_start(&raw_);
        writer(raw).value(what);
        const rp_json_result written = rp_writer_finish(&raw);
        if (written == RP_JSON_ERR_NO_MEMORY) return error::no_memory();
        if (written != RP_JSON_OK) return error(RP_CODE_INTERNAL, rp_json_result_text(written));
        return json(rp_json{rp_reply_text(&raw_)});
    }
    result<json> write(std::initializer_list<member> members) { return write(object(members)); }

private:
    rp_reply release() noexcept { return std::exchange(raw_, rp_reply_fixed(nullptr, 0)); }

    static rp_status RP_CALL grow(rp_reply *reply, std::size_t additional) noexcept
    {
        constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
        if (additional > most - reply->len) return RP_ERR_NO_MEMORY;
        std::size_t capacity = reply->capacity > most / 2 ? most : reply->capacity * 2;
        if (capacity < reply->len + additional) capacity = reply->len + additional;
        if (capacity < 256) capacity = 256;
        void *data = std::realloc(reply->data, capacity);
        if (data == nullptr) return RP_ERR_NO_MEMORY;
        reply->data = static_cast<char *>(data);
        reply->capacity = capacity;
        return RP_OK;
    }

    rp_reply raw_;
};

inline error error::at(std::string_view path, std::string_view text)
{
    const std::string whole = path.empty() ? std::string(text) : std::string(path) + ": " + std::string(text);
    error error(RP_CODE_INVALID_PAYLOAD, whole);
    buffer details;
    if (path.empty() || !details.write({{"path", path}})) return error;
    return std::move(error).with_details(details.text());
}

// What came back for a message that was sent. It points into the buffer that it was sent with.
class response {
public:
    static result<response> parse(std::string_view text)
    {
        response parsed;
        const rp_json_result result = rp_response_parse(detail::borrow(text), &parsed.raw_);
        if (result == RP_JSON_OK) return parsed;
        return error(RP_CODE_INTERNAL, std::string("the host's response: ") + rp_json_result_text(result));
    }

    bool is_success() const noexcept { return raw_.is_success; }
    // Of a success.
    json data() const noexcept { return json(raw_.data); }
    // Of an error: strings, and details, which may be nothing.
    json code() const noexcept { return json(raw_.code); }
    json error_text() const noexcept { return json(raw_.error); }
    json details() const noexcept { return json(raw_.details); }

    // The data, or the error as a value of its own, which can be passed on.
    result<json> to_result() const
    {
        if (is_success()) return data();
        const result<std::string> text = error_text().as<std::string>();
        const result<std::string> code = this->code().as<std::string>();
        error copy(code ? *code : RP_CODE_INTERNAL, text ? *text : "an error without a text");
        return std::move(copy).with_details(details().text());
    }

private:
    response() noexcept : raw_{} {}

    rp_response raw_;
};

// Says that a message was answered. Only rp::reply and rp::host::forward make one.
class [[nodiscard]] answer {
public:
    rp_status status() const noexcept { return status_; }

private:
    friend class reply;
    friend class host;
    explicit answer(rp_status status) noexcept : status_(status) {}

    rp_status status_;
};

// Where the response to a message goes. Each function below writes a whole one; the last one counts.
class reply {
public:
    explicit reply(rp_reply *raw) noexcept : raw_(raw), start_(raw->len) {}
    reply(const reply &) = delete;
    reply &operator=(const reply &) = delete;

    // Success with data: none, members, or anything that rp::writer can write; a function that takes the writer writes
    // the members.
    answer success() noexcept { return answer(rp_answer_empty(fresh())); }
    answer success(std::initializer_list<member> members)
    {
        return success([members](writer &out) { object(members).write_members(out); });
    }
    answer success(json data) noexcept { return answer(rp_answer_json(fresh(), data.raw())); }
    template <class T> answer success(const T &data);

    // An error response. code, text: NUL-terminated; about: what stands behind the text.
    answer error(const char *code, const char *text) noexcept { return answer(rp_answer_error(fresh(), code, text)); }
    answer error(const char *code, const char *text, std::string_view about) noexcept
    {
        return answer(rp_answer_error_str(fresh(), code, text, detail::borrow(about)));
    }
    answer error(const char *code, const char *text, json about) noexcept
    {
        return answer(rp_answer_error_json(fresh(), code, text, about.raw()));
    }
    // The same made of strings that are there already.
    answer error(json code, json text, json details = {}) noexcept
    {
        return answer(rp_answer_error_values(fresh(), code.raw(), text.raw(), details.raw()));
    }
    inline answer error(const rp::error &error) noexcept;
    // The module has no command of that name.
    inline answer unknown(const command &command) noexcept;

    // Success with the value, or the error.
    template <class T> answer give(const result<T> &result)
    {
        if (!result) return error(result.error());
        if constexpr (std::is_void_v<T>) return success();
        else return success(*result);
    }
    answer give(answer given) noexcept { return given; }

    // For the functions of rp_sdk.h: the reply for them, and their status for `answered`.
    rp_reply *fresh() noexcept
    {
        raw_->len = start_;
        return raw_;
    }
    answer answered(rp_status status) noexcept { return answer(status); }

private:
    rp_reply *raw_;
    std::size_t start_;
};

template <class T> answer reply::success(const T &data)
{
    rp_writer response = rp_answer_value_start(fresh());
    writer out(response);
    if constexpr (std::is_invocable_v<const T &, writer &>) {
        out.open_object();
        data(out);
        out.close();
    } else {
        out.value(data);
    }
    return answer(rp_answer_value_finish(&response));
}

inline answer reply::error(const rp::error &error) noexcept
{
    if (error.status() != RP_FAILED) return answer(error.status());
    const rp_json details{detail::borrow(error.details())};
    return answer(
        rp_answer_error_details(fresh(), detail::borrow(error.code()), detail::borrow(error.text()), details));
}

// ---- 7 the host ----

enum class level : std::int32_t {
    error = RP_LOG_ERROR,
    warn = RP_LOG_WARN,
    info = RP_LOG_INFO,
    debug = RP_LOG_DEBUG,
    trace = RP_LOG_TRACE
};

// The host as one instance sees it. Copy it freely, also to other threads. The one of a message works for that message,
// until it is answered; the one that the constructor got for the instance as a whole.
class host {
public:
    explicit host(const rp_host *raw, std::uint64_t message_id = 0) noexcept : raw_(raw), message_id_(message_id) {}

    const rp_host *raw() const noexcept { return raw_; }
    host for_message(std::uint64_t id) const noexcept { return host(raw_, id); }

    // Writes a line of log.
    void log(level level, std::string_view text) const noexcept
    {
        rp_host_log_str(raw_, message_id_, static_cast<std::int32_t>(level), detail::borrow(text));
    }

    // Whether nobody wants the answer any more: return rp::error::cancelled() then.
    bool is_cancelled() const noexcept { return rp_host_is_cancelled(raw_, message_id_); }

    // The time: microseconds since 1970, UTC. None if the host has no clock.
    std::optional<std::int64_t> now_us() const noexcept
    {
        std::int64_t now = 0;
        if (!rp_host_read_time(raw_, &now)) return std::nullopt;
        return now;
    }

    // Fills memory with random bytes of cryptographic quality; false if the host gives none.
    [[nodiscard]] bool random(void *data, std::size_t len) const noexcept
    {
        return rp_host_fill_random(raw_, data, len);
    }

    // Makes an id that sorts by the time of its making: a UUID of version 7, of the host's time and ten random bytes.
    inline result<std::string> new_id() const;
    // The same of a time that was asked for already.
    inline result<std::string> new_id(std::int64_t now_us) const;

    // Reads entities: host.query("person").filter("birth.county", "Cork").sort("name").limit(50).fetch<person>()
    inline query_builder query(std::string_view entity) const;
    // Reads one entity; code "not_found" if there is none.
    template <class T> result<entity<T>> get(std::string_view entity, std::string_view id) const;
    // Makes an entity; its keeper gives the id, or create_as does, with code "conflict" if it is taken.
    template <class T> result<changed> create(std::string_view entity, const T &data) const;
    template <class T> result<changed> create_as(std::string_view entity, std::string_view id, const T &data) const;
    // Replaces the document of an entity, or removes one; with a version, code "conflict" if it has another.
    template <class T> result<changed> update(std::string_view entity, std::string_view id, const T &data,
                                              std::optional<std::uint64_t> version = {}) const;
    inline result<changed> remove(std::string_view entity, std::string_view id,
                                  std::optional<std::uint64_t> version = {}) const;

    // Tells that something happened; returns before anybody has heard of it.
    template <class T> result<void> emit(std::string_view event, const T &data) const;
    // The same for a struct with a name of its own, see rp::emits.
    template <class E> result<void> emit(const E &event) const;

    // Asks another module to do something.
    template <class R, class A> result<R> call(std::string_view module, std::string_view command, const A &args) const;

    // Counts through long work: for (const auto &step : host.steps(pages.size(), "reading")). Each step is its number
    // from 0, or the error to pass on: it asks whether the answer is still wanted, and tells every hundredth part.
    inline rp::steps steps(std::uint64_t total, std::string_view note) const;
    // Tells how far the work is. Needs no grant.
    inline result<void> progress(std::uint64_t done, std::uint64_t total, std::string_view note) const;

    // Sends a message of any type, and reads the data of its response into a type. An error response is the error.
    template <class R, class P> result<R> ask(std::string_view type, const P &payload) const;
    // The same without reading: the data points into `out`.
    template <class P> result<json> ask_json(std::string_view type, const P &payload, buffer &out) const;

    // Sends a message and waits for the response, which stands in `out` then. An error response is no error here.
    result<response> send(std::string_view type, std::string_view payload, buffer &out) const
    {
        out.clear();
        const rp_status status = send_raw(type, payload, out.raw());
        if (!RP_HAS_RESPONSE(status)) return error::of_status(status);
        return response::parse(out.text());
    }
    // The same with a payload written on the spot:
    //     send("event", {{"event", "a.b"}, {"data", rp::object{{"x", 1}}}}, out)
    result<response> send(std::string_view type, std::initializer_list<member> payload, buffer &out) const
    {
        buffer request;
        const result<json> written = request.write(payload);
        if (!written) return written.error();
        return send(type, written->text(), out);
    }

    // Answers with whatever the host answers, byte for byte.
    answer forward(std::string_view type, std::string_view payload, reply &reply) const noexcept
    {
        return answer(send_raw(type, payload, reply.fresh()));
    }

private:
    rp_status send_raw(std::string_view type, std::string_view payload, rp_reply *out) const noexcept
    {
        if (!RP_HAS(raw_, rp_host, send)) {
            return rp_answer_error(out, RP_CODE_UNAVAILABLE, "this host takes no messages");
        }
        rp_message message = rp_message_make("", detail::borrow(payload));
        message.type = detail::borrow(type);
        message.cause = message_id_;
        return raw_->send(raw_, &message, out);
    }

    const rp_host *raw_;
    std::uint64_t message_id_;
};

// ---- 8 messages ----

// One message, borrowed until it is answered.
class message {
public:
    message(const rp_message *raw, rp::host host, json payload = {}) noexcept
        : raw_(raw), host_(host), payload_(payload)
    {}

    const rp_message *raw() const noexcept { return raw_; }
    std::string_view type() const noexcept { return detail::view(raw_->type); }
    // The payload, one object. In an override of handle_message it is nothing yet: dispatch takes it in.
    json payload() const noexcept { return payload_; }
    // Its number within the host.
    std::uint64_t id() const noexcept { return raw_->id; }
    // The message in whose service it was sent, or 0.
    std::uint64_t cause() const noexcept { return raw_->cause; }
    // The host, at work for this message.
    const rp::host &host() const noexcept { return host_; }

private:
    const rp_message *raw_;
    rp::host host_;
    json payload_;
};

// What a message of type "command" asks for.
class command {
public:
    command(const rp::message &message, json name, json args) noexcept : message_(message), name_(name), args_(args) {}

    // A string: compare it with ==.
    json name() const noexcept { return name_; }
    // An object; {} if none were given.
    json args() const noexcept { return args_; }
    const rp::message &message() const noexcept { return message_; }
    const rp::host &host() const noexcept { return message_.host(); }

private:
    const rp::message &message_;
    json name_;
    json args_;
};

inline answer reply::unknown(const command &command) noexcept
{
    return error(RP_CODE_UNKNOWN_COMMAND, "unknown command: ", command.name());
}

// What a message of type "query" asks for.
struct query {
    std::string entity;
    std::optional<std::string> id;
    json filters;
    std::vector<std::string> include, sort;
    std::optional<std::uint64_t> limit, offset;
};

enum class operation { create, update, remove };
constexpr auto json_words(operation)
{
    return words({"create", "update", "delete"});
}

// What a message of type "mutation" asks for.
struct mutation {
    std::string entity;
    rp::operation operation = rp::operation::create;
    std::optional<std::string> id;
    json data;
    std::optional<std::uint64_t> version;
    bool force = false;
};

// ---- 9 entities, and typed messages to the host ----

// An entity: its document, and what its keeper knows about it.
template <class T> struct entity {
    std::string id;
    std::uint64_t version = 1;
    std::int64_t created_us = 0;
    std::int64_t modified_us = 0;
    T data{};

    static constexpr auto fields =
        rp::fields("An entity: its document, and what its keeper knows about it.", field("id", &entity::id, "The id."),
                   field("version", &entity::version, "Counts the changes, from 1."),
                   field("created_us", &entity::created_us, "When it was made: UTC, microseconds since 1970."),
                   field("modified_us", &entity::modified_us, "When it was changed last."),
                   field("data", &entity::data, "The document."));
};

// What a query finds: a page of entities, and how many there are on all pages.
template <class E> struct entity_page {
    std::vector<E> entities;
    std::uint64_t count = 0;

    static constexpr auto fields = rp::fields(field("entities", &entity_page::entities), //
                                              field("count", &entity_page::count));
};

// What became of an entity that was created, updated or deleted.
struct changed {
    std::string id;
    std::uint64_t version = 0;

    static constexpr auto fields = rp::fields(field("id", &changed::id), field("version", &changed::version));
};

// A query in the making, see host::query. The texts that it is given are borrowed.
class query_builder {
public:
    query_builder(host host, std::string_view entity) : host_(host), entity_(entity) {}

    // Only the entity of that id.
    query_builder &id(std::string_view id)
    {
        id_ = id;
        return *this;
    }
    // Only entities where a value of the document fits: filter("county", "Cork"), or with operators filter("born",
    // rp::object{{"gte", 1840}, {"lt", 1850}}). Operators are eq ne in lt lte gt gte contains exists; the path has dots.
    template <class T> query_builder &filter(std::string_view path, const T &condition)
    {
        filters_.emplace_back(path, buffer());
        if (const result<json> written = filters_.back().second.write(condition); !written) error_ = written.error();
        return *this;
    }
    // Follows the references at a path; what they lead to comes with the response.
    query_builder &include(std::string_view path)
    {
        include_.push_back(path);
        return *this;
    }
    // Sorts by a path, after those given before; - before it turns the order round.
    query_builder &sort(std::string_view path)
    {
        sort_.push_back(path);
        return *this;
    }
    query_builder &limit(std::uint64_t limit)
    {
        limit_ = limit;
        return *this;
    }
    query_builder &offset(std::uint64_t offset)
    {
        offset_ = offset;
        return *this;
    }

    // Asks.
    template <class T> result<entity_page<entity<T>>> fetch() const
    {
        if (error_) return *error_;
        return host_.ask<entity_page<entity<T>>>("query", *this);
    }
    // Asks for the first one only.
    template <class T> result<std::optional<entity<T>>> first()
    {
        result<entity_page<entity<T>>> page = limit(1).template fetch<T>();
        if (!page) return page.error();
        if (page->entities.empty()) return std::optional<entity<T>>();
        return std::optional<entity<T>>(std::move(page->entities.front()));
    }
    // Asks how many there are.
    result<std::uint64_t> count();

    friend void write_json(writer &out, const query_builder &query)
    {
        out.open_object();
        out.member("entity", query.entity_);
        if (query.id_) out.member("id", *query.id_);
        if (!query.filters_.empty()) query.write_filters(out);
        if (!query.include_.empty()) out.member("include", query.include_);
        if (!query.sort_.empty()) out.member("sort", query.sort_);
        if (query.limit_) out.member("limit", *query.limit_);
        if (query.offset_) out.member("offset", *query.offset_);
        out.close();
    }

private:
    void write_filters(writer &out) const
    {
        out.key("filters");
        out.open_object();
        for (const auto &[path, condition] : filters_)
            out.member(path, json(rp_json{detail::borrow(condition.text())}));
        out.close();
    }

    host host_;
    std::string_view entity_;
    std::optional<std::string_view> id_;
    std::vector<std::pair<std::string_view, buffer>> filters_;
    std::vector<std::string_view> include_, sort_;
    std::optional<std::uint64_t> limit_, offset_;
    std::optional<error> error_;
};

inline result<std::uint64_t> query_builder::count()
{
    if (error_) return *error_;
    buffer out;
    const result<json> data = host_.ask_json("query", limit(0), out);
    if (!data) return data.error();
    return data->get<std::uint64_t>("count");
}

namespace detail {

// The members of a payload, which are read one by one: what is wrong with it has no path in its details.
class envelope {
public:
    // names  of all that it may have; one that comes twice is told before all else
    envelope(json payload, std::initializer_list<std::string_view> names) : payload_(payload)
    {
        std::uint64_t seen = 0;
        for (const json_member member : payload) {
            std::uint64_t bit = 1;
            for (const std::string_view name : names) {
                if (member.key == name && (seen & bit) != 0 && !error_) refuse(name, "given more than once");
                if (member.key == name) seen |= bit;
                bit <<= 1;
            }
        }
    }

    // Reads a member; what is not required may be absent, and only that.
    template <class T> void take(std::string_view name, const char *expected, T &out, bool is_required = false)
    {
        const json found = payload_[name];
        reading how;
        if (error_ || (!found && !is_required)) return;
        if (found.is_null() || !read(found, out, place(name), how)) refuse(name, expected);
    }
    // Reads a member that is an object.
    void take_object(std::string_view name, json &out)
    {
        take(name, "expected an object", out);
        if (!error_ && out && !out.is_object()) refuse(name, "expected an object");
    }

    const std::optional<rp::error> &error() const noexcept { return error_; }

private:
    void refuse(std::string_view name, const char *text)
    {
        error_ = rp::error(RP_CODE_INVALID_PAYLOAD, std::string(name) + ": " + text);
    }

    json payload_;
    std::optional<rp::error> error_;
};

inline result<query> read_query(json payload)
{
    query query;
    envelope in(payload, {"entity", "id", "filters", "include", "sort", "limit", "offset"});
    in.take("entity", "expected a string", query.entity, true);
    in.take("id", "expected a string", query.id);
    in.take_object("filters", query.filters);
    in.take("include", "expected an array of strings", query.include);
    in.take("sort", "expected an array of strings", query.sort);
    in.take("limit", "expected a whole number", query.limit);
    in.take("offset", "expected a whole number", query.offset);
    if (in.error()) return *in.error();
    return query;
}

inline result<mutation> read_mutation(json payload)
{
    mutation mutation;
    envelope in(payload, {"entity", "operation", "id", "data", "version", "force"});
    in.take("entity", "expected a string", mutation.entity, true);
    in.take("operation", "expected create, update or delete", mutation.operation, true);
    in.take("id", "expected a string", mutation.id);
    in.take_object("data", mutation.data);
    in.take("version", "expected a whole number", mutation.version);
    in.take("force", "expected true or false", mutation.force);
    if (in.error()) return *in.error();
    return mutation;
}

} // namespace detail

template <class R, class P> result<R> host::ask(std::string_view type, const P &payload) const
{
    static_assert(!std::is_same_v<R, json>, "a json would point into a buffer that is gone: use ask_json");
    buffer out;
    const result<json> data = ask_json(type, payload, out);
    if (!data) return data.error();
    if constexpr (std::is_void_v<R>) {
        return {};
    } else {
        result<R> read = data->as<R>();
        if (read) return read;
        return error(RP_CODE_INTERNAL, "the response to the " + std::string(type) +
                                           " is not as expected: " + std::string(read.error().text()));
    }
}

template <class P> result<json> host::ask_json(std::string_view type, const P &payload, buffer &out) const
{
    buffer request;
    const result<json> written = request.write(payload);
    if (!written) return written.error();
    const result<response> response = send(type, written->text(), out);
    if (!response) return response.error();
    return response->to_result();
}

template <class R, class A> result<R> host::call(std::string_view module, std::string_view command, const A &args) const
{
    return ask<R>("command", object{{"module", module}, {"name", command}, {"args", args}});
}

inline query_builder host::query(std::string_view entity) const
{
    return {*this, entity};
}

template <class T> result<entity<T>> host::get(std::string_view entity, std::string_view id) const
{
    result<std::optional<rp::entity<T>>> found = query(entity).id(id).template first<T>();
    if (!found) return found.error();
    if (*found) return std::move(**found);
    return error(RP_CODE_NOT_FOUND, "there is no " + std::string(entity) + ' ' + std::string(id));
}

template <class T> result<changed> host::create(std::string_view entity, const T &data) const
{
    return ask<changed>("mutation", object{{"entity", entity}, {"operation", "create"}, {"data", data}});
}

template <class T> result<changed> host::create_as(std::string_view entity, std::string_view id, const T &data) const
{
    return ask<changed>("mutation", object{{"entity", entity}, {"operation", "create"}, {"id", id}, {"data", data}});
}

template <class T> result<changed> host::update(std::string_view entity, std::string_view id, const T &data,
                                                std::optional<std::uint64_t> version) const
{
    return ask<changed>("mutation", [&](writer &out) {
        out.open_object();
        object{{"entity", entity}, {"operation", "update"}, {"id", id}, {"data", data}}.write_members(out);
        if (version) out.member("version", *version);
        out.close();
    });
}

inline result<changed> host::remove(std::string_view entity, std::string_view id,
                                    std::optional<std::uint64_t> version) const
{
    return ask<changed>("mutation", [&](writer &out) {
        out.open_object();
        object{{"entity", entity}, {"operation", "delete"}, {"id", id}}.write_members(out);
        if (version) out.member("version", *version);
        out.close();
    });
}

template <class T> result<void> host::emit(std::string_view event, const T &data) const
{
    return ask<void>("event", object{{"event", event}, {"data", data}});
}

template <class E> result<void> host::emit(const E &event) const
{
    return emit(E::event, event);
}

inline result<void> host::progress(std::uint64_t done, std::uint64_t total, std::string_view note) const
{
    return emit("progress", object{{"done", done}, {"total", total}, {"note", note}});
}

inline result<std::string> host::new_id() const
{
    const std::optional<std::int64_t> now = now_us();
    if (!now) return error(RP_CODE_UNAVAILABLE, "this host does not lend now_us");
    return new_id(*now);
}

inline result<std::string> host::new_id(std::int64_t now_us) const
{
    unsigned char bytes[16];
    const std::int64_t ms = now_us / 1000 - (now_us % 1000 < 0 ? 1 : 0);
    for (int at = 0; at < 6; at++) bytes[at] = static_cast<unsigned char>(ms >> (40 - 8 * at) & 0xFF);
    if (!random(bytes + 6, 10)) return error(RP_CODE_UNAVAILABLE, "this host does not lend random");
    bytes[6] = static_cast<unsigned char>(0x70 | (bytes[6] & 0x0F));
    bytes[8] = static_cast<unsigned char>(0x80 | (bytes[8] & 0x3F));
    std::string text;
    text.reserve(36);
    for (int at = 0; at < 16; at++) {
        if (at == 4 || at == 6 || at == 8 || at == 10) text += '-';
        text += "0123456789abcdef"[bytes[at] >> 4];
        text += "0123456789abcdef"[bytes[at] & 0x0F];
    }
    return text;
}

// The steps of a long work, see host::steps.
class steps {
public:
    class iterator {
    public:
        explicit iterator(steps *steps) : steps_(steps) { ++*this; }
        iterator() noexcept = default;

        const result<std::uint64_t> &operator*() const noexcept { return steps_->step_; }
        iterator &operator++()
        {
            if (!steps_->next()) steps_ = nullptr;
            return *this;
        }
        friend bool operator!=(const iterator &left, const iterator &right) noexcept
        {
            return left.steps_ != right.steps_;
        }

    private:
        steps *steps_ = nullptr;
    };

    steps(host host, std::uint64_t total, std::string_view note) noexcept : host_(host), total_(total), note_(note) {}

    iterator begin() { return iterator(this); }
    static iterator end() noexcept { return {}; }

private:
    bool next()
    {
        if (!step_) return false;
        step_ = done_;
        const std::uint64_t part = total_ < 200 ? 1 : total_ / 100;
        if (host_.is_cancelled()) {
            step_ = error::cancelled();
        } else if (done_ > 0 && (done_ % part == 0 || done_ == total_)) {
            if (const result<void> told = host_.progress(done_, total_, note_); !told) step_ = told.error();
        }
        return done_++ < total_ || !step_;
    }

    host host_;
    std::uint64_t total_;
    std::string_view note_;
    std::uint64_t done_ = 0;
    result<std::uint64_t> step_ = 0;
};

inline rp::steps host::steps(std::uint64_t total, std::string_view note) const
{
    return {*this, total, note};
}

// ---- 10 entities that a module keeps itself ----

namespace detail {

// A value as filters and sorting compare it: whole numbers of 64 bits exactly, others as the nearest double.
class scalar {
public:
    // The order of kinds when sorting; nothing comes first.
    enum class rank { nothing, null, nested, no, yes, number, text };

    explicit scalar(json value)
    {
        switch (value.kind()) {
        case RP_JSON_NOTHING: break;
        case RP_JSON_NULL: rank_ = rank::null; break;
        case RP_JSON_ARRAY:
        case RP_JSON_OBJECT: rank_ = rank::nested; break;
        case RP_JSON_BOOL: rank_ = value.text() == "true" ? rank::yes : rank::no; break;
        case RP_JSON_NUMBER: read_number(value); break;
        case RP_JSON_STRING:
            rank_ = rank::text;
            if (const result<std::string> text = value.as<std::string>(); text) text_ = *text;
            break;
        }
    }

    rank kind() const noexcept { return rank_; }
    const std::string &text() const noexcept { return text_; }
    // Below, equal to or above 0.
    int compare(const scalar &other) const noexcept
    {
        if (rank_ != other.rank_) return rank_ < other.rank_ ? -1 : 1;
        if (rank_ == rank::number) return compare_numbers(other);
        return text_.compare(other.text_);
    }
    bool is_equal(const scalar &other) const noexcept { return rank_ != rank::nested && compare(other) == 0; }

private:
    void read_number(json value)
    {
        rank_ = rank::number;
        std::int64_t whole = 0;
        is_whole_ = rp_json_read_int(value.raw(), &whole) == RP_JSON_OK;
        is_negative_ = whole < 0;
        magnitude_ = static_cast<std::uint64_t>(whole);
        is_whole_ = is_whole_ || rp_json_read_uint(value.raw(), &magnitude_) == RP_JSON_OK;
        if (rp_json_read_double(value.raw(), &number_) != RP_JSON_OK) {
            number_ = std::numeric_limits<double>::infinity() * (value.text().front() == '-' ? -1 : 1);
        }
    }
    int compare_numbers(const scalar &other) const noexcept
    {
        const auto order = [](auto left, auto right) { return left < right ? -1 : left > right ? 1 : 0; };
        if (!is_whole_ || !other.is_whole_) return order(number_, other.number_);
        if (is_negative_ != other.is_negative_) return is_negative_ ? -1 : 1;
        return order(magnitude_, other.magnitude_); // of two negative ones, too: in two's complement
    }

    rank rank_ = rank::nothing;
    bool is_whole_ = false, is_negative_ = false;
    std::uint64_t magnitude_ = 0;
    double number_ = 0;
    std::string text_;
};

// The way to a value of an entity: place.county, /place/county, $version.
class value_path {
public:
    static result<value_path> read(std::string_view text, const std::string &where)
    {
        const auto refused = [&where](const std::string &why) {
            return error(RP_CODE_INVALID_PAYLOAD, where + ": " + why);
        };
        value_path path;
        if (text == "$id" || text == "$version" || text == "$created_us" || text == "$modified_us") {
            path.steps_.emplace_back(text.substr(1));
            return path;
        }
        if (!text.empty() && text.front() == '$') {
            return refused("of the names with $ there are $id, $version, $created_us and $modified_us; a key like that "
                           "is written /" +
                           std::string(text));
        }
        path.steps_.emplace_back("data");
        const char separator = !text.empty() && text.front() == '/' ? '/' : '.';
        if (separator == '/') text.remove_prefix(1);
        for (bool is_last = false; !is_last;) {
            const std::size_t end = text.find(separator);
            is_last = end == text.npos;
            std::string step(text.substr(0, end));
            if (!is_last) text.remove_prefix(end + 1);
            if (separator == '/' && !unescape(step)) {
                return refused("a ~ in a JSON pointer that is neither ~0 nor ~1");
            }
            if (separator == '.' && step.empty()) {
                return refused("an empty step in a path; a key that is empty or holds a dot needs the form /a/b");
            }
            path.steps_.push_back(std::move(step));
        }
        return path;
    }

    json find(json row) const
    {
        for (const std::string &step : steps_) row = row.is_array() ? element(row, step) : last_member(row, step);
        return row;
    }

private:
    static bool unescape(std::string &step)
    {
        for (std::size_t at = step.find('~'); at != step.npos; at = step.find('~', at + 1)) {
            const char what = at + 1 < step.size() ? step[at + 1] : ' ';
            if (what != '0' && what != '1') return false;
            step.replace(at, 2, what == '0' ? "~" : "/");
        }
        return true;
    }
    static json element(json array, const std::string &step)
    {
        if (step.empty() || step.size() > 9 || (step.size() > 1 && step.front() == '0')) return {};
        std::size_t index = 0;
        for (const char digit : step) {
            if (digit < '0' || digit > '9') return {};
            index = index * 10 + static_cast<std::size_t>(digit - '0');
        }
        return array.at(index);
    }
    // Of equal keys the last counts.
    static json last_member(json object, const std::string &step)
    {
        json found;
        for (const json_member member : object) {
            if (member.key == step) found = member.value;
        }
        return found;
    }

    std::vector<std::string> steps_;
};

// One condition on a value.
class condition {
public:
    static result<condition> read(std::string_view name, json operand, const std::string &where)
    {
        const auto refused = [&where](const char *expected) {
            return error(RP_CODE_INVALID_PAYLOAD, where + ": expected " + expected);
        };
        condition read;
        while (read.operator_ < operators.size() && operators[read.operator_] != name) read.operator_++;
        if (read.operator_ == operators.size()) return refused("one of eq ne in lt lte gt gte contains exists");
        if (name == "in") {
            if (!operand.is_array()) return refused("an array of values that are no arrays and no objects");
            for (const json_member each : operand) read.operands_.emplace_back(each.value);
        } else {
            read.operands_.emplace_back(operand);
        }
        for (const scalar &each : read.operands_) {
            if (each.kind() != scalar::rank::nested) continue;
            return refused(name == "in" ? "an array of values that are no arrays and no objects"
                                        : "a value that is no array and no object");
        }
        const bool is_bool = operand.kind() == RP_JSON_BOOL;
        if (name == "exists" && !is_bool) return refused("true or false");
        if (read.is_order() && operand.kind() != RP_JSON_NUMBER && !operand.is_string()) {
            return refused("a number or a string");
        }
        return read;
    }

    bool holds(json value) const
    {
        const std::string_view name = operators[operator_];
        if (name == "exists") return static_cast<bool>(value) == (operands_[0].kind() == scalar::rank::yes);
        if (!value) return false;
        const scalar found(value);
        if (name == "contains") return contains(value, found);
        if (is_order()) return compares(name, found);
        for (const scalar &each : operands_) {
            if (found.is_equal(each)) return name != "ne";
        }
        return name == "ne";
    }

private:
    static constexpr std::array<std::string_view, 9> operators{"lt", "lte", "gt",       "gte",   "eq",
                                                               "ne", "in",  "contains", "exists"};

    condition() = default;

    bool is_order() const noexcept { return operator_ < 4; }
    bool compares(std::string_view name, const scalar &found) const
    {
        if (found.kind() != operands_[0].kind()) return false;
        const int order = found.compare(operands_[0]);
        return order == 0 ? name.size() == 3 : (order < 0) == (name.front() == 'l');
    }
    bool contains(json value, const scalar &found) const
    {
        const scalar &part = operands_[0];
        if (found.kind() == scalar::rank::text && part.kind() == found.kind()) {
            return found.text().find(part.text()) != std::string::npos;
        }
        for (const json_member each : value) {
            if (value.is_array() && scalar(each.value).is_equal(part)) return true;
        }
        return false;
    }

    std::size_t operator_ = 0;
    std::vector<scalar> operands_;
};

// What a query asks of each entity, and their order.
class filter {
public:
    static result<filter> read(const query &query)
    {
        filter filter;
        for (const auto &[path, wanted] : sorted(query.filters)) {
            const result<void> read = filter.read_conditions(path, wanted);
            if (!read) return read.error();
        }
        for (const std::string_view key : query.sort) {
            const bool is_descending = !key.empty() && key.front() == '-';
            const std::string path(key.substr(is_descending ? 1 : 0));
            result<value_path> read = value_path::read(path, "sort: " + path);
            if (!read) return read.error();
            filter.sort_.emplace_back(std::move(*read), is_descending);
        }
        return filter;
    }

    // Whether it looks into entities at all.
    bool is_empty() const noexcept { return conditions_.empty() && sort_.empty(); }
    bool holds(json row) const
    {
        for (const auto &[path, each] : conditions_) {
            if (!each.holds(path.find(row))) return false;
        }
        return true;
    }
    std::vector<scalar> sort_keys(json row) const
    {
        std::vector<scalar> keys;
        for (const auto &[path, is_descending] : sort_) keys.emplace_back(path.find(row));
        return keys;
    }
    // Below, equal to or above 0.
    int compare(const std::vector<scalar> &left, const std::vector<scalar> &right) const
    {
        for (std::size_t at = 0; at < sort_.size(); at++) {
            const int order = left[at].compare(right[at]);
            if (order != 0) return sort_[at].second ? -order : order;
        }
        return 0;
    }

private:
    // Members by their keys; of equal ones the last counts.
    static std::map<std::string, json> sorted(json object)
    {
        std::map<std::string, json> members;
        for (const json_member member : object) {
            if (const result<std::string> key = member.key.as<std::string>(); key) members[*key] = member.value;
        }
        return members;
    }

    result<void> read_conditions(const std::string &path, json wanted)
    {
        const std::string where = "filters: " + path;
        if (wanted.is_array()) {
            return error(RP_CODE_INVALID_PAYLOAD,
                         where + ": expected a value that is no array, or an object of operators");
        }
        if (!wanted.is_object()) return add(path, "eq", wanted, where, where);
        for (const auto &[name, operand] : sorted(wanted)) {
            std::string where_operand = where;
            RP_CHECK(add(path, name, operand, where, (where_operand += '.') += name));
        }
        return {};
    }

    result<void> add(const std::string &path, std::string_view name, json operand, const std::string &where,
                     const std::string &where_operand)
    {
        // The operator is looked at before the path.
        result<condition> read = condition::read(name, operand, where_operand);
        if (!read) return read.error();
        result<value_path> way = value_path::read(path, where);
        if (!way) return way.error();
        conditions_.emplace_back(std::move(*way), std::move(*read));
        return {};
    }

    std::vector<std::pair<value_path, condition>> conditions_;
    std::vector<std::pair<value_path, bool>> sort_;
};

} // namespace detail

// Entities of one kind, in memory, in the order in which they were made. They stay where they are until they are removed.
template <class T> class collection {
public:
    collection() = default;
    collection(collection &&) noexcept = default;
    collection &operator=(collection &&) noexcept = default;
    collection(const collection &) = delete;
    collection &operator=(const collection &) = delete;
    ~collection() = default;

    std::size_t size() const noexcept { return entities_.size(); }
    bool is_empty() const noexcept { return entities_.empty(); }
    auto begin() const noexcept { return entities_.begin(); }
    auto end() const noexcept { return entities_.end(); }
    auto rbegin() const noexcept { return entities_.rbegin(); }
    auto rend() const noexcept { return entities_.rend(); }

    // The one with an id; nullptr if there is none.
    const entity<T> *find(std::string_view id) const
    {
        const auto place = places_.find(id);
        return place == places_.end() ? nullptr : &*place->second;
    }

    // Makes one, with an id and a time of the host.
    result<const entity<T> *> create(const host &host, T data)
    {
        result<std::string> id = host.new_id();
        if (!id) return id.error();
        return create_as(host, std::move(*id), std::move(data));
    }
    // Makes one with an id; code "conflict" if it is taken.
    result<const entity<T> *> create_as(const host &host, std::string id, T data)
    {
        const std::optional<std::int64_t> now = host.now_us();
        if (!now) return no_clock();
        return insert(entity<T>{std::move(id), 1, *now, *now, std::move(data)});
    }
    // Takes one as it is; code "conflict" if its id is taken.
    result<const entity<T> *> insert(entity<T> made)
    {
        if (find(made.id) != nullptr) return error(RP_CODE_CONFLICT, "the id " + made.id + " is taken");
        entities_.push_back(std::move(made));
        undo_insert undo{this};
        places_.emplace(entities_.back().id, std::prev(entities_.end()));
        undo.of = nullptr;
        return &entities_.back();
    }

    // Changes the document of one by a function, and with it version and time.
    template <class Change> result<void> update(const host &host, std::string_view id, Change change)
    {
        const auto place = places_.find(id);
        if (place == places_.end()) return not_found(id);
        const std::optional<std::int64_t> now = host.now_us();
        if (!now) return no_clock();
        change(place->second->data);
        place->second->version++;
        place->second->modified_us = *now;
        return {};
    }
    // Removes one; code "not_found" if there is none.
    result<void> remove(std::string_view id)
    {
        const auto place = places_.find(id);
        if (place == places_.end()) return not_found(id);
        const auto removed = place->second;
        places_.erase(place);
        entities_.erase(removed);
        return {};
    }

    // Answers a query as the host's store does: id, filters, sort, limit and offset. It follows no references. Without
    // `sort` the order is that of the ids.
    result<entity_page<const entity<T> *>> find(const query &query) const
    {
        if (!query.include.empty()) {
            return error(RP_CODE_NOT_SUPPORTED, "include: this module follows no references");
        }
        const result<detail::filter> filter = detail::filter::read(query);
        if (!filter) return filter.error();
        std::vector<row> rows;
        if (query.id) {
            const entity<T> *found = find(*query.id);
            if (found == nullptr) return no_such(query.entity, *query.id);
            add_row(*filter, *found, rows);
        } else {
            for (const entity<T> &each : entities_) add_row(*filter, each, rows);
        }
        std::sort(rows.begin(), rows.end(), [&filter](const row &left, const row &right) {
            const int order = filter->compare(left.keys, right.keys);
            return order != 0 ? order < 0 : left.found->id < right.found->id;
        });
        return page(rows, query.offset.value_or(0), query.limit.value_or(rows.size()));
    }

    // Does what a mutation says.
    result<changed> apply(const host &host, const mutation &mutation)
    {
        if (mutation.operation != operation::create) return apply_to(host, mutation);
        result<T> data = read_data(mutation);
        if (!data) return data.error();
        const result<const entity<T> *> made = mutation.id ? create_as(host, *mutation.id, std::move(*data)) //
                                                           : create(host, std::move(*data));
        if (!made) return made.error();
        return changed{(*made)->id, (*made)->version};
    }

private:
    struct undo_insert {
        collection *of;
        ~undo_insert()
        {
            if (of != nullptr) of->entities_.pop_back();
        }
    };
    struct row {
        const entity<T> *found;
        std::vector<detail::scalar> keys;
    };

    static error no_clock() { return {RP_CODE_UNAVAILABLE, "this host does not lend now_us"}; }
    static error not_found(std::string_view id)
    {
        return {RP_CODE_NOT_FOUND, "there is nothing with the id " + std::string(id)};
    }
    static error no_such(const std::string &entity, const std::string &id)
    {
        return {RP_CODE_NOT_FOUND, "there is no " + entity + ' ' + id};
    }

    static void add_row(const detail::filter &filter, const entity<T> &each, std::vector<row> &rows)
    {
        if (filter.is_empty()) return rows.push_back({&each, {}});
        buffer text;
        const result<json> written = text.write(each);
        if (written && filter.holds(*written)) rows.push_back({&each, filter.sort_keys(*written)});
    }

    static entity_page<const entity<T> *> page(const std::vector<row> &rows, std::uint64_t offset, std::uint64_t limit)
    {
        entity_page<const entity<T> *> page{{}, rows.size()};
        for (std::size_t at = 0; at < rows.size(); at++) {
            if (at >= offset && at - offset < limit) page.entities.push_back(rows[at].found);
        }
        return page;
    }

    static result<T> read_data(const mutation &mutation)
    {
        if (!mutation.data) return error(RP_CODE_INVALID_PAYLOAD, "data: expected an object");
        return mutation.data.as<T>("data");
    }

    // Update and delete.
    result<changed> apply_to(const host &host, const mutation &mutation)
    {
        if (!mutation.id) return error(RP_CODE_INVALID_PAYLOAD, "id: expected a string");
        const entity<T> *found = find(*mutation.id);
        if (found == nullptr) return no_such(mutation.entity, *mutation.id);
        if (mutation.version && *mutation.version != found->version) return wrong_version(*found, *mutation.version);
        if (mutation.operation == operation::remove) {
            const changed removed{found->id, found->version};
            const result<void> done = remove(removed.id);
            if (!done) return done.error();
            return removed;
        }
        result<T> data = read_data(mutation);
        if (!data) return data.error();
        const result<void> done = update(host, *mutation.id, [&data](T &to) { to = std::move(*data); });
        if (!done) return done.error();
        return changed{found->id, found->version};
    }

    static error wrong_version(const entity<T> &found, std::uint64_t expected)
    {
        const std::string has = std::to_string(found.version), wanted = std::to_string(expected);
        return error(RP_CODE_CONFLICT, found.id + " has version " + has + ", not " + wanted)
            .with_details(R"({"expected":)" + wanted + R"(,"found":)" + has + '}');
    }

    std::list<entity<T>> entities_;
    // By the ids that stand in the entities.
    std::map<std::string_view, typename std::list<entity<T>>::iterator> places_;
};

// ---- 11 describing ----

namespace detail {

// The members of a type's JSON Schema, by name, as everything in it.
template <class T> void write_schema(writer &out, std::string_view about, bool is_nullable);

template <class T> void write_schema(writer &out)
{
    out.open_object();
    write_schema<T>(out, {}, false);
    out.close();
}

inline void write_type(writer &out, const char *type, bool is_nullable)
{
    out.key("type");
    if (!is_nullable) return out.value(type);
    out.open_array();
    out.value(type);
    out.value("null");
    out.close();
}

template <class T> void write_number_schema(writer &out, bool is_nullable)
{
    if constexpr (std::is_floating_point_v<T>) {
        out.member("format", sizeof(T) == sizeof(float) ? "float" : "double");
        write_type(out, "number", is_nullable);
    } else {
        constexpr const char *formats[2][4] = {{"int8", "int16", "int32", "int64"},
                                               {"uint8", "uint16", "uint32", "uint64"}};
        constexpr std::size_t size = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
        out.member("format", formats[std::is_unsigned_v<T> ? 1 : 0][size]);
        if constexpr (sizeof(T) <= 2) out.member("maximum", std::numeric_limits<T>::max());
        if constexpr (std::is_unsigned_v<T> || sizeof(T) <= 2) out.member("minimum", std::numeric_limits<T>::min());
        write_type(out, "integer", is_nullable);
    }
}

template <class E> void write_words_schema(writer &out, bool is_nullable)
{
    constexpr auto list = json_words(E{});
    out.key("enum");
    out.open_array();
    for (const std::string_view each : list.all) out.value(each);
    if (is_nullable) out.value(nullptr);
    out.close();
    write_type(out, "string", is_nullable);
}

// The schema of an object: its properties by name, each written by a function that takes the name, and those that are
// required in their own order.
template <std::size_t N, class Write> void write_object_schema(writer &out, std::array<std::string_view, N> names,
                                                               const std::array<bool, N> &is_required, bool is_nullable,
                                                               Write write_property)
{
    const std::array<std::string_view, N> in_order = names;
    std::sort(names.begin(), names.end());
    out.key("properties");
    out.open_object();
    for (const std::string_view name : names) {
        out.key(name);
        out.open_object();
        write_property(name);
        out.close();
    }
    out.close();
    if (std::find(is_required.begin(), is_required.end(), true) != is_required.end()) {
        out.key("required");
        out.open_array();
        for (std::size_t at = 0; at < N; at++) {
            if (is_required[at]) out.value(in_order[at]);
        }
        out.close();
    }
    write_type(out, "object", is_nullable);
}

template <class S> void write_struct_schema(writer &out, bool is_nullable)
{
    std::array<std::string_view, field_count<S>()> names;
    std::array<bool, field_count<S>()> is_required{};
    std::size_t at = 0;
    each_field<S>([&](const auto &field) {
        using type = std::decay_t<decltype(std::declval<S &>().*field.member)>;
        names[at] = field.name;
        is_required[at++] = !field.has_default && !is_optional<type>::value;
    });
    write_object_schema(out, names, is_required, is_nullable, [&out](std::string_view name) {
        each_field<S>([&out, name](const auto &field) {
            using type = std::decay_t<decltype(std::declval<S &>().*field.member)>;
            if (field.name != name) return;
            if constexpr (std::is_default_constructible_v<S>) {
                if (field.has_default) out.member("default", S{}.*field.member);
            }
            write_schema<type>(out, field.about, false);
        });
    });
}

inline void write_about(writer &out, std::string_view about, std::string_view of_type)
{
    if (about.empty()) about = of_type;
    if (!about.empty()) out.member("description", about);
}

template <class T> void write_schema(writer &out, std::string_view about, bool is_nullable)
{
    if constexpr (is_optional<T>::value) {
        write_schema<typename T::value_type>(out, about, true);
    } else if constexpr (std::is_pointer_v<T> && !std::is_same_v<T, const char *>) {
        write_schema<std::decay_t<std::remove_pointer_t<T>>>(out, about, is_nullable);
    } else if constexpr (has_fields<T>::value) {
        write_about(out, about, T::fields.about);
        write_struct_schema<T>(out, is_nullable);
    } else if constexpr (has_words<T>::value) {
        write_about(out, about, json_words(T{}).about);
        write_words_schema<T>(out, is_nullable);
    } else {
        write_about(out, about, {});
        if constexpr (is_vector<T>::value) {
            out.key("items");
            write_schema<typename T::value_type>(out);
            write_type(out, "array", is_nullable);
        } else if constexpr (std::is_void_v<T> || std::is_same_v<T, raw_object>) {
            write_type(out, "object", is_nullable);
        } else if constexpr (std::is_same_v<T, bool>) {
            write_type(out, "boolean", is_nullable);
        } else if constexpr (std::is_arithmetic_v<T>) {
            write_number_schema<T>(out, is_nullable);
        } else if constexpr (std::is_convertible_v<const T &, std::string_view>) {
            write_type(out, "string", is_nullable);
        } // of the others nothing is known
    }
}

} // namespace detail

// ---- 12 handlers ----

// The name of an argument, and what it is for.
struct arg {
    constexpr arg(const char *text) noexcept : name(text) {}
    constexpr arg(std::string_view text, std::string_view what) noexcept : name(text), about(what) {}

    std::string_view name, about;
};

template <class F, std::size_t N> struct command_handler {
    std::string_view name;
    F function;
    std::string_view about;
    std::array<arg, N> args;
    std::string_view args_schema, returns_schema;

    // Gives it JSON Schemas in place of those that are made of the function's types.
    constexpr command_handler with_schemas(std::string_view args_json, std::string_view returns_json) const noexcept
    {
        return {name, function, about, args, args_json, returns_json};
    }
};

template <class F> struct query_handler {
    std::string_view entity;
    F function;
};

template <class F> struct mutation_handler {
    std::string_view entity;
    F function;
};

template <class F> struct event_handler {
    std::string_view event;
    F function;
};

template <class... E> struct emitted_events {};

// Calls a member function, or a static one, for a command: on_command("add", &counter::add, "Adds to the count.", "by").
// Behind the sentence for people stand the names of the function's arguments, as "by" or rp::arg("by", "How much.");
// or the function takes a struct with rp::fields, which is all of them, and no names are given. Besides it takes what it
// wants of rp::host, const rp::message &, const rp::command & and rp::reply &. It gives what rp::writer can write,
// nothing, an rp::result of these, or an rp::answer that it made with the reply.
template <class F, class... A> constexpr command_handler<F, sizeof...(A)> on_command(std::string_view name, F function,
                                                                                     std::string_view about,
                                                                                     A... args) noexcept
{
    return {name, function, about, {arg(args)...}, {}, {}};
}

// Calls a function for a query of an entity that the module provides. It takes a const rp::query & and what on_command
// says, and gives the same: an rp::entity_page, such as rp::collection::find makes.
template <class F> constexpr query_handler<F> on_query(std::string_view entity, F function) noexcept
{
    return {entity, function};
}

// Calls a function for a mutation of an entity. It takes a const rp::mutation & and gives rp::changed, or an rp::result
// of it, such as rp::collection::apply makes.
template <class F> constexpr mutation_handler<F> on_mutation(std::string_view entity, F function) noexcept
{
    return {entity, function};
}

// Calls a function for an event, or for all that begin alike: "place.*". It takes a struct with rp::fields, which is what
// the event tells, and gives nothing, or an rp::result<void>.
template <class F> constexpr event_handler<F> on_event(std::string_view event, F function) noexcept
{
    return {event, function};
}

// Tells describe what events the module emits: structs with rp::fields and a name,
//     static constexpr std::string_view event = "note.created";
template <class... E> constexpr emitted_events<E...> emits() noexcept
{
    return {};
}

// What a module does with its messages: static constexpr auto handlers = rp::handlers(...), behind its functions.
template <class... H> constexpr std::tuple<H...> handlers(H... each) noexcept
{
    return {each...};
}

namespace detail {

// A function's result and parameters.
template <class R, class... P> struct signature {
    using result_type = R;
};
template <class M, class R, class... P> signature<R, P...> signature_of(R (M::*)(P...));
template <class M, class R, class... P> signature<R, P...> signature_of(R (M::*)(P...) const);
template <class R, class... P> signature<R, P...> signature_of(R (*)(P...));
template <class F> using signature_for = decltype(signature_of(std::declval<F>()));

// What a message has for the function that answers it; NULL where it is of another type.
struct call_context {
    const rp::message &message;
    rp::reply &reply;
    const rp::command *command;
    const rp::query *query;
    const rp::mutation *mutation;
};

// Where a parameter comes from: from the context, or from the arguments, which are read into it.
template <class P> class parameter {
public:
    static constexpr bool is_argument = true;
    P &&get(const call_context &) noexcept { return std::move(value); }
    P value{};
};

struct from_context {
    static constexpr bool is_argument = false;
};
template <> struct parameter<host> : from_context {
    const host &get(const call_context &context) const noexcept { return context.message.host(); }
};
template <> struct parameter<message> : from_context {
    const message &get(const call_context &context) const noexcept { return context.message; }
};
template <> struct parameter<reply> : from_context {
    reply &get(const call_context &context) const noexcept { return context.reply; }
};
template <> struct parameter<command> : from_context {
    const command &get(const call_context &context) const noexcept { return *context.command; }
};
template <> struct parameter<query> : from_context {
    const query &get(const call_context &context) const noexcept { return *context.query; }
};
template <> struct parameter<mutation> : from_context {
    const mutation &get(const call_context &context) const noexcept { return *context.mutation; }
};

// The parameters of a function, filled in by and by.
template <class Signature> class parameters;
template <class R, class... P> class parameters<signature<R, P...>> {
public:
    static constexpr std::size_t argument_count =
        (std::size_t{0} + ... + (parameter<std::decay_t<P>>::is_argument ? 1 : 0));
    static_assert(argument_count <= 64, "a function has at most 64 arguments");

    // Calls a function with each argument, and what number it has.
    template <class Visit> void each_argument(Visit visit)
    {
        std::size_t at = 0;
        const auto visit_argument = [&](auto &each) {
            if constexpr (std::decay_t<decltype(each)>::is_argument) visit(each.value, at++);
            else (void)each;
        };
        std::apply([&](auto &...each) { (visit_argument(each), ...); }, all_);
    }

    template <class M, class F> R call(M &module, F function, const call_context &context)
    {
        return std::apply(
            [&](auto &...each) -> R {
                if constexpr (std::is_member_function_pointer_v<F>) return (module.*function)(each.get(context)...);
                else return function(each.get(context)...);
            },
            all_);
    }

private:
    std::tuple<parameter<std::decay_t<P>>...> all_;
};

template <class T> struct is_result : std::false_type {};
template <class T> struct is_result<result<T>> : std::true_type {
    using value_type = T;
};

// Answers with what a call gives.
template <class R, class Call> answer answer_with(reply &reply, Call call)
{
    if constexpr (std::is_void_v<R>) {
        call();
        return reply.success();
    } else if constexpr (std::is_same_v<R, answer>) {
        return call();
    } else if constexpr (is_result<std::decay_t<R>>::value) {
        return reply.give(call());
    } else {
        return reply.success(call());
    }
}

// Reads the arguments of a function that has one for all of them.
template <class P> bool read_whole(json object, P &parameters, const place &where, reading &how)
{
    bool is_read = true;
    parameters.each_argument([&](auto &value, std::size_t) { is_read = read(object, value, where, how); });
    return is_read;
}

template <class P, std::size_t N>
bool read_named(json object, P &parameters, const std::array<arg, N> &names, const place &where, reading &how)
{
    std::array<slot, N + 1> slots{}; // one more, since an array of none has no data
    parameters.each_argument([&](auto &value, std::size_t at) { slots[at] = slot_of(names[at].name, value); });
    return read_slots(object, slots.data(), N, where, how);
}

template <class M, class F, class Read> answer read_and_call(M &module, F function, const call_context &context,
                                                             Read read_arguments, bool is_configuration = false)
{
    parameters<signature_for<F>> parameters;
    reading how(is_configuration);
    if (!read_arguments(parameters, how)) return context.reply.error(how.error());
    using result = typename signature_for<F>::result_type;
    return answer_with<result>(context.reply, [&]() -> result { return parameters.call(module, function, context); });
}

// Each of these goes through the handlers of a module and calls the one that is meant.
template <class M> struct command_runner {
    M &module;
    const call_context &context;
    std::string_view name;
    std::optional<answer> given;

    template <class H> void operator()(const H &) const noexcept {}
    template <class F, std::size_t N> void operator()(const command_handler<F, N> &handler)
    {
        if (given || handler.name != name) return;
        given = read_and_call(module, handler.function, context, [&](auto &parameters, reading &how) {
            constexpr std::size_t count = std::decay_t<decltype(parameters)>::argument_count;
            static_assert(N == count || (N == 0 && count == 1), "on_command: name every argument of the function");
            if constexpr (N == count)
                return read_named(context.command->args(), parameters, handler.args, place({}), how);
            else return read_whole(context.command->args(), parameters, place({}), how);
        });
    }
};

template <class M> struct entity_runner {
    M &module;
    const call_context &context;
    std::optional<answer> given;

    template <class H> void operator()(const H &) const noexcept {}
    template <class F> void operator()(const query_handler<F> &handler)
    {
        if (context.query != nullptr && context.query->entity == handler.entity) call(handler.function);
    }
    template <class F> void operator()(const mutation_handler<F> &handler)
    {
        if (context.mutation != nullptr && context.mutation->entity == handler.entity) call(handler.function);
    }

    template <class F> void call(F function)
    {
        if (given) return;
        given = read_and_call(module, function, context, [](auto &parameters, reading &) {
            static_assert(std::decay_t<decltype(parameters)>::argument_count == 0,
                          "on_query and on_mutation: take const rp::query & or const rp::mutation &");
            return true;
        });
    }
};

template <class M> struct event_runner {
    M &module;
    const call_context &context;
    std::string_view event;
    json data;
    std::optional<answer> given;

    template <class H> void operator()(const H &) const noexcept {}
    template <class F> void operator()(const event_handler<F> &handler)
    {
        if (given || !is_meant(handler.event)) return;
        given = read_and_call(module, handler.function, context, [this](auto &parameters, reading &how) {
            static_assert(std::decay_t<decltype(parameters)>::argument_count <= 1,
                          "on_event: take one struct with rp::fields");
            return read_whole(data, parameters, place("data"), how);
        });
    }

    bool is_meant(std::string_view pattern) const noexcept
    {
        if (pattern.empty() || pattern.back() != '*') return event == pattern;
        pattern.remove_suffix(1);
        return event.substr(0, pattern.size()) == pattern;
    }
};

// Writes what describe tells of each command.
struct command_describer {
    writer &out;

    template <class H> void operator()(const H &) const noexcept {}
    template <class F, std::size_t N> void operator()(const command_handler<F, N> &handler) const
    {
        out.open_object();
        out.member("name", handler.name);
        out.member("description", handler.about);
        out.key("args");
        if (handler.args_schema.empty()) write_args<parameters<signature_for<F>>>(handler.args);
        else out.value(json(rp_json{borrow(handler.args_schema)}));
        out.key("returns");
        if (handler.returns_schema.empty()) write_returns<typename signature_for<F>::result_type>();
        else out.value(json(rp_json{borrow(handler.returns_schema)}));
        out.close();
    }

    template <class P, std::size_t N> void write_args(const std::array<arg, N> &args) const
    {
        P parameters;
        if constexpr (N == 0 && P::argument_count == 1) {
            parameters.each_argument(
                [&](auto &value, std::size_t) { write_schema<std::decay_t<decltype(value)>>(out); });
        } else if constexpr (N == 0) {
            write_schema<void>(out);
        } else {
            std::array<std::string_view, N> names;
            std::array<bool, N> is_required{};
            parameters.each_argument([&](auto &value, std::size_t at) {
                names[at] = args[at].name;
                is_required[at] = !is_optional<std::decay_t<decltype(value)>>::value;
            });
            out.open_object();
            write_object_schema(out, names, is_required, false, [&](std::string_view name) {
                parameters.each_argument([&](auto &value, std::size_t at) {
                    if (args[at].name == name) write_schema<std::decay_t<decltype(value)>>(out, args[at].about, false);
                });
            });
            out.close();
        }
    }

    template <class R> void write_returns() const
    {
        using type = std::decay_t<R>;
        if constexpr (is_result<type>::value) {
            write_schema<typename is_result<type>::value_type>(out);
        } else if constexpr (std::is_same_v<type, answer>) {
            out.open_object();
            out.close();
        } else {
            write_schema<type>(out);
        }
    }
};

// Writes what describe tells of each event that the module emits.
struct event_describer {
    writer &out;

    template <class H> void operator()(const H &) const noexcept {}
    template <class... E> void operator()(const emitted_events<E...> &) const { (write<E>(), ...); }

    template <class E> void write() const
    {
        out.key(E::event);
        out.open_object();
        out.key("data");
        write_schema<E>(out);
        out.close();
    }
};

// Whether there is a handler for queries or mutations.
template <class H> struct keeps_entities : std::false_type {};
template <class F> struct keeps_entities<query_handler<F>> : std::true_type {};
template <class F> struct keeps_entities<mutation_handler<F>> : std::true_type {};
template <class... H> struct keeps_entities<std::tuple<H...>> : std::disjunction<keeps_entities<H>...> {};

template <class H> struct hears_events : std::false_type {};
template <class F> struct hears_events<event_handler<F>> : std::true_type {};
template <class... H> struct hears_events<std::tuple<H...>> : std::disjunction<hears_events<H>...> {};

template <class M, class = void> struct handlers_of {
    static constexpr std::tuple<> all{};
};
template <class M> struct handlers_of<M, std::void_t<decltype(M::handlers)>> {
    static constexpr const auto &all = M::handlers;
};

template <class M> using handlers_type = std::decay_t<decltype(handlers_of<M>::all)>;

// Shows every handler of a module to a visitor.
template <class M, class Visitor> void each_handler(Visitor &&visitor)
{
    std::apply([&visitor](const auto &...each) { (visitor(each), ...); }, handlers_of<M>::all);
}

} // namespace detail

// ---- 13 modules ----

// What a module derives from: class my_module : public rp::module<my_module>. It has a constructor that takes an
// rp::host, or one that takes nothing; a destructor that does not throw; rp::handlers, which are public; and public
// functions in place of those below that it wants to be different. They return rp::answer, or rp::result of what
// rp::writer can write, or of void.
//
// Flags  0, or RP_CONCURRENT: functions run on several threads at once, and the module guards its own state
template <class M, std::uint32_t Flags = 0> class module {
public:
    static constexpr std::uint32_t flags = Flags;

    // Prepares the instance. In a module it may take what it wants of rp::host, const rp::message &, and a struct with
    // rp::fields, which is the configuration: what is absent keeps its initial value, what is unknown is refused.
    result<void> init(const message &) { return {}; }
    // Does what the command says.
    answer command(const rp::command &command, reply &reply)
    {
        std::string storage;
        const result<std::string_view> name = command.name().as_text(storage);
        const detail::call_context context{command.message(), reply, &command, nullptr, nullptr};
        detail::command_runner<M> runner{self(), context, name ? *name : std::string_view(), {}};
        detail::each_handler<M>(runner);
        return runner.given ? *runner.given : reply.unknown(command);
    }
    // Answers for entities that the module provides.
    answer query(const message &message, reply &reply)
    {
        if constexpr (!detail::keeps_entities<detail::handlers_type<M>>::value) return no_entities(reply);
        const result<rp::query> query = detail::read_query(message.payload());
        if (!query) return reply.error(query.error());
        return run_entity({message, reply, nullptr, &*query, nullptr}, query->entity);
    }
    answer mutation(const message &message, reply &reply)
    {
        if constexpr (!detail::keeps_entities<detail::handlers_type<M>>::value) return no_entities(reply);
        const result<rp::mutation> mutation = detail::read_mutation(message.payload());
        if (!mutation) return reply.error(mutation.error());
        return run_entity({message, reply, nullptr, nullptr, &*mutation}, mutation->entity);
    }
    // Hears of something that happened.
    answer event(const message &message, reply &reply)
    {
        if constexpr (!detail::hears_events<detail::handlers_type<M>>::value) return reply.success();
        std::string event;
        json data;
        detail::envelope in(message.payload(), {"event", "data"});
        in.take("event", "expected a string", event, true);
        in.take_object("data", data);
        if (in.error()) return reply.error(*in.error());
        if (!data) data = json(rp_json_literal("{}"));
        const detail::call_context context{message, reply, nullptr, nullptr, nullptr};
        detail::event_runner<M> runner{self(), context, event, data, {}};
        detail::each_handler<M>(runner);
        return runner.given ? *runner.given : reply.success();
    }
    // Ends the work: writes what must not be lost.
    result<void> shutdown(const message &) { return {}; }
    // Tells the commands and events.
    answer describe(const message &, reply &reply)
    {
        return reply.success([](writer &out) {
            out.key("commands");
            out.open_array();
            detail::each_handler<M>(detail::command_describer{out});
            out.close();
            out.key("events");
            out.open_object();
            detail::each_handler<M>(detail::event_describer{out});
            out.close();
        });
    }
    // Answers a message of a type that the protocol does not name.
    answer other(const message &message, reply &reply)
    {
        return reply.error(RP_CODE_UNKNOWN_TYPE, "unknown message type: ", message.type());
    }
    // Answers any message, before anything was checked; beneath all the others. One of your own ends in dispatch.
    answer handle_message(const message &message, reply &reply) { return dispatch(message, reply); }

    // Whether init was answered with success, and shutdown not yet.
    bool is_initialized() const noexcept { return is_initialized_.load(std::memory_order_acquire); }

protected:
    // Checks a message as the protocol asks and calls the function of its type.
    answer dispatch(const message &unread, reply &reply)
    {
        rp_json payload;
        const rp_status opened = rp_message_open(this, unread.raw(), reply.fresh(), &payload);
        if (opened != RP_OK) return reply.answered(opened);
        const message message(unread.raw(), unread.host(), json(payload));
        const std::string_view type = message.type();
        if (type == "command" && is_initialized()) return dispatch_command(message, reply);
        if (type == "describe") return reply.give(self().describe(message, reply));
        if (type == "init") return dispatch_init(message, reply);
        if (!is_initialized()) return reply.error(RP_CODE_NOT_INITIALIZED, "the module is not initialized");
        if (type == "query") return reply.give(self().query(message, reply));
        if (type == "mutation") return reply.give(self().mutation(message, reply));
        if (type == "event") return dispatch_event(message, reply);
        if (type == "shutdown") return dispatch_shutdown(message, reply);
        return reply.give(self().other(message, reply));
    }

private:
    // Nobody but M can be made of it.
    friend M;
    module() = default;
    ~module() = default;
    module(const module &) = delete;
    module &operator=(const module &) = delete;

    M &self() noexcept { return static_cast<M &>(*this); }

    answer run_entity(const detail::call_context &context, const std::string &entity)
    {
        detail::entity_runner<M> runner{self(), context, {}};
        detail::each_handler<M>(runner);
        if (runner.given) return *runner.given;
        return context.reply.error(RP_CODE_NOT_SUPPORTED, "this module does not provide ", entity);
    }

    static answer no_entities(reply &reply) noexcept
    {
        return reply.error(RP_CODE_NOT_SUPPORTED, "this module keeps no entities");
    }

    answer dispatch_command(const message &message, reply &reply)
    {
        rp_json name, args;
        const rp_status opened = rp_command_open(message.payload().raw(), reply.fresh(), &name, &args);
        if (opened != RP_OK) return reply.answered(opened);
        const rp::command command(message, json(name), json(args));
        return reply.give(self().command(command, reply));
    }

    answer dispatch_init(const message &message, reply &reply)
    {
        if (is_initialized()) return reply.error(RP_CODE_CONFLICT, "already initialized");
        json config = message.payload()["config"];
        if (!config) config = json(rp_json_literal("{}"));
        const detail::call_context context{message, reply, nullptr, nullptr, nullptr};
        const auto read_config = [config](auto &parameters, detail::reading &how) {
            return detail::read_whole(config, parameters, detail::place("config"), how);
        };
        const answer given = detail::read_and_call(self(), &M::init, context, read_config, true);
        is_initialized_.store(given.status() == RP_OK, std::memory_order_release);
        return given;
    }

    // A module may hear of events by a function of its own, which takes the message, and the reply too if it wants.
    answer dispatch_event(const message &message, reply &reply)
    {
        using own = detail::signature_for<decltype(&M::event)>;
        if constexpr (std::is_same_v<own, detail::signature<typename own::result_type, const rp::message &>>) {
            return reply.give(self().event(message));
        } else {
            return reply.give(self().event(message, reply));
        }
    }

    answer dispatch_shutdown(const message &message, reply &reply)
    {
        const answer given = reply.give(self().shutdown(message));
        is_initialized_.store(false, std::memory_order_release);
        return given;
    }

    std::atomic<bool> is_initialized_{false};
};

namespace detail {

// An instance as the ABI sees it.
template <class M> class border {
public:
    static void destroy(void *self) noexcept { delete static_cast<instance *>(self); }

    static void *create(const rp_host *raw) noexcept
    {
        const host host(raw);
#if defined(__cpp_exceptions)
        try {
            return make(host);
        } catch (const std::exception &exception) {
            host.log(level::error, exception.what());
        } catch (...) {
            host.log(level::error, "the module's constructor threw something that is no std::exception");
        }
        return nullptr;
#else
        return make(host);
#endif
    }

    static rp_status handle_message(void *self, const rp_message *raw, rp_reply *raw_reply) noexcept
    {
        rp_json nothing;
        if (self == nullptr || raw == nullptr || raw_reply == nullptr) { // the answer says which
            return rp_message_open(self, raw, raw_reply, &nothing);
        }
        instance &target = *static_cast<instance *>(self);
        reply reply(raw_reply);
#if defined(__cpp_exceptions)
        try {
            return handle(target, raw, reply);
        } catch (const error &error) {
            return reply.error(error).status();
        } catch (const std::bad_alloc &) {
            return RP_ERR_NO_MEMORY;
        } catch (const std::exception &exception) {
            return reply.error(RP_CODE_INTERNAL, exception.what()).status();
        } catch (...) {
            return RP_ERR_PANIC;
        }
#else
        return handle(target, raw, reply);
#endif
    }

private:
    // The module and its host, which create got once.
    struct instance {
        M module;
        rp::host host;
    };

    static rp_status handle(instance &target, const rp_message *raw, reply &reply)
    {
        const message message(raw, target.host.for_message(raw->id));
        return reply.give(target.module.handle_message(message, reply)).status();
    }

    static instance *make(const host &host)
    {
        static_assert(std::is_nothrow_destructible_v<M>, "a destructor that throws would end the host");
        if constexpr (std::is_constructible_v<M, rp::host>) return new (std::nothrow) instance{M(host), host};
        else return new (std::nothrow) instance{M(), host};
    }
};

} // namespace detail
} // namespace rp

// Before libc++ for WebAssembly aborts it prints why, and its strings bring printing along: imports of WASI, which the
// host refuses. These take the place of what prints and of what writes to files; the host reports the trap. Weak, since a
// build may bring them too.
#if defined(__wasm32__) && defined(_LIBCPP_VERSION)
#define RP_TRAP_                                                                        \
    RP_TRAP_AS_(void, abort_message, const char *, ...)                                 \
    RP_TRAP_AS_(std::size_t, __stdio_write, void *, const unsigned char *, std::size_t) \
    RP_TRAP_AS_(long long, __stdio_seek, void *, long long, int)                        \
    RP_TRAP_AS_(int, __stdio_close, void *)                                             \
    __attribute__((weak)) void std::__libcpp_verbose_abort(const char *, ...)           \
    {                                                                                   \
        __builtin_trap();                                                               \
    }
#define RP_TRAP_AS_(type, name, ...)                                      \
    extern "C" [[noreturn]] __attribute__((weak)) type name(__VA_ARGS__); \
    extern "C" [[noreturn]] __attribute__((weak)) type name(__VA_ARGS__)  \
    {                                                                     \
        __builtin_trap();                                                 \
    }
#else
#define RP_TRAP_
#endif

// Makes a module of a class: RP_MODULE for C++. It stands in one source file of the module, outside every function and
// namespace, with a semicolon behind it.
//
// module_class   derives from rp::module<module_class>
// manifest_json  a string literal of at most 64 KiB
#define RP_MODULE_CLASS(module_class, manifest_json)                                          \
    RP_TRAP_                                                                                  \
    RP_MODULE(module_class::flags, manifest_json, ::rp::detail::border<module_class>::create, \
              ::rp::detail::border<module_class>::destroy, ::rp::detail::border<module_class>::handle_message)

#endif
