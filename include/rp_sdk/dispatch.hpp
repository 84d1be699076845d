// Finds and calls the handler for a message, and describes the handlers.

#ifndef RP_SDK_DISPATCH_HPP
#define RP_SDK_DISPATCH_HPP

#include "parameters.hpp"
#include "payload.hpp"
#include "schema.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace rp {

namespace detail {

// Each of these walks the handlers of a module and calls the one that matches.
template <class M> struct command_runner {
    M &module;
    const call_context &context;
    std::string_view name;
    std::optional<answer> given;

    template <class H> void operator()(const H &) const noexcept {}
    template <class F, std::size_t N> void operator()(const command_handler<F, N> &handler)
    {
        if (given || handler.name != name) return;
        given = read_and_call(module, handler.function, context, [&](auto &parameters, reading &how) {
            constexpr std::size_t count = std::decay_t<decltype(parameters)>::argument_count;
            if constexpr (N == count)
                return read_named(context.command->args(), parameters, handler.args, handler.is_strict, how);
            else return read_whole(context.command->args(), parameters, place({}), how);
        });
    }
};

template <class M> struct entity_runner {
    M &module;
    const call_context &context;
    std::optional<answer> given;

    template <class H> void operator()(const H &) const noexcept {}
    template <class F> void operator()(const query_handler<F> &handler)
    {
        if (context.query != nullptr && context.query->entity == handler.entity) call(handler.function);
    }
    template <class F> void operator()(const mutation_handler<F> &handler)
    {
        if (context.mutation != nullptr && context.mutation->entity == handler.entity) call(handler.function);
    }

    template <class F> void call(F function)
    {
        if (given) return;
        given = read_and_call(module, function, context, [](auto &parameters, reading &) {
            static_assert(std::decay_t<decltype(parameters)>::argument_count == 0,
                          "on_query and on_mutation: take const rp::query & or const rp::mutation &");
            return true;
        });
    }
};

template <class M> struct event_runner {
    M &module;
    const call_context &context;
    std::string_view event;
    json data;
    std::optional<answer> given;

    template <class H> void operator()(const H &) const noexcept {}
    template <class F> void operator()(const event_handler<F> &handler)
    {
        if (given || !is_meant(handler.event)) return;
        given = read_and_call(module, handler.function, context, [this](auto &parameters, reading &how) {
            return read_whole(data, parameters, place("data"), how);
        });
    }

    bool is_meant(std::string_view pattern) const noexcept
    {
        if (pattern.empty() || pattern.back() != '*') return event == pattern;
        pattern.remove_suffix(1);
        return event.substr(0, pattern.size()) == pattern;
    }
};

// Writes the description of each command.
struct command_describer {
    writer &out;

    template <class H> void operator()(const H &) const noexcept {}
    template <class F, std::size_t N> void operator()(const command_handler<F, N> &handler) const
    {
        out.open_object();
        out.member("name", handler.name);
        out.member("description", handler.about);
        out.key("args");
        if (handler.args_schema.empty()) write_args<parameters<signature_for<F>>>(handler.args, handler.is_strict);
        else out.value(json(rp_json{borrow(handler.args_schema)}));
        out.key("returns");
        if (handler.returns_schema.empty()) write_returns<typename signature_for<F>::result_type>();
        else out.value(json(rp_json{borrow(handler.returns_schema)}));
        out.close();
    }

    template <class P, std::size_t N> void write_args(const std::array<arg, N> &args, bool is_strict) const
    {
        P parameters;
        if constexpr (N == 0 && P::argument_count == 1) {
            parameters.each_argument(
                [&](auto &value, std::size_t) { write_schema<std::decay_t<decltype(value)>>(out); });
        } else if constexpr (N == 0) {
            write_schema<void>(out);
        } else {
            std::array<std::string_view, N> names;
            std::array<bool, N> is_required{};
            parameters.each_argument([&](auto &value, std::size_t at) {
                names[at] = args[at].name;
                is_required[at] = !is_optional<std::decay_t<decltype(value)>>::value;
            });
            out.open_object();
            write_closed(out, is_strict);
            write_object_schema(out, names, is_required, false, [&](std::string_view name) {
                parameters.each_argument([&](auto &value, std::size_t at) {
                    using type = std::decay_t<decltype(value)>;
                    if (args[at].name != name) return;
                    write_additional<type>(out);
                    write_schema<type>(out, args[at].about, false);
                });
            });
            out.close();
        }
    }

    template <class R> void write_returns() const
    {
        using type = std::decay_t<R>;
        if constexpr (is_result<type>::value) {
            write_schema<typename is_result<type>::value_type>(out);
        } else if constexpr (std::is_same_v<type, answer>) {
            out.open_object();
            out.close();
        } else {
            write_schema<type>(out);
        }
    }
};

// Writes the description of each event that the module emits.
struct event_describer {
    writer &out;

    template <class H> void operator()(const H &) const noexcept {}
    template <class... E> void operator()(const emitted_events<E...> &) const { (write<E>(), ...); }

    template <class E> void write() const
    {
        out.key(E::event);
        out.open_object();
        out.key("data");
        write_schema<E>(out);
        out.close();
    }
};

// Whether there is a handler for queries or mutations.
template <class H> struct keeps_entities : std::false_type {};
template <class F> struct keeps_entities<query_handler<F>> : std::true_type {};
template <class F> struct keeps_entities<mutation_handler<F>> : std::true_type {};
template <class... H> struct keeps_entities<std::tuple<H...>> : std::disjunction<keeps_entities<H>...> {};

template <class H> struct hears_events : std::false_type {};
template <class F> struct hears_events<event_handler<F>> : std::true_type {};
template <class... H> struct hears_events<std::tuple<H...>> : std::disjunction<hears_events<H>...> {};

template <class M, class = void> struct handlers_of {
    static constexpr std::tuple<> all{};
};
template <class M> struct handlers_of<M, std::void_t<decltype(M::handlers)>> {
    static constexpr const auto &all = M::handlers;
};

template <class M> using handlers_type = std::decay_t<decltype(handlers_of<M>::all)>;

// Passes every handler of a module to a visitor.
template <class M, class Visitor> void each_handler(Visitor &&visitor)
{
    std::apply([&visitor](const auto &...each) { (visitor(each), ...); }, handlers_of<M>::all);
}

} // namespace detail

} // namespace rp

#endif
