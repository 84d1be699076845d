// What came back, and the reply to answer into: rp::response, rp::answer, rp::reply.

#ifndef RP_SDK_REPLY_HPP
#define RP_SDK_REPLY_HPP

#include "buffer.hpp"
#include "read.hpp"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rp {

// The response to a message that was sent. It points into the buffer that was passed with the message.
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

    // The data, or the error as a value that can be passed on.
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

// Proof that a message was answered. Only rp::reply and rp::host::forward make one.
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

    // An error response. code, text: NUL-terminated; about: appended to the text.
    answer error(const char *code, const char *text) noexcept { return answer(rp_answer_error(fresh(), code, text)); }
    answer error(const char *code, const char *text, std::string_view about) noexcept
    {
        return answer(rp_answer_error_str(fresh(), code, text, detail::borrow(about)));
    }
    answer error(const char *code, const char *text, json about) noexcept
    {
        return answer(rp_answer_error_json(fresh(), code, text, about.raw()));
    }
    // The same from existing strings.
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

} // namespace rp

#endif
