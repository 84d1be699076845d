// rp::json: finds, walks and reads the values of a JSON text in place.

#ifndef RP_SDK_JSON_HPP
#define RP_SDK_JSON_HPP

#include "base.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rp {

// One value of a checked JSON text; a copy costs nothing. It may be "nothing", the value of a missing key.
class json {
public:
    json() noexcept : raw_{detail::borrow({})} {}
    explicit json(rp_json raw) noexcept : raw_(raw) {}

    // Checks a text, which must be one JSON value.
    static result<json> parse(std::string_view text);

    rp_json raw() const noexcept { return raw_; }
    // The value as it is in the text.
    std::string_view text() const noexcept { return detail::view(raw_.text); }

    rp_json_kind kind() const noexcept { return rp_json_kind_of(raw_); }
    bool is_object() const noexcept { return kind() == RP_JSON_OBJECT; }
    bool is_array() const noexcept { return kind() == RP_JSON_ARRAY; }
    bool is_string() const noexcept { return kind() == RP_JSON_STRING; }
    bool is_null() const noexcept { return kind() == RP_JSON_NULL; }
    // Whether there is a value at all.
    explicit operator bool() const noexcept { return kind() != RP_JSON_NOTHING; }

    // The first member of that name, or the element at that index; nothing if there is none.
    inline json operator[](std::string_view key) const noexcept;
    json operator[](const char *key) const noexcept { return (*this)[std::string_view(key)]; }
    json at(std::size_t index) const noexcept { return json(rp_json_at(raw_, index)); }
    // Elements of an array or members of an object.
    std::size_t size() const noexcept { return rp_json_count(raw_); }
    // for (auto [key, value] : object); the elements of an array have no key.
    inline json_iterator begin() const noexcept;
    inline json_iterator end() const noexcept;

    // Reads it as bool, a number of any type, std::string, json, raw_json, raw_object, an enum with json_words, a struct
    // with rp::fields, std::vector or std::map<std::string, T> of these, or std::optional, which null and nothing read as
    // empty. A failure has code
    // "invalid_payload"; its text and details name the place, which begins with `what`.
    template <class T> result<T> as(std::string_view what = {}) const;
    // Reads a member: (*this)[key].as<T>(key).
    template <class T> result<T> get(std::string_view key) const;
    // The text of a string: in place, or decoded into `storage` if it has escapes.
    result<std::string_view> as_text(std::string &storage) const;

    // Whether it is a string with that text.
    friend inline bool operator==(const json &left, std::string_view right) noexcept;
    friend bool operator!=(const json &left, std::string_view right) noexcept { return !(left == right); }

private:
    rp_json raw_;
};

inline bool operator==(const json &left, std::string_view right) noexcept
{
    return rp_json_equals_str(left.raw_, detail::borrow(right));
}

// A member of an object, or an element of an array, whose key is nothing.
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
    // Compares only with the end.
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

} // namespace rp

#endif
