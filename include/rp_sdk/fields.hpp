// How a type is read, written and described: rp::fields of a struct, rp::words of an enum.

#ifndef RP_SDK_FIELDS_HPP
#define RP_SDK_FIELDS_HPP

#include "json.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace rp {

// One member of a struct, as it is in JSON.
template <class S, class T> struct field_of {
    std::string_view name;
    T S::*member;
    std::string_view about;
    bool has_default;
};

template <class S, class... T> struct field_list {
    std::string_view about;
    std::tuple<field_of<S, T>...> all;
    bool is_strict = false;

    // Refuses unknown keys, which are skipped otherwise: a misspelt argument is an error. So is
    // one that a newer version of the module knows and this one does not.
    constexpr field_list strict() const noexcept { return {about, all, true}; }
};

// Names a member; `about` is for people and goes into the schema. A std::optional member may be absent or null when it
// is read, and is left out when it is written empty.
template <class S, class T>
constexpr field_of<S, T> field(std::string_view name, T S::*member, std::string_view about = {}) noexcept
{
    return {name, member, about, false};
}

// The same for a member that keeps its initial value if it is absent.
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
    return {{}, {each...}, false};
}

// The same with a sentence about the struct itself.
template <class S, class... T>
constexpr field_list<S, T...> fields(std::string_view about, field_of<S, T>... each) noexcept
{
    return {about, {each...}, false};
}

template <std::size_t N> struct word_list {
    std::string_view about;
    std::array<std::string_view, N> all;
};

// Gives an enum its words in JSON, in the order of its values from 0. Define it beside the enum, under this name:
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

namespace detail {

template <class T> struct is_optional : std::false_type {};
template <class T> struct is_optional<std::optional<T>> : std::true_type {};

template <class T> struct is_vector : std::false_type {};
template <class T> struct is_vector<std::vector<T>> : std::true_type {};

// std::map and std::unordered_map with texts as keys: an object with any keys.
template <class T, class = void> struct is_map : std::false_type {};
template <class T> struct is_map<T, std::void_t<typename T::key_type, typename T::mapped_type>>
    : std::is_same<typename T::key_type, std::string> {};

template <class T, class = void> struct has_fields : std::false_type {};
template <class T> struct has_fields<T, std::void_t<decltype(T::fields.all)>> : std::true_type {};

template <class T, class = void> struct has_words : std::false_type {};
template <class T> struct has_words<T, std::void_t<decltype(json_words(T{}).all)>> : std::is_enum<T> {};

// Whether all names differ.
template <std::size_t N> constexpr bool are_names(const std::array<std::string_view, N> &names) noexcept
{
    for (std::size_t at = 0; at < N; at++) {
        if (names[at].empty()) return false;
        for (std::size_t before = 0; before < at; before++) {
            if (names[before] == names[at]) return false;
        }
    }
    return true;
}

template <class S, class... T> constexpr bool are_named(const field_list<S, T...> &fields) noexcept
{
    return std::apply(
        [](const auto &...each) { return are_names(std::array<std::string_view, sizeof...(T)>{each.name...}); },
        fields.all);
}

// Checks them once for each struct.
template <class S> struct checked_fields {
    static_assert(are_named(S::fields), "rp::fields: two fields have one name, or one has an empty one");
    static constexpr const auto &all = S::fields.all;
};

// Calls a function with each field of a struct.
template <class S, class Visit> void each_field(Visit visit)
{
    std::apply([&visit](const auto &...each) { (visit(each), ...); }, checked_fields<S>::all);
}

template <class S> constexpr std::size_t field_count() noexcept
{
    return std::tuple_size_v<decltype(S::fields.all)>;
}

} // namespace detail

} // namespace rp

#endif
