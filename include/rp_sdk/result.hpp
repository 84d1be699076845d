// A value or the reason why there is none: rp::error, rp::result<T>, RP_LET, RP_CHECK.

#ifndef RP_SDK_RESULT_HPP
#define RP_SDK_RESULT_HPP

#include "json.hpp"

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rp {

// Why something failed; it becomes an error response. Return it as a result<T>, or throw it.
class error : public std::exception {
public:
    // code  a standard one, RP_CODE_..., or the module's own
    // text  for people
    error(std::string_view code, std::string_view text) : error(RP_FAILED, code, text) {}

    // The answer is no longer wanted: ends the message without a response.
    static error cancelled() { return {RP_ERR_CANCELLED, RP_CODE_CANCELLED, "cancelled"}; }
    // There is no room for the response: ends the message without one.
    static error no_memory() { return {RP_ERR_NO_MEMORY, RP_CODE_TOO_LARGE, "no room is left for the response"}; }
    // The argument at a path, as documents[0].citation, is wrong: code "invalid_payload", the path in text and details.
    static inline error at(std::string_view path, std::string_view text);
    // The meaning of a status without a response.
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

// A value, or the error that says why there is none. E is copied and thrown; the host's own is rph::error.
template <class T, class E> class [[nodiscard]] result {
public:
    result(T value) : value_(std::move(value)) {}
    result(E error) : error_(std::move(error)) {}

    explicit operator bool() const noexcept { return !error_; }
    // Only if there is a value.
    T &operator*() &noexcept { return *value_; }
    const T &operator*() const &noexcept { return *value_; }
    T &&operator*() &&noexcept { return std::move(*value_); }
    T *operator->() noexcept { return &*value_; }
    const T *operator->() const noexcept { return &*value_; }
    // Only if there is no value.
    const E &error() const noexcept { return *error_; }
#if defined(__cpp_exceptions)
    // The value; throws the error.
    T &value() &
    {
        if (!*this) throw E(error());
        return **this;
    }
    T value() &&
    {
        if (!*this) throw E(error());
        return std::move(**this);
    }
#endif

private:
    std::optional<T> value_;
    std::optional<E> error_;
};

// Success without a value: return {};
template <class E> class [[nodiscard]] result<void, E> {
public:
    result() = default;
    result(E error) : error_(std::move(error)) {}

    explicit operator bool() const noexcept { return !error_; }
    const E &error() const noexcept { return *error_; }
#if defined(__cpp_exceptions)
    void value() const
    {
        if (!*this) throw E(error());
    }
#endif

private:
    std::optional<E> error_;
};

// In a function that returns a result: takes the value out of another result, or returns its error.
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

} // namespace rp

#endif
