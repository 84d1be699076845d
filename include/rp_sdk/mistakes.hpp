// Mistakes that RP_MODULE_CLASS refuses: a module that would do nothing, a function that no message can reach.

#ifndef RP_SDK_MISTAKES_HPP
#define RP_SDK_MISTAKES_HPP

#include "manifest.hpp"
#include "module.hpp"

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace rp {

namespace detail {

// Whether an object of JSON can be read into a type. Arguments, an event's data and a configuration are objects.
template <class T> struct takes_object : std::disjunction<has_fields<T>, is_map<T>, std::is_same<T, raw_object>,
                                                          std::is_same<T, raw_json>, std::is_same<T, json>> {};

// The same for each parameter that is not from the context.
template <class Signature> struct takes_objects;
template <class R, class... P> struct takes_objects<signature<R, P...>>
    : std::conjunction<std::disjunction<std::bool_constant<!parameter<std::decay_t<P>>::is_argument>,
                                        takes_object<std::decay_t<P>>>...> {};

template <class F> inline constexpr std::size_t argument_count = parameters<signature_for<F>>::argument_count;

template <class H> constexpr bool check_handler(const H &) noexcept
{
    return true;
}
template <class F, std::size_t N> constexpr bool check_handler(const command_handler<F, N> &) noexcept
{
    static_assert(N == argument_count<F> || (N == 0 && argument_count<F> == 1),
                  "rp::on_command: name every argument of the function behind the description");
    static_assert(N != 0 || argument_count<F> != 1 || takes_objects<signature_for<F>>::value,
                  "rp::on_command: name the argument behind the description, as in on_command(\"greet\", "
                  "&greeter::greet, \"Greets.\", \"name\"); without a name it is all arguments, and must be a struct "
                  "with rp::fields, rp::raw_object or rp::json");
    return true;
}
template <class F> constexpr bool check_handler(const event_handler<F> &) noexcept
{
    static_assert(
        argument_count<F> <= 1 && takes_objects<signature_for<F>>::value,
        "rp::on_event: take one struct with rp::fields, rp::raw_object or rp::json, which is the event's data");
    return true;
}

// What tells handlers apart: their kind, and the name that they answer to.
struct handler_name {
    char kind;
    std::string_view name;

    constexpr bool takes_all_of(const handler_name &later) const noexcept
    {
        if (kind != later.kind) return false;
        if (kind != 'e' || name.empty() || name.back() != '*') return name == later.name;
        return later.name.substr(0, name.size() - 1) == name.substr(0, name.size() - 1);
    }
};

template <class F, std::size_t N> constexpr handler_name name_of(const command_handler<F, N> &handler) noexcept
{
    return {'c', handler.name};
}
template <class F> constexpr handler_name name_of(const query_handler<F> &handler) noexcept
{
    return {'q', handler.entity};
}
template <class F> constexpr handler_name name_of(const mutation_handler<F> &handler) noexcept
{
    return {'m', handler.entity};
}
template <class F> constexpr handler_name name_of(const event_handler<F> &handler) noexcept
{
    return {'e', handler.event};
}
template <class... E> constexpr handler_name name_of(const emitted_events<E...> &) noexcept
{
    return {'-', "emits"};
}

template <class... H> constexpr auto names_of(const std::tuple<H...> &all) noexcept
{
    return std::apply([](const auto &...each) { return std::array<handler_name, sizeof...(each)>{name_of(each)...}; },
                      all);
}

template <std::size_t N> constexpr bool have_names(const std::array<handler_name, N> &names) noexcept
{
    for (std::size_t at = 0; at < N; at++) {
        if (names[at].name.empty()) return false;
    }
    return true;
}

// Whether every handler gets a message that no earlier one takes.
template <std::size_t N> constexpr bool are_reached(const std::array<handler_name, N> &names) noexcept
{
    for (std::size_t later = 1; later < N; later++) {
        for (std::size_t at = 0; at < later; at++) {
            if (names[at].takes_all_of(names[later])) return false;
        }
    }
    return true;
}

template <class H> constexpr bool has_argument_names(const H &) noexcept
{
    return true;
}
template <class F, std::size_t N> constexpr bool has_argument_names(const command_handler<F, N> &handler) noexcept
{
    std::array<std::string_view, N> names{};
    for (std::size_t at = 0; at < N; at++) names[at] = handler.args[at].name;
    return are_names(names);
}

template <class... H> constexpr bool have_argument_names(const std::tuple<H...> &all) noexcept
{
    return std::apply([](const auto &...each) { return (has_argument_names(each) && ...); }, all);
}

// Whether names of a list in the manifest have events, or an entity, in common with a handler.
constexpr bool is_listed(std::string_view list, const handler_name &handler) noexcept
{
    for (std::size_t at = list.find('"'); at != list.npos; at = list.find('"', at + 1)) {
        const std::size_t end = list.find('"', at + 1);
        const handler_name item{handler.kind, list.substr(at + 1, end - at - 1)};
        if (item.takes_all_of(handler) || handler.takes_all_of(item)) return true;
        at = end;
    }
    return false;
}

template <class H> constexpr bool is_emit_requested(const H &, std::string_view) noexcept
{
    return true;
}
template <class... E> constexpr bool is_emit_requested(const emitted_events<E...> &, std::string_view list) noexcept
{
    return (is_listed(list, handler_name{'e', E::event}) && ...);
}

// Whether the manifest requests every event of rp::emits: no operator would grant others.
template <class M> constexpr bool requests_what_it_emits(std::string_view manifest) noexcept
{
    const std::string_view list = list_in(manifest, "\"emit\"");
    return std::apply([list](const auto &...each) { return (is_emit_requested(each, list) && ...); },
                      handlers_of<M>::all);
}

// Whether the manifest requests every subscribed event and names every provided entity: the host delivers no others.
template <class M> constexpr bool is_in_manifest(std::string_view manifest) noexcept
{
    for (const handler_name &handler : names_of(handlers_of<M>::all)) {
        if (handler.name.empty()) continue; // reported elsewhere
        if (handler.kind == 'e' && !is_listed(list_in(manifest, "\"subscribe\""), handler)) return false;
        const bool is_entity = handler.kind == 'q' || handler.kind == 'm';
        if (is_entity && !is_listed(list_in(manifest, "\"provides\""), handler)) return false;
    }
    return true;
}

template <class T> struct is_handlers : std::false_type {};
template <class... H> struct is_handlers<std::tuple<H...>> : std::true_type {};

// Whether a module has a function of its own in place of rp::module's. One that cannot be named is its own: it is private
// or overloaded.
#define RP_IS_OWN_(function)                                                            \
    template <class M, class = void> struct is_own_##function : std::true_type {};      \
    template <class M> struct is_own_##function<M, std::void_t<decltype(&M::function)>> \
        : std::negation<std::is_same<decltype(&M::function), decltype(&module<M, M::flags>::function)>> {};
RP_IS_OWN_(command)
RP_IS_OWN_(query)
RP_IS_OWN_(mutation)
RP_IS_OWN_(event)
RP_IS_OWN_(other)
RP_IS_OWN_(handle_message)
#undef RP_IS_OWN_

template <class M> struct has_own_functions
    : std::disjunction<is_own_command<M>, is_own_query<M>, is_own_mutation<M>, is_own_event<M>, is_own_other<M>,
                       is_own_handle_message<M>> {};

// Each mistake has its own error, which says how to fix it.
template <class M> constexpr bool check_module() noexcept
{
    using all = handlers_type<M>;
    static_assert(
        !std::is_same_v<all, std::tuple<>> || has_own_functions<M>::value,
        "this module answers nothing: give it `static constexpr auto handlers = rp::handlers(...)`, public and "
        "under this name, or a function command, query, mutation, event or other of its own");
    static_assert(takes_objects<signature_for<decltype(&M::init)>>::value,
                  "init: the configuration is a struct with rp::fields, rp::raw_object or rp::json");
    static_assert(is_handlers<all>::value, "`handlers` is static constexpr auto handlers = rp::handlers(...)");
    if constexpr (is_handlers<all>::value) {
        constexpr auto names = names_of(handlers_of<M>::all);
        static_assert(have_names(names), "rp::handlers: a command, entity or event has an empty name");
        static_assert(are_reached(names),
                      "rp::handlers: a handler is never called, since one before it has its name or "
                      "takes all of its events; two commands cannot have one name");
        static_assert(have_argument_names(handlers_of<M>::all),
                      "rp::on_command: two arguments have one name, or one has an empty one");
        std::apply([](const auto &...each) { (check_handler(each), ...); }, handlers_of<M>::all);
    }
    return true;
}

} // namespace detail

} // namespace rp

#endif
