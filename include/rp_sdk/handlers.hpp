// What a module does with its messages: rp::handlers, rp::on_command and the like.

#ifndef RP_SDK_HANDLERS_HPP
#define RP_SDK_HANDLERS_HPP

#include "base.hpp"

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>

namespace rp {

// The name of an argument, and what it is for.
struct arg {
    constexpr arg(const char *text) noexcept : name(text) {}
    constexpr arg(std::string_view text, std::string_view what) noexcept : name(text), about(what) {}

    std::string_view name, about;
};

template <class F, std::size_t N> struct command_handler {
    std::string_view name;
    F function;
    std::string_view about;
    std::array<arg, N> args;
    std::string_view args_schema, returns_schema;
    bool is_strict = false;

    // Gives it JSON Schemas in place of those made from the function's types.
    constexpr command_handler with_schemas(std::string_view args_json, std::string_view returns_json) const noexcept
    {
        return {name, function, about, args, args_json, returns_json, is_strict};
    }
    // Refuses arguments without a name here, as rp::fields(...).strict() does for a struct.
    constexpr command_handler strict() const noexcept
    {
        return {name, function, about, args, args_schema, returns_schema, true};
    }
};

template <class F> struct query_handler {
    std::string_view entity;
    F function;
};

template <class F> struct mutation_handler {
    std::string_view entity;
    F function;
};

template <class F> struct event_handler {
    std::string_view event;
    F function;
};

template <class... E> struct emitted_events {};

// Calls a member function, or a static one, for a command: on_command("add", &counter::add, "Adds to the count.", "by").
// After the sentence for people come the names of the function's arguments, as "by" or rp::arg("by", "How much."). Give
// no names if the function takes a struct with rp::fields, which then is all arguments. The function may also take any of
// rp::host, const rp::message &, const rp::command & and rp::reply &. It returns what rp::writer can write, nothing, an
// rp::result of these, or an rp::answer that it made with the reply.
template <class F, class... A> constexpr command_handler<F, sizeof...(A)> on_command(std::string_view name, F function,
                                                                                     std::string_view about,
                                                                                     A... args) noexcept
{
    return {name, function, about, {arg(args)...}, {}, {}, false};
}

// Calls a function for a query of an entity that the module provides. It takes a const rp::query & and what on_command
// allows, and returns the same kinds: an rp::entity_page, such as rp::collection::find makes.
template <class F> constexpr query_handler<F> on_query(std::string_view entity, F function) noexcept
{
    return {entity, function};
}

// Calls a function for a mutation of an entity. It takes a const rp::mutation & and returns rp::changed, or an
// rp::result of it, such as rp::collection::apply makes.
template <class F> constexpr mutation_handler<F> on_mutation(std::string_view entity, F function) noexcept
{
    return {entity, function};
}

// Calls a function for an event, or for all events with a prefix: "place.*". It takes a struct with rp::fields, the data
// of the event, and returns nothing or an rp::result<void>.
template <class F> constexpr event_handler<F> on_event(std::string_view event, F function) noexcept
{
    return {event, function};
}

// Declares the events that the module emits, for describe: structs with rp::fields and a name,
//     static constexpr std::string_view event = "note.created";
template <class... E> constexpr emitted_events<E...> emits() noexcept
{
    return {};
}

// What a module does with its messages: static constexpr auto handlers = rp::handlers(...), after its functions.
template <class... H> constexpr std::tuple<H...> handlers(H... each) noexcept
{
    return {each...};
}

} // namespace rp

#endif
