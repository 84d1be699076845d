// rp_sdk.hpp: modules in C++17, on top of rp_sdk.h. Header only; copy it with rp_sdk.h and rp_module.h.
//
// A whole module:
//
//     #include "rp_sdk.hpp"
//
//     class hello : public rp::module<hello> {
//     public:
//         rp::answer command(const rp::command &command, rp::reply &reply)
//         {
//             if (command.name() == "greet") return reply.success({{"hello", "world"}});
//             return reply.unknown(command);
//         }
//     };
//
//     RP_MODULE_CLASS(hello, R"({"name":"hello","version":"0.1.0","protocol":"1.0"})");
//
// Contents
//   1 reading     rp::json: a value of a JSON text, found, walked and read in place
//   2 results     rp::error, rp::result<T>
//   3 writing     rp::writer, and what it can write
//   4 replies     rp::buffer, one's own; rp::response, what came back; rp::reply, the one to answer into
//   5 the host    rp::host: messages to it, log, time, randomness
//   6 messages    rp::message, rp::command
//   7 modules     rp::module<T>, RP_MODULE_CLASS
//
// Rules for all of it
//   Works with and without exceptions and RTTI. What a module throws becomes an error response: an rp::error as it
//   says, any other std::exception its what() with code "internal"; std::bad_alloc is RP_ERR_NO_MEMORY. Anything else
//   is RP_ERR_PANIC, and the host drops the instance. Nothing here throws by itself but rp::result<T>::value().
//   Nothing allocates but std::string (in rp::error, and where one is asked for), rp::buffer, and create.
//   Texts and values (std::string_view, rp::json, rp::message ...) are borrowed: they end with the call that passed
//   them. As in rp_sdk.h every function is [any-thread], as far as what it is given is. rp::detail is private.

#ifndef RP_SDK_HPP
#define RP_SDK_HPP

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 201703L
#error "rp_sdk.hpp needs C++17: -std=c++17, /std:c++17, or CXX_STANDARD 17; rp_sdk.h needs C++11 only"
#endif

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <initializer_list>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

// It is C, and is written so.
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wold-style-cast"
#pragma clang diagnostic ignored "-Wzero-as-null-pointer-constant"
#endif
#include "rp_sdk.h"
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
class reply;
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

    // Reads it as bool, a number of any type, std::string, json, or std::optional of these, which null and nothing are
    // read as too. A failure has code "invalid_payload"; its text begins with `what`, if it is given.
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
    rp_str body;
    if (rp_json_borrow_string(left.raw_, &body)) return detail::view(body) == right;
    if (!left.is_string()) return false;
    body = rp_sdk_string_body(left.raw_);
    const char *at = body.data;
    while (at != body.data + body.len) {
        char unit[4];
        const std::size_t units = rp_sdk_decode(&at, unit);
        if (units == 0 || right.substr(0, units) != std::string_view(unit, units)) return false;
        right.remove_prefix(units);
    }
    return right.empty();
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
    for (const json_member member : *this) {
        if (member.key == key) return member.value;
    }
    return {};
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
    T &operator*() noexcept { return *value_; }
    const T &operator*() const noexcept { return *value_; }
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

namespace detail {

template <class T> struct is_optional : std::false_type {};
template <class T> struct is_optional<std::optional<T>> : std::true_type {};

template <class Narrow, class Wide> rp_json_result narrow(rp_json_result read, Wide wide, Narrow &out)
{
    if (read != RP_JSON_OK) return read;
    if (wide < std::numeric_limits<Narrow>::lowest() || wide > std::numeric_limits<Narrow>::max()) {
        return RP_JSON_ERR_OUT_OF_RANGE;
    }
    out = static_cast<Narrow>(wide);
    return RP_JSON_OK;
}

template <class T> rp_json_result read(rp_json value, T &out)
{
    if constexpr (is_optional<T>::value) {
        const rp_json_kind kind = rp_json_kind_of(value);
        if (kind == RP_JSON_NOTHING || kind == RP_JSON_NULL) return RP_JSON_OK;
        return read(value, out.emplace());
    } else if constexpr (std::is_same_v<T, json>) {
        out = json(value);
        return out ? RP_JSON_OK : RP_JSON_ERR_MISSING;
    } else if constexpr (std::is_same_v<T, bool>) {
        return rp_json_read_bool(value, &out);
    } else if constexpr (std::is_same_v<T, std::string>) {
        std::size_t len = 0;
        const rp_json_result measured = rp_json_string_len(value, &len);
        if (measured != RP_JSON_OK) return measured;
        out.resize(len);
        return rp_json_read_string(value, out.data(), len + 1, nullptr);
    } else if constexpr (std::is_floating_point_v<T>) {
        double wide = 0;
        const rp_json_result result = rp_json_read_double(value, &wide);
        return narrow(result, wide, out);
    } else if constexpr (std::is_signed_v<T>) {
        std::int64_t wide = 0;
        const rp_json_result result = rp_json_read_int(value, &wide);
        return narrow(result, wide, out);
    } else {
        static_assert(std::is_unsigned_v<T>, "read a bool, a number, std::string, rp::json or std::optional of these");
        std::uint64_t wide = 0;
        const rp_json_result result = rp_json_read_uint(value, &wide);
        return narrow(result, wide, out);
    }
}

inline error wrong_value(std::string_view what, rp_json_result result)
{
    std::string text(what);
    if (!text.empty()) text += ": ";
    return {RP_CODE_INVALID_PAYLOAD, text += rp_json_result_text(result)};
}

} // namespace detail

inline result<json> json::parse(std::string_view text)
{
    rp_json value;
    const rp_json_result parsed = rp_json_parse(detail::borrow(text), &value);
    if (parsed == RP_JSON_OK) return json(value);
    return error(RP_CODE_INVALID_JSON, rp_json_result_text(parsed));
}

template <class T> result<T> json::as(std::string_view what) const
{
    T value{};
    const rp_json_result read = detail::read(raw_, value);
    if (read == RP_JSON_OK) return value;
    return detail::wrong_value(what, read);
}

template <class T> result<T> json::get(std::string_view key) const
{
    return (*this)[key].as<T>(key);
}

inline result<std::string_view> json::as_text(std::string &storage) const
{
    rp_str body;
    if (rp_json_borrow_string(raw_, &body)) return detail::view(body);
    const rp_json_result read = detail::read(raw_, storage);
    if (read == RP_JSON_OK) return std::string_view(storage);
    return detail::wrong_value({}, read);
}

// ---- 3 writing ----

// Writes JSON. Keys, values and ends must fit together; a mistake makes the answer an error with code "internal".
class writer {
public:
    // raw  borrowed
    explicit writer(rp_writer &raw) noexcept : raw_(raw) {}

    // Writes one value: nullptr, bool, numbers, text, json, an rp::object, std::optional, anything to walk over (an
    // array), a function that takes the writer, and every type T with write_json(rp::writer &, const T &) beside it.
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
class field {
public:
    template <class T> field(const T &what) noexcept
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
    detail::field value;
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
    } else if constexpr (std::is_invocable_v<const T &, writer &>) {
        what(*this);
    } else if constexpr (detail::is_optional<T>::value) {
        if (what) value(*what);
        else rp_writer_null(&raw_);
    } else {
        open_array();
        for (const auto &each : what) value(each);
        close();
    }
}

// ---- 4 replies ----

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
    return answer(rp_sdk_answer(&response, RP_OK));
}

inline answer reply::error(const rp::error &error) noexcept
{
    if (error.status() != RP_FAILED) return answer(error.status());
    rp_writer response = rp_writer_start(fresh());
    writer out(response);
    out.open_object();
    out.member("status", "error");
    out.member("error", error.text());
    out.member("code", error.code());
    if (!error.details().empty()) out.member("details", json(rp_json{detail::borrow(error.details())}));
    return answer(rp_sdk_answer(&response, RP_FAILED));
}

// ---- 5 the host ----

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
        const rp_str line = detail::borrow(text);
        if (!RP_HAS(raw_, rp_host, write_log)) return;
        raw_->write_log(raw_, message_id_, static_cast<std::int32_t>(level), line.data, line.len);
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

// ---- 6 messages ----

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

// ---- 7 modules ----

// What a module derives from: class my_module : public rp::module<my_module>. It has a constructor that takes an
// rp::host, or one that takes nothing; a destructor that does not throw; and public functions in place of those below
// that it wants to be different. They return rp::answer, or rp::result of what rp::writer can write, or of void.
//
// Flags  0, or RP_CONCURRENT: functions run on several threads at once, and the module guards its own state
template <class M, std::uint32_t Flags = 0> class module {
public:
    static constexpr std::uint32_t flags = Flags;

    // Prepares the instance; message.payload()["config"] is its configuration.
    result<void> init(const message &) { return {}; }
    // Does what the command says.
    answer command(const rp::command &command, reply &reply) { return reply.unknown(command); }
    // Answers for entities that the module provides.
    answer query(const message &, reply &reply) { return no_entities(reply); }
    answer mutation(const message &, reply &reply) { return no_entities(reply); }
    // Hears of something that happened.
    result<void> event(const message &) { return {}; }
    // Ends the work: writes what must not be lost.
    result<void> shutdown(const message &) { return {}; }
    // Tells the commands.
    answer describe(const message &, reply &reply)
    {
        return reply.success(json(rp_json_literal(R"({"commands":[],"events":{}})")));
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
        if (type == "event") return reply.give(self().event(message));
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
        const answer given = reply.give(self().init(message));
        is_initialized_.store(given.status() == RP_OK, std::memory_order_release);
        return given;
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

// Makes a module of a class: RP_MODULE for C++. It stands in one source file of the module, outside every function and
// namespace, with a semicolon behind it.
//
// module_class   derives from rp::module<module_class>
// manifest_json  a string literal of at most 64 KiB
#define RP_MODULE_CLASS(module_class, manifest_json)                                          \
    RP_MODULE(module_class::flags, manifest_json, ::rp::detail::border<module_class>::create, \
              ::rp::detail::border<module_class>::destroy, ::rp::detail::border<module_class>::handle_message)

#endif
