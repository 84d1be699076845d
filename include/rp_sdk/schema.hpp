// The JSON Schema of a type.

#ifndef RP_SDK_SCHEMA_HPP
#define RP_SDK_SCHEMA_HPP

#include "fields.hpp"
#include "write.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rp {

namespace detail {

// The members of a type's JSON Schema, by name, as everything in it.
template <class T> void write_schema(writer &out, std::string_view about, bool is_nullable);
// Its first member, of objects, and the others; a default comes between them.
template <class T> void write_additional(writer &out);

template <class T> void write_schema(writer &out)
{
    out.open_object();
    write_additional<T>(out);
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

// Of an object that refuses unknown keys.
inline void write_closed(writer &out, bool is_strict)
{
    if (is_strict) out.member("additionalProperties", false);
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

// The schema of an object: its properties by name, each written by a function that takes the name, and the required ones
// in their own order.
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
            write_additional<type>(out);
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

template <class T> void write_additional(writer &out)
{
    if constexpr (is_optional<T>::value) {
        write_additional<typename T::value_type>(out);
    } else if constexpr (std::is_pointer_v<T> && !std::is_same_v<T, const char *>) {
        write_additional<std::decay_t<std::remove_pointer_t<T>>>(out);
    } else if constexpr (has_fields<T>::value) {
        write_closed(out, T::fields.is_strict);
    } else if constexpr (is_map<T>::value) {
        out.key("additionalProperties");
        write_schema<typename T::mapped_type>(out);
    }
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
        } else if constexpr (std::is_void_v<T> || std::is_same_v<T, raw_object> || is_map<T>::value) {
            write_type(out, "object", is_nullable);
        } else if constexpr (std::is_same_v<T, bool>) {
            write_type(out, "boolean", is_nullable);
        } else if constexpr (std::is_arithmetic_v<T>) {
            write_number_schema<T>(out, is_nullable);
        } else if constexpr (std::is_convertible_v<const T &, std::string_view>) {
            write_type(out, "string", is_nullable);
        } // nothing is known of the others
    }
}

} // namespace detail

} // namespace rp

#endif
