// Looks at a manifest while the module is compiled.

#ifndef RP_SDK_MANIFEST_HPP
#define RP_SDK_MANIFEST_HPP

#include <cstddef>
#include <string_view>

namespace rp {

namespace detail {

// Reads a JSON text at compile time, as far as mistakes of hand matter: brackets, quotes, commas, colons.
class manifest_reader {
public:
    constexpr explicit manifest_reader(std::string_view text) noexcept : text_(text) {}

    // Where the text stops being one JSON object; npos if it is one.
    constexpr std::size_t fault() noexcept
    {
        skip_space();
        const bool is_object = at() == '{' && read_value(0);
        skip_space();
        return is_object && place_ == text_.size() ? text_.npos : place_;
    }

private:
    static constexpr std::size_t most_depth = 64;

    // The next character; NUL at the end.
    constexpr char at() const noexcept { return place_ < text_.size() ? text_[place_] : '\0'; }
    constexpr bool take(char expected) noexcept
    {
        const bool is_there = at() == expected;
        if (is_there) place_++;
        return is_there;
    }
    constexpr void skip_space() noexcept
    {
        while (at() == ' ' || at() == '\n' || at() == '\t' || at() == '\r') place_++;
    }

    constexpr bool read_value(std::size_t depth) noexcept
    {
        if (depth > most_depth) return false;
        if (at() == '{') return read_items('}', depth);
        if (at() == '[') return read_items(']', depth);
        return at() == '"' ? read_string() : read_word();
    }

    // The members of an object, or the elements of an array, with both brackets.
    constexpr bool read_items(char end, std::size_t depth) noexcept
    {
        place_++;
        skip_space();
        if (take(end)) return true;
        do {
            skip_space();
            if (end == '}' && !read_key()) return false;
            if (!read_value(depth + 1)) return false;
            skip_space();
        } while (take(','));
        return take(end);
    }

    constexpr bool read_key() noexcept
    {
        if (at() != '"' || !read_string()) return false;
        skip_space();
        if (!take(':')) return false;
        skip_space();
        return true;
    }

    constexpr bool read_string() noexcept
    {
        place_++;
        while (place_ < text_.size() && at() != '"') {
            if (static_cast<unsigned char>(at()) < ' ') return false;
            place_ += at() == '\\' ? 2U : 1U;
        }
        return take('"');
    }

    // true, false, null or a number.
    constexpr bool read_word() noexcept
    {
        for (const std::string_view word : {"true", "false", "null"}) {
            if (text_.substr(place_, word.size()) != word) continue;
            place_ += word.size();
            return true;
        }
        return read_number();
    }

    // Its characters; the host looks at it closely.
    constexpr bool read_number() noexcept
    {
        constexpr std::string_view allowed = "+-.0123456789Ee";
        const std::size_t start = place_;
        while (place_ < text_.size() && allowed.find(at()) != allowed.npos) place_++;
        return place_ > start;
    }

    std::string_view text_;
    std::size_t place_ = 0;
};

// A long one is left to the host, since compilers bound what they compute.
constexpr std::size_t manifest_fault(std::string_view manifest) noexcept
{
    return manifest.size() > 16384 ? manifest.npos : manifest_reader(manifest).fault();
}

// Its argument is in the compiler's text.
template <std::size_t Byte> struct manifest_stops_being_json_at {
    static_assert(
        Byte == std::string_view::npos,
        "the manifest is not one JSON object; the number in manifest_stops_being_json_at<...> is the byte where "
        "a comma, quote, colon or bracket is missing or too many");
    static constexpr bool is_checked = true;
};

// The text between the brackets of a list in a JSON text, by its key with the quotes; empty if there is none.
constexpr std::string_view list_in(std::string_view json, std::string_view quoted_key) noexcept
{
    for (std::size_t at = json.find(quoted_key); at != json.npos; at = json.find(quoted_key, at + 1)) {
        const std::size_t colon = json.find_first_not_of(" \t\r\n", at + quoted_key.size());
        if (colon == json.npos || json[colon] != ':') continue;
        const std::size_t start = json.find_first_not_of(" \t\r\n", colon + 1);
        if (start == json.npos || json[start] != '[') continue;
        return json.substr(start + 1, json.find(']', start) - start - 1);
    }
    return {};
}

} // namespace detail

} // namespace rp

#endif
