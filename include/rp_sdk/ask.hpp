// Typed messages to the host.

#ifndef RP_SDK_ASK_HPP
#define RP_SDK_ASK_HPP

#include "host.hpp"
#include "query_builder.hpp"
#include "read.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rp {

template <class R, class P> result<R> host::ask(std::string_view type, const P &payload) const
{
    static_assert(!std::is_same_v<R, json>, "a json would point into a buffer that is gone: use ask_json");
    buffer out;
    const result<json> data = ask_json(type, payload, out);
    if (!data) return data.error();
    if constexpr (std::is_void_v<R>) {
        return {};
    } else {
        result<R> read = data->as<R>();
        if (read) return read;
        return error(RP_CODE_INTERNAL, "the response to the " + std::string(type) +
                                           " is not as expected: " + std::string(read.error().text()));
    }
}

template <class P> result<json> host::ask_json(std::string_view type, const P &payload, buffer &out) const
{
    buffer request;
    const result<json> written = request.write(payload);
    if (!written) return written.error();
    const result<response> response = send(type, written->text(), out);
    if (!response) return response.error();
    return response->to_result();
}

template <class R, class A> result<R> host::call(std::string_view module, std::string_view command, const A &args) const
{
    return ask<R>("command", object{{"module", module}, {"name", command}, {"args", args}});
}

inline query_builder host::query(std::string_view entity) const
{
    return {*this, entity};
}

template <class T> result<entity<T>> host::get(std::string_view entity, std::string_view id) const
{
    result<std::optional<rp::entity<T>>> found = query(entity).id(id).template first<T>();
    if (!found) return found.error();
    if (*found) return std::move(**found);
    return error(RP_CODE_NOT_FOUND, "there is no " + std::string(entity) + ' ' + std::string(id));
}

template <class T> result<changed> host::create(std::string_view entity, const T &data) const
{
    return ask<changed>("mutation", object{{"entity", entity}, {"operation", "create"}, {"data", data}});
}

template <class T> result<changed> host::create_as(std::string_view entity, std::string_view id, const T &data) const
{
    return ask<changed>("mutation", object{{"entity", entity}, {"operation", "create"}, {"id", id}, {"data", data}});
}

template <class T> result<changed> host::update(std::string_view entity, std::string_view id, const T &data,
                                                std::optional<std::uint64_t> version) const
{
    return ask<changed>("mutation", [&](writer &out) {
        out.open_object();
        object{{"entity", entity}, {"operation", "update"}, {"id", id}, {"data", data}}.write_members(out);
        if (version) out.member("version", *version);
        out.close();
    });
}

inline result<changed> host::remove(std::string_view entity, std::string_view id,
                                    std::optional<std::uint64_t> version) const
{
    return ask<changed>("mutation", [&](writer &out) {
        out.open_object();
        object{{"entity", entity}, {"operation", "delete"}, {"id", id}}.write_members(out);
        if (version) out.member("version", *version);
        out.close();
    });
}

template <class T> result<void> host::emit(std::string_view event, const T &data) const
{
    return ask<void>("event", object{{"event", event}, {"data", data}});
}

template <class E> result<void> host::emit(const E &event) const
{
    return emit(E::event, event);
}

inline result<void> host::progress(std::uint64_t done, std::uint64_t total, std::string_view note) const
{
    return emit("progress", object{{"done", done}, {"total", total}, {"note", note}});
}

inline result<std::string> host::new_id() const
{
    const std::optional<std::int64_t> now = now_us();
    if (!now) return error(RP_CODE_UNAVAILABLE, "this host does not lend now_us");
    return new_id(*now);
}

inline result<std::string> host::new_id(std::int64_t now_us) const
{
    unsigned char bytes[16];
    const std::int64_t ms = now_us / 1000 - (now_us % 1000 < 0 ? 1 : 0);
    for (int at = 0; at < 6; at++) bytes[at] = static_cast<unsigned char>(ms >> (40 - 8 * at) & 0xFF);
    if (!random(bytes + 6, 10)) return error(RP_CODE_UNAVAILABLE, "this host does not lend random");
    bytes[6] = static_cast<unsigned char>(0x70 | (bytes[6] & 0x0F));
    bytes[8] = static_cast<unsigned char>(0x80 | (bytes[8] & 0x3F));
    std::string text;
    text.reserve(36);
    for (int at = 0; at < 16; at++) {
        if (at == 4 || at == 6 || at == 8 || at == 10) text += '-';
        text += "0123456789abcdef"[bytes[at] >> 4];
        text += "0123456789abcdef"[bytes[at] & 0x0F];
    }
    return text;
}

inline result<std::uint64_t> query_builder::count()
{
    if (error_) return *error_;
    buffer out;
    const result<json> data = host_.ask_json("query", limit(0), out);
    if (!data) return data.error();
    return data->get<std::uint64_t>("count");
}

} // namespace rp

#endif
