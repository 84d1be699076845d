// The parameters of a handler, filled from the message and its arguments.

#ifndef RP_SDK_PARAMETERS_HPP
#define RP_SDK_PARAMETERS_HPP

#include "handlers.hpp"
#include "message.hpp"
#include "read.hpp"

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rp {

namespace detail {

// A function's result and parameters.
template <class R, class... P> struct signature {
    using result_type = R;
};
template <class M, class R, class... P> signature<R, P...> signature_of(R (M::*)(P...));
template <class M, class R, class... P> signature<R, P...> signature_of(R (M::*)(P...) const);
template <class R, class... P> signature<R, P...> signature_of(R (*)(P...));
template <class F> using signature_for = decltype(signature_of(std::declval<F>()));

// What a message has for the function that answers it; NULL if it is of another type.
struct call_context {
    const rp::message &message;
    rp::reply &reply;
    const rp::command *command;
    const rp::query *query;
    const rp::mutation *mutation;
};

// Where a parameter comes from: from the context, or from the arguments, which are read into it.
template <class P> class parameter {
public:
    static constexpr bool is_argument = true;
    P &&get(const call_context &) noexcept { return std::move(value); }
    P value{};
};

struct from_context {
    static constexpr bool is_argument = false;
};
template <> struct parameter<host> : from_context {
    const host &get(const call_context &context) const noexcept { return context.message.host(); }
};
template <> struct parameter<message> : from_context {
    const message &get(const call_context &context) const noexcept { return context.message; }
};
template <> struct parameter<reply> : from_context {
    reply &get(const call_context &context) const noexcept { return context.reply; }
};
template <> struct parameter<command> : from_context {
    const command &get(const call_context &context) const noexcept { return *context.command; }
};
template <> struct parameter<query> : from_context {
    const query &get(const call_context &context) const noexcept { return *context.query; }
};
template <> struct parameter<mutation> : from_context {
    const mutation &get(const call_context &context) const noexcept { return *context.mutation; }
};

// The parameters of a function, filled one after another.
template <class Signature> class parameters;
template <class R, class... P> class parameters<signature<R, P...>> {
public:
    static constexpr std::size_t argument_count =
        (std::size_t{0} + ... + (parameter<std::decay_t<P>>::is_argument ? 1 : 0));
    static_assert(argument_count <= 64, "a function has at most 64 arguments");

    // Calls a function with each argument and its position.
    template <class Visit> void each_argument(Visit visit)
    {
        std::size_t at = 0;
        const auto visit_argument = [&](auto &each) {
            if constexpr (std::decay_t<decltype(each)>::is_argument) visit(each.value, at++);
            else (void)each;
        };
        std::apply([&](auto &...each) { (visit_argument(each), ...); }, all_);
    }

    template <class M, class F> R call(M &module, F function, const call_context &context)
    {
        return std::apply(
            [&](auto &...each) -> R {
                if constexpr (std::is_member_function_pointer_v<F>) return (module.*function)(each.get(context)...);
                else return function(each.get(context)...);
            },
            all_);
    }

private:
    std::tuple<parameter<std::decay_t<P>>...> all_;
};

template <class T> struct is_result : std::false_type {};
template <class T> struct is_result<result<T>> : std::true_type {
    using value_type = T;
};

// Answers with what a call returns.
template <class R, class Call> answer answer_with(reply &reply, Call call)
{
    if constexpr (std::is_void_v<R>) {
        call();
        return reply.success();
    } else if constexpr (std::is_same_v<R, answer>) {
        return call();
    } else if constexpr (is_result<std::decay_t<R>>::value) {
        return reply.give(call());
    } else {
        return reply.success(call());
    }
}

// Reads the arguments of a function that takes them as one struct.
template <class P> bool read_whole(json object, P &parameters, const place &where, reading &how)
{
    bool is_read = true;
    parameters.each_argument([&](auto &value, std::size_t) { is_read = read(object, value, where, how); });
    return is_read;
}

template <class P, std::size_t N>
bool read_named(json object, P &parameters, const std::array<arg, N> &names, bool is_strict, reading &how)
{
    std::array<slot, N + 1> slots{}; // one more, since an empty array has no data
    parameters.each_argument([&](auto &value, std::size_t at) { slots[at] = slot_of(names[at].name, value); });
    return read_slots(object, slots.data(), N, is_strict, place({}), how);
}

template <class M, class F, class Read> answer read_and_call(M &module, F function, const call_context &context,
                                                             Read read_arguments, bool is_configuration = false)
{
    parameters<signature_for<F>> parameters;
    reading how(is_configuration);
    if (!read_arguments(parameters, how)) return context.reply.error(how.error());
    using result = typename signature_for<F>::result_type;
    return answer_with<result>(context.reply, [&]() -> result { return parameters.call(module, function, context); });
}

} // namespace detail

} // namespace rp

#endif
