// rp::host: messages to it, log, time, randomness.

#ifndef RP_SDK_HOST_HPP
#define RP_SDK_HOST_HPP

#include "reply.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace rp {

enum class level : std::int32_t {
    error = RP_LOG_ERROR,
    warn = RP_LOG_WARN,
    info = RP_LOG_INFO,
    debug = RP_LOG_DEBUG,
    trace = RP_LOG_TRACE
};

// The host as one instance sees it. Copy it freely, even to other threads.
//
// There are two, of one type. The host of a message, which a handler takes as a parameter or from rp::message::host(),
// works for that message until it is answered: is_cancelled asks about it, log lines name it, and it is the cause of what
// is sent and emitted, also from other threads. The host passed to the constructor works for the instance as a whole. On
// the thread of a handler, what it sends and emits has the handler's message as its cause all the same, since rp knows
// which message that thread handles; on a thread of the module's own it has none.
class host {
public:
    explicit host(const rp_host *raw, std::uint64_t message_id = 0) noexcept : raw_(raw), message_id_(message_id) {}

    const rp_host *raw() const noexcept { return raw_; }
    host for_message(std::uint64_t id) const noexcept { return host(raw_, id); }

    // Writes a log line.
    void log(level level, std::string_view text) const noexcept
    {
        rp_host_log_str(raw_, message_id_, static_cast<std::int32_t>(level), detail::borrow(text));
    }

    // Whether the answer is no longer wanted: return rp::error::cancelled() then.
    bool is_cancelled() const noexcept { return rp_host_is_cancelled(raw_, message_id_); }

    // The time: microseconds since 1970, UTC. None if the host has no clock.
    std::optional<std::int64_t> now_us() const noexcept
    {
        std::int64_t now = 0;
        if (!rp_host_read_time(raw_, &now)) return std::nullopt;
        return now;
    }

    // Fills memory with cryptographically secure random bytes; false if the host has none.
    [[nodiscard]] bool random(void *data, std::size_t len) const noexcept
    {
        return rp_host_fill_random(raw_, data, len);
    }

    // Makes an id that sorts by creation time: a UUID of version 7, from the host's time and ten random bytes.
    inline result<std::string> new_id() const;
    // The same from a time that you have already.
    inline result<std::string> new_id(std::int64_t now_us) const;

    // Reads entities: host.query("person").filter("birth.county", "Cork").sort("name").limit(50).fetch<person>()
    inline query_builder query(std::string_view entity) const;
    // Reads one entity; code "not_found" if there is none.
    template <class T> result<entity<T>> get(std::string_view entity, std::string_view id) const;
    // Makes an entity; its keeper assigns the id. create_as assigns one, with code "conflict" if it is taken.
    template <class T> result<changed> create(std::string_view entity, const T &data) const;
    template <class T> result<changed> create_as(std::string_view entity, std::string_view id, const T &data) const;
    // Replaces the document of an entity, or removes an entity; given a version, code "conflict" if it has another.
    template <class T> result<changed> update(std::string_view entity, std::string_view id, const T &data,
                                              std::optional<std::uint64_t> version = {}) const;
    inline result<changed> remove(std::string_view entity, std::string_view id,
                                  std::optional<std::uint64_t> version = {}) const;

    // Emits an event; returns before any subscriber gets it. For its cause, see above.
    template <class T> result<void> emit(std::string_view event, const T &data) const;
    // The same for a struct with a name of its own, see rp::emits.
    template <class E> result<void> emit(const E &event) const;

    // Sends a command to another module.
    template <class R, class A> result<R> call(std::string_view module, std::string_view command, const A &args) const;

    // Counts through long work: for (const auto &step : host.steps(pages.size(), "reading")). Each step is its number
    // from 0, or an error to pass on: it checks whether the answer is still wanted, and reports each hundredth part.
    inline rp::steps steps(std::uint64_t total, std::string_view note) const;
    // Reports progress. Needs no grant.
    inline result<void> progress(std::uint64_t done, std::uint64_t total, std::string_view note) const;

    // Sends a message of any type, and reads the data of its response into a type. An error response is the error.
    template <class R, class P> result<R> ask(std::string_view type, const P &payload) const;
    // The same without reading: the data points into `out`.
    template <class P> result<json> ask_json(std::string_view type, const P &payload, buffer &out) const;

    // Sends a message and waits for the response, which is in `out` then. An error response is not an error here.
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

    // Answers with the host's answer, byte for byte.
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

} // namespace rp

#endif
