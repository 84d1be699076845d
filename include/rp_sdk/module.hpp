// rp::module: what the class of a module derives from.

#ifndef RP_SDK_MODULE_HPP
#define RP_SDK_MODULE_HPP

#include "dispatch.hpp"
#include "steps.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace rp {

// The base of a module: class my_module : public rp::module<my_module>. The class needs a constructor that takes an
// rp::host or nothing, a destructor that does not throw, and public rp::handlers. It may replace the functions below by
// public ones of its own, which return rp::answer, or an rp::result of what rp::writer can write or of void.
//
// Flags  0, or RP_CONCURRENT: functions run on several threads at once, and the module must guard its own state
template <class M, std::uint32_t Flags = 0> class module {
public:
    static constexpr std::uint32_t flags = Flags;

    // Prepares the instance. A module's own may take any of rp::host, const rp::message &, and a struct with rp::fields,
    // the configuration: what is absent keeps its initial value, what is unknown is refused.
    result<void> init(const message &) { return {}; }
    // Runs a command.
    answer command(const rp::command &command, reply &reply)
    {
        std::string storage;
        const result<std::string_view> name = command.name().as_text(storage);
        const detail::call_context context{command.message(), reply, &command, nullptr, nullptr};
        detail::command_runner<M> runner{self(), context, name ? *name : std::string_view(), {}};
        detail::each_handler<M>(runner);
        return runner.given ? *runner.given : reply.unknown(command);
    }
    // Answers queries of entities that the module provides.
    answer query(const message &message, reply &reply)
    {
        if constexpr (!detail::keeps_entities<detail::handlers_type<M>>::value) return no_entities(reply);
        const result<rp::query> query = detail::read_query(message.payload());
        if (!query) return reply.error(query.error());
        return run_entity({message, reply, nullptr, &*query, nullptr}, query->entity);
    }
    answer mutation(const message &message, reply &reply)
    {
        if constexpr (!detail::keeps_entities<detail::handlers_type<M>>::value) return no_entities(reply);
        const result<rp::mutation> mutation = detail::read_mutation(message.payload());
        if (!mutation) return reply.error(mutation.error());
        return run_entity({message, reply, nullptr, nullptr, &*mutation}, mutation->entity);
    }
    // Handles an event.
    answer event(const message &message, reply &reply)
    {
        if constexpr (!detail::hears_events<detail::handlers_type<M>>::value) return reply.success();
        std::string event;
        json data;
        detail::envelope in(message.payload(), {"event", "data"});
        in.take("event", "expected a string", event, true);
        in.take_object("data", data);
        if (in.error()) return reply.error(*in.error());
        if (!data) data = json(rp_json_literal("{}"));
        const detail::call_context context{message, reply, nullptr, nullptr, nullptr};
        detail::event_runner<M> runner{self(), context, event, data, {}};
        detail::each_handler<M>(runner);
        return runner.given ? *runner.given : reply.success();
    }
    // Ends the work: saves what must not be lost.
    result<void> shutdown(const message &) { return {}; }
    // Describes the commands and events.
    answer describe(const message &, reply &reply)
    {
        return reply.success([](writer &out) {
            out.key("commands");
            out.open_array();
            detail::each_handler<M>(detail::command_describer{out});
            out.close();
            out.key("events");
            out.open_object();
            detail::each_handler<M>(detail::event_describer{out});
            out.close();
        });
    }
    // Answers a message of a type outside the protocol.
    answer other(const message &message, reply &reply)
    {
        return reply.error(RP_CODE_UNKNOWN_TYPE, "unknown message type: ", message.type());
    }
    // Answers any message, before anything is checked; below all the others. End your own with a call of dispatch.
    answer handle_message(const message &message, reply &reply) { return dispatch(message, reply); }

    // Whether init was answered with success and shutdown has not yet been.
    bool is_initialized() const noexcept { return is_initialized_.load(std::memory_order_acquire); }

protected:
    // Checks a message as the protocol asks and calls the function of its type.
    answer dispatch(const message &unread, reply &reply)
    {
        rp_json payload;
        const rp_status opened = rp_message_open(this, unread.raw(), reply.fresh(), &payload);
        if (opened != RP_OK) return reply.answered(opened);
        const message message(unread.raw(), unread.host(), json(payload));
        const std::string_view type = message.type();
        if (type == "command" && is_initialized()) return dispatch_command(message, reply);
        if (type == "describe") return reply.give(self().describe(message, reply));
        if (type == "init") return dispatch_init(message, reply);
        if (!is_initialized()) return reply.error(RP_CODE_NOT_INITIALIZED, "the module is not initialized");
        if (type == "query") return reply.give(self().query(message, reply));
        if (type == "mutation") return reply.give(self().mutation(message, reply));
        if (type == "event") return dispatch_event(message, reply);
        if (type == "shutdown") return dispatch_shutdown(message, reply);
        return reply.give(self().other(message, reply));
    }

private:
    // Only M can derive from it.
    friend M;
    module() = default;
    ~module() = default;
    module(const module &) = delete;
    module &operator=(const module &) = delete;

    M &self() noexcept { return static_cast<M &>(*this); }

    answer run_entity(const detail::call_context &context, const std::string &entity)
    {
        detail::entity_runner<M> runner{self(), context, {}};
        detail::each_handler<M>(runner);
        if (runner.given) return *runner.given;
        return context.reply.error(RP_CODE_NOT_SUPPORTED, "this module does not provide ", entity);
    }

    static answer no_entities(reply &reply) noexcept
    {
        return reply.error(RP_CODE_NOT_SUPPORTED, "this module keeps no entities");
    }

    answer dispatch_command(const message &message, reply &reply)
    {
        rp_json name, args;
        const rp_status opened = rp_command_open(message.payload().raw(), reply.fresh(), &name, &args);
        if (opened != RP_OK) return reply.answered(opened);
        const rp::command command(message, json(name), json(args));
        return reply.give(self().command(command, reply));
    }

    answer dispatch_init(const message &message, reply &reply)
    {
        if (is_initialized()) return reply.error(RP_CODE_CONFLICT, "already initialized");
        json config = message.payload()["config"];
        if (!config) config = json(rp_json_literal("{}"));
        const detail::call_context context{message, reply, nullptr, nullptr, nullptr};
        const auto read_config = [config](auto &parameters, detail::reading &how) {
            return detail::read_whole(config, parameters, detail::place("config"), how);
        };
        const answer given = detail::read_and_call(self(), &M::init, context, read_config, true);
        is_initialized_.store(given.status() == RP_OK, std::memory_order_release);
        return given;
    }

    // A module may handle events with its own function, which takes the message and, if it wants, the reply.
    answer dispatch_event(const message &message, reply &reply)
    {
        using own = detail::signature_for<decltype(&M::event)>;
        if constexpr (std::is_same_v<own, detail::signature<typename own::result_type, const rp::message &>>) {
            return reply.give(self().event(message));
        } else {
            return reply.give(self().event(message, reply));
        }
    }

    answer dispatch_shutdown(const message &message, reply &reply)
    {
        const answer given = reply.give(self().shutdown(message));
        is_initialized_.store(false, std::memory_order_release);
        return given;
    }

    std::atomic<bool> is_initialized_{false};
};

} // namespace rp

#endif
