// rph::host: loads modules, finds instances, publishes events.

#ifndef RP_HOST_HOST_HPP
#define RP_HOST_HOST_HPP

#include "builder.hpp"
#include "instance.hpp"
#include "subscription.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rph {

// The version of the library that is linked: "0.2.0".
inline std::string_view version() noexcept
{
    return rph_version();
}

// What that was built with, parted by blanks: "sqlite wasm".
inline std::string_view features() noexcept
{
    return rph_features();
}

// What the file of a module says about it, as `rp inspect --json` prints it; none of its code runs. options, as of
// rph::host::load: compares it with what they expect.
inline result<reply> inspect(std::string_view path, std::string_view options = {})
{
    return detail::told(
        [&](rph_reply *out) { return rph_inspect(path.data(), path.size(), options.data(), options.size(), out); });
}

// The modules of a folder, as `rp list --json` prints them; none of their code runs.
inline result<reply> scan(std::string_view folder)
{
    return detail::told([&](rph_reply *out) { return rph_scan(folder.data(), folder.size(), out); });
}

// The file name that the library of a module has on this system: "test-minimal" gives "libtest_minimal.so".
inline result<std::string> library_file_name(std::string_view module)
{
    const result<reply> name =
        detail::told([&](rph_reply *out) { return rph_library_file_name(module.data(), module.size(), out); });
    if (!name) return name.error();
    return std::string(name->text());
}

// Call it at the start of main: the processes of isolated modules may then run this program, rather than rp-worker. In such a
// process it serves, and does not return.
inline void serve_if_asked()
{
    rph_serve_if_asked();
}

// Has every crash of this process told on standard error, as rp_host.h says; call it at the start of main. note is told behind
// that, such as where the trace is.
inline result<void> report_crashes(std::string_view note = {})
{
    return detail::checked(rph_report_crashes(note.data(), note.size()));
}

// What isolated modules need of the system, and whether it is there: a JSON array, as rp_host.h says.
inline result<reply> isolation_support()
{
    return detail::told(rph_isolation_support);
}

// Loads modules and keeps their instances. On any thread, several at once. Its end unloads what is left, the newest first.
class host {
public:
    static host_builder builder() { return {}; }
    // Takes a host of rp_host.h.
    explicit host(rph_host *raw) noexcept : raw_(raw) {}

    // Loads a module and starts one instance of it.
    //
    // options  a JSON object: instance, config, grants and the like, as rp_host.h lists them; or empty
    result<instance> load(std::string_view path, std::string_view options = {}) const
    {
        rph_instance *out = nullptr;
        rph_error *error = rph_load(raw(), path.data(), path.size(), options.data(), options.size(), &out);
        return made<instance>(error, out);
    }
    // The same for a file that need not be trusted: one that is not WebAssembly is refused.
    result<instance> load_wasm(std::string_view path, std::string_view options = {}) const
    {
        rph_instance *out = nullptr;
        rph_error *error = rph_load_wasm(raw(), path.data(), path.size(), options.data(), options.size(), &out);
        return made<instance>(error, out);
    }
    // Lets the module in path take the place of the instance of that name, whose handles reach the new code from then on. If it
    // fails, the old code goes on. Without options, those that the instance was loaded with.
    result<instance> replace(std::string_view name, std::string_view path, std::string_view options = {}) const
    {
        rph_instance *out = nullptr;
        rph_error *error = rph_replace(raw(), name.data(), name.size(), path.data(), path.size(), options.data(),
                                       options.size(), &out);
        return made<instance>(error, out);
    }
    // Starts an instance of a module that is linked into this program; its entry is valid for the life of the process.
    result<instance> add_static(const rp_module *(RP_CALL *entry)(), std::string_view options = {}) const
    {
        rph_instance *out = nullptr;
        rph_error *error = rph_add_static(raw(), entry, options.data(), options.size(), &out);
        return made<instance>(error, out);
    }
    // The instance of that name.
    std::optional<instance> find(std::string_view name) const
    {
        rph_instance *found = rph_find(raw(), name.data(), name.size());
        if (found == nullptr) return std::nullopt;
        return instance(found);
    }
    // Every instance, in the order of loading: the text of the reply, a JSON array of objects with the keys instance, module,
    // version, profile, file and is_ready.
    result<reply> instances() const
    {
        return detail::told([&](rph_reply *out) { return rph_instances(raw(), out); });
    }

    // Sends a message where one that a module sends would go, with every right: a command names its instance by "module", a
    // type of the program's own goes to its service.
    result<reply> send(std::string_view type, std::string_view payload, const call_options &options = {}) const
    {
        reply out;
        rp_status status = RP_OK;
        rph_error *error = rph_send(raw(), type.data(), type.size(), payload.data(), payload.size(), options.raw(),
                                    out.raw(), &status);
        const result<void> sent = detail::checked(error);
        if (!sent) return sent.error();
        out.answered(status);
        return out;
    }
    // The same with types, as rph::instance has it.
    template <class R, class P>
    result<R> send(std::string_view type, const P &payload, const call_options &options = {}) const
    {
        return detail::typed<R>(payload, [&](std::string_view json) { return send(type, json, options); });
    }

    // Adds a service, or replaces the one of that type; see host_builder::service.
    template <class F> result<void> add_service(std::string_view type, F answer) const
    {
        using callback = detail::callback<F>;
        return detail::checked(rph_add_service(raw(), type.data(), type.size(), callback::answer,
                                               new F(std::move(answer)), callback::drop));
    }
    // Removes it; false if there is none.
    bool remove_service(std::string_view type) const noexcept
    {
        return rph_remove_service(raw(), type.data(), type.size()) != 0;
    }

    // Publishes an event; its data is a JSON value, or empty. Returns before any subscriber gets it.
    result<void> publish(std::string_view event, std::string_view data = {}) const
    {
        return detail::checked(rph_publish(raw(), event.data(), event.size(), data.data(), data.size()));
    }
    // Events for this program; pattern is a name, "prefix.*" or "*". At most `limit` wait: who emits one more is refused.
    result<subscription> subscribe(std::string_view pattern, std::uint32_t limit) const
    {
        rph_subscription *out = nullptr;
        rph_error *error = rph_subscribe(raw(), pattern.data(), pattern.size(), limit, &out);
        return made<subscription>(error, out);
    }
    // The same, but the oldest event makes room for one more.
    result<subscription> subscribe_lossy(std::string_view pattern, std::uint32_t limit) const
    {
        rph_subscription *out = nullptr;
        rph_error *error = rph_subscribe_lossy(raw(), pattern.data(), pattern.size(), limit, &out);
        return made<subscription>(error, out);
    }
    // Waits until every event that was published is handled. Not within a callback.
    template <class Rep, class Period> result<void> drain_events(std::chrono::duration<Rep, Period> timeout) const
    {
        return detail::checked(rph_drain_events(raw(), detail::micros(timeout)));
    }
    // What the messages of each instance took, as JSON, as rp_host.h says; null unless the host keeps metrics.
    result<reply> metrics() const
    {
        return detail::told([&](rph_reply *out) { return rph_metrics(raw(), out); });
    }
    // The same in the text format of OpenMetrics 1.0.
    result<reply> metrics_text() const
    {
        return detail::told([&](rph_reply *out) { return rph_metrics_text(raw(), out); });
    }
    // Who has events waiting, or is handling one: a JSON array of names.
    result<reply> pending_subscribers() const
    {
        return detail::told([&](rph_reply *out) { return rph_pending_subscribers(raw(), out); });
    }

    // Unloads every instance, the newest first, and says what went wrong; at the host's end only the log does. Not within a
    // callback.
    result<void> unload_all() const { return detail::checked(rph_unload_all(raw())); }

    // For the functions of rp_host.h.
    const rph_host *raw() const noexcept { return raw_.get(); }

private:
    template <class T, class Raw> static result<T> made(rph_error *error, Raw *out)
    {
        const result<void> done = detail::checked(error);
        if (!done) return done.error();
        return T(out);
    }

    std::unique_ptr<rph_host, detail::freed<rph_host_free>> raw_;
};

inline result<host> host_builder::build()
{
    if (error_) return *std::move(error_);
    rph_host *out = nullptr;
    const result<void> built = detail::checked(rph_builder_build(raw_.release(), &out));
    if (!built) return built.error();
    return host(out);
}

} // namespace rph

#endif
