// Reads a JSON value into a type, and reports where it does not fit.

#ifndef RP_SDK_READ_HPP
#define RP_SDK_READ_HPP

#include "buffer.hpp"
#include "fields.hpp"
#include "result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rp {

namespace detail {

// Where a value is: documents[1].citation.
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

// The result of reading, and how strict it is.
class reading {
public:
    // A configuration may leave out everything, and must have nothing unknown.
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

// A wanted member.
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
inline bool read_slots(json object, const slot *slots, std::size_t count, bool is_strict, const place &where,
                       reading &how)
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
            if (is_strict || how.is_configuration()) return refuse_unknown(slots, count, here, how);
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
    return read_slots(value, slots.data(), count, S::fields.is_strict, where, how);
}

// JSON readers differ on whether -0 is an integer; here it is not, as in Rust.
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

// The members of a map may have any key, each of them once.
template <class M> bool read_map(json value, M &out, const place &where, reading &how)
{
    if (!value.is_object()) return how.refuse(where, "expected an object");
    out.clear();
    for (const json_member member : value) {
        std::string key;
        if (!read_text(member.key, key, where, how)) return false;
        const auto [at, is_new] = out.try_emplace(std::move(key));
        const place here(where, at->first);
        if (!is_new) return how.refuse(here, "given more than once");
        if (!read(member.value, at->second, here, how)) return false;
    }
    return true;
}

// gcc must not inline it into a caller that has the optional on its stack: it would warn of an uninitialised value.
template <class T> RP_APART_ bool read_optional(json value, std::optional<T> &out, const place &where, reading &how)
{
    out.reset();
    return !value || value.is_null() || read(value, out.emplace(), where, how);
}

template <class T> bool read(json value, T &out, const place &where, reading &how)
{
    if constexpr (is_optional<T>::value) {
        return read_optional(value, out, where, how);
    } else if constexpr (std::is_same_v<T, json>) {
        out = value;
        return out || how.refuse(where, "missing");
    } else {
        if (!value) return how.refuse(where, "missing");
        if constexpr (std::is_same_v<T, raw_object>) {
            if (!value.is_object()) return how.refuse(where, "expected an object");
            out = raw_object(value);
            return true;
        } else if constexpr (std::is_same_v<T, raw_json>) {
            out = raw_json(value);
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
        } else if constexpr (is_map<T>::value) {
            return read_map(value, out, where, how);
        } else if constexpr (has_fields<T>::value) {
            return read_struct(value, out, where, how);
        } else {
            static_assert(has_fields<T>::value,
                          "read a bool, a number, std::string, rp::json, rp::raw_json, rp::raw_object, an enum with "
                          "json_words, a struct with rp::fields, or a std::optional, std::vector or "
                          "std::map<std::string, T> of these");
            return false;
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

} // namespace rp

#endif
