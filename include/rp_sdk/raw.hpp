// rp::raw_json and rp::raw_object: JSON that is kept as it came, such as the text of another JSON library.

#ifndef RP_SDK_RAW_HPP
#define RP_SDK_RAW_HPP

#include "result.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace rp {

// A JSON value of any kind, kept byte for byte; null until then. Unlike json it owns its text, so it may be a member,
// an argument, and what a function returns: return rp::raw_json::parse(other.dump());
class raw_json {
public:
    raw_json() : text_("null") {}
    explicit raw_json(json value) : text_(value ? value.text() : "null") {}

    // Checks a text, which must be one JSON value.
    static result<raw_json> parse(std::string text)
    {
        const result<json> parsed = json::parse(text);
        if (!parsed) return parsed.error();
        return raw_json(std::move(text));
    }

    json value() const noexcept { return json(rp_json{detail::borrow(text_)}); }
    const std::string &text() const noexcept { return text_; }

private:
    explicit raw_json(std::string text) : text_(std::move(text)) {}

    std::string text_;
};

// The same for a JSON object; {} until then.
class raw_object {
public:
    raw_object() : text_("{}") {}
    explicit raw_object(json object) : text_(object.text()) {}

    // Checks a text, which must be one JSON object.
    static result<raw_object> parse(std::string text)
    {
        const result<json> parsed = json::parse(text);
        if (!parsed) return parsed.error();
        if (!parsed->is_object()) return error(RP_CODE_INVALID_PAYLOAD, "expected an object");
        return raw_object(std::move(text));
    }

    json value() const noexcept { return json(rp_json{detail::borrow(text_)}); }
    const std::string &text() const noexcept { return text_; }

private:
    explicit raw_object(std::string text) : text_(std::move(text)) {}

    std::string text_;
};

} // namespace rp

#endif
