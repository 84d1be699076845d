// rp::writer and what it can write; rp::object.

#ifndef RP_SDK_WRITE_HPP
#define RP_SDK_WRITE_HPP

#include "fields.hpp"
#include "json.hpp"
#include "raw.hpp"

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rp {

// Writes JSON. Keys, values and ends must match; a mistake makes the answer an error with code "internal".
class writer {
public:
    // raw  borrowed
    explicit writer(rp_writer &raw) noexcept : raw_(raw) {}

    // Writes one value: nullptr, bool, numbers, text, json, raw_json, raw_object, an rp::object, an enum with json_words,
    // a struct with rp::fields, std::optional, a pointer to any of these, a map with texts as keys (an object), anything
    // else iterable (an array), a function that takes the writer, and every type T with
    // write_json(rp::writer &, const T &) beside it or in namespace rp.
    template <class T> void value(const T &what);
    // Writes the key of an object's next member; its value follows.
    void key(std::string_view key) noexcept { rp_writer_key_str(&raw_, detail::borrow(key)); }
    // Writes a whole member.
    template <class T> void member(std::string_view name, const T &what)
    {
        key(name);
        value(what);
    }
    // Writes a JSON text, such as another library made; it is checked, and must be one value.
    void raw(std::string_view text) noexcept
    {
        rp_json value;
        const rp_json_result parsed = rp_json_parse(detail::borrow(text), &value);
        if (parsed == RP_JSON_OK) rp_writer_json(&raw_, value);
        else rp_sdk_fail(&raw_, parsed);
    }
    // close closes whichever was opened last.
    void open_object() noexcept { rp_writer_open_object(&raw_); }
    void open_array() noexcept { rp_writer_open_array(&raw_); }
    void close() noexcept { rp_writer_close(&raw_); }

private:
    rp_writer &raw_;
};

namespace detail {

// Any value that a writer can write, borrowed until the end of the full expression.
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

template <class T, class = void> struct is_walkable : std::false_type {};
template <class T> struct is_walkable<
    T, std::void_t<decltype(std::begin(std::declval<const T &>())), decltype(std::end(std::declval<const T &>()))>>
    : std::true_type {};

template <class T> struct is_pointer_to_value
    : std::bool_constant<std::is_pointer_v<T> && std::is_object_v<std::remove_pointer_t<T>>> {};

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
    } else if constexpr (std::is_same_v<T, raw_object> || std::is_same_v<T, raw_json>) {
        rp_writer_json(&raw_, what.value().raw());
    } else if constexpr (detail::has_words<T>::value) {
        rp_writer_str(&raw_, detail::borrow(word(what)));
    } else if constexpr (detail::has_fields<T>::value) {
        detail::write_struct(*this, what);
    } else if constexpr (std::is_invocable_v<const T &, writer &>) {
        what(*this);
    } else if constexpr (detail::is_optional<T>::value || detail::is_pointer_to_value<T>::value) {
        if (what) value(*what);
        else rp_writer_null(&raw_);
    } else if constexpr (detail::is_map<T>::value) {
        open_object();
        for (const auto &each : what) member(each.first, each.second);
        close();
    } else if constexpr (detail::is_walkable<T>::value) {
        open_array();
        for (const auto &each : what) value(each);
        close();
    } else {
        static_assert(
            detail::has_write_json<T>::value,
            "write a bool, a number, a text, rp::json, rp::raw_json, rp::raw_object, rp::object, an enum with "
            "json_words, a struct with rp::fields, a std::optional, pointer, container or std::map<std::string, T> of "
            "these, or give the type a write_json(rp::writer &, const T &); a map with other keys is none of these");
    }
}

} // namespace rp

#endif
