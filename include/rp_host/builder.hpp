// rph::host_builder: says how a host is to be.

#ifndef RP_HOST_BUILDER_HPP
#define RP_HOST_BUILDER_HPP

#include "callbacks.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rph {

class host;

// Says how a host is to be: rph::host::builder().options(...).on_log(...).build(). One thread at a time. What is wrong with
// a part is said by build(); once that was called, the builder is used up.
class host_builder {
public:
    host_builder() : raw_(rph_builder_new()) {}

    // A JSON object: name, version, limits, store and what else rp_host.h names.
    host_builder &options(std::string_view json) { return keep(rph_builder_options(raw(), json.data(), json.size())); }
    // An rp.toml: the host gets its limits, its store and, when it is built, its instances.
    host_builder &config(std::string_view path) { return keep(rph_builder_config(raw(), path.data(), path.size())); }
    // log(const rph::log_line &): each line of the log.
    template <class F> host_builder &on_log(F log)
    {
        using callback = detail::callback<F>;
        rph_builder_on_log(raw(), callback::log, new F(std::move(log)), callback::drop);
        return *this;
    }
    // trace(std::string_view): each message with its response, as a line of a trace file.
    template <class F> host_builder &on_trace(F trace)
    {
        using callback = detail::callback<F>;
        rph_builder_on_trace(raw(), callback::json, new F(std::move(trace)), callback::drop);
        return *this;
    }
    // progress(std::string_view): each report of progress, {"instance","message_id","done","total","note"}.
    template <class F> host_builder &on_progress(F progress)
    {
        using callback = detail::callback<F>;
        rph_builder_on_progress(raw(), callback::json, new F(std::move(progress)), callback::drop);
        return *this;
    }
    // worker(std::string_view): what happens to the processes of isolated modules, {"instance","pid","change","text"}.
    template <class F> host_builder &on_worker(F worker)
    {
        using callback = detail::callback<F>;
        rph_builder_on_worker(raw(), callback::json, new F(std::move(worker)), callback::drop);
        return *this;
    }
    // event(std::string_view): each event that the pattern covers, {"event","data","from","cause"}, on a thread of its own.
    template <class F> host_builder &on_event(std::string_view pattern, F event)
    {
        using callback = detail::callback<F>;
        return keep(rph_builder_on_event(raw(), pattern.data(), pattern.size(), callback::json, new F(std::move(event)),
                                         callback::drop));
    }
    // clock() noexcept: microseconds since 1970, in place of the system's.
    template <class F> host_builder &clock(F clock)
    {
        using callback = detail::callback<F>;
        rph_builder_clock(raw(), callback::clock, new F(std::move(clock)), callback::drop);
        return *this;
    }
    // random(void *data, std::size_t len) noexcept: fills the memory, in place of the system.
    template <class F> host_builder &random(F random)
    {
        using callback = detail::callback<F>;
        rph_builder_random(raw(), callback::random, new F(std::move(random)), callback::drop);
        return *this;
    }
    // answer(const rph::request &, rp::reply &) -> rp::answer: answers the messages of a type that instances send.
    template <class F> host_builder &service(std::string_view type, F answer)
    {
        using callback = detail::callback<F>;
        return keep(rph_builder_service(raw(), type.data(), type.size(), callback::answer, new F(std::move(answer)),
                                        callback::drop));
    }

    // The host, or the first thing that was wrong.
    result<host> build();

    // For the functions of rp_host.h.
    rph_builder *raw() const noexcept { return raw_.get(); }

private:
    host_builder &keep(rph_error *raw)
    {
        const result<void> done = detail::checked(raw);
        if (!done && !error_) error_ = done.error();
        return *this;
    }

    std::unique_ptr<rph_builder, detail::freed<rph_builder_free>> raw_;
    std::optional<error> error_;
};

} // namespace rph

#endif
