// Entities as a host returns them, and the builder of a query: rp::entity, rp::changed, rp::query_builder.

#ifndef RP_SDK_QUERY_BUILDER_HPP
#define RP_SDK_QUERY_BUILDER_HPP

#include "fields.hpp"
#include "host.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rp {

// An entity: its document, and its keeper's record of it.
template <class T> struct entity {
    std::string id;
    std::uint64_t version = 1;
    std::int64_t created_us = 0;
    std::int64_t modified_us = 0;
    T data{};

    static constexpr auto fields =
        rp::fields("An entity: its document, and what its keeper knows about it.", field("id", &entity::id, "The id."),
                   field("version", &entity::version, "Counts the changes, from 1."),
                   field("created_us", &entity::created_us, "When it was made: UTC, microseconds since 1970."),
                   field("modified_us", &entity::modified_us, "When it was changed last."),
                   field("data", &entity::data, "The document."));
};

// The result of a query: a page of entities, and how many there are on all pages.
template <class E> struct entity_page {
    std::vector<E> entities;
    std::uint64_t count = 0;

    static constexpr auto fields = rp::fields(field("entities", &entity_page::entities), //
                                              field("count", &entity_page::count));
};

// The result of creating, updating or deleting an entity.
struct changed {
    std::string id;
    std::uint64_t version = 0;

    static constexpr auto fields = rp::fields(field("id", &changed::id), field("version", &changed::version));
};

// Builds a query, see host::query. It borrows the texts passed to it.
class query_builder {
public:
    query_builder(host host, std::string_view entity) : host_(host), entity_(entity) {}

    // Only the entity with that id.
    query_builder &id(std::string_view id)
    {
        id_ = id;
        return *this;
    }
    // Only entities where a value of the document matches: filter("county", "Cork"), or with operators filter("born",
    // rp::object{{"gte", 1840}, {"lt", 1850}}). Operators are eq ne in lt lte gt gte contains exists; the path has dots.
    template <class T> query_builder &filter(std::string_view path, const T &condition)
    {
        filters_.emplace_back(path, buffer());
        if (const result<json> written = filters_.back().second.write(condition); !written) error_ = written.error();
        return *this;
    }
    // Follows the references at a path; the response includes what they refer to.
    query_builder &include(std::string_view path)
    {
        include_.push_back(path);
        return *this;
    }
    // Sorts by a path, after those given before; a leading - reverses the order.
    query_builder &sort(std::string_view path)
    {
        sort_.push_back(path);
        return *this;
    }
    query_builder &limit(std::uint64_t limit)
    {
        limit_ = limit;
        return *this;
    }
    query_builder &offset(std::uint64_t offset)
    {
        offset_ = offset;
        return *this;
    }

    // Sends the query.
    template <class T> result<entity_page<entity<T>>> fetch() const
    {
        if (error_) return *error_;
        return host_.ask<entity_page<entity<T>>>("query", *this);
    }
    // Sends it for the first entity only.
    template <class T> result<std::optional<entity<T>>> first()
    {
        result<entity_page<entity<T>>> page = limit(1).template fetch<T>();
        if (!page) return page.error();
        if (page->entities.empty()) return std::optional<entity<T>>();
        return std::optional<entity<T>>(std::move(page->entities.front()));
    }
    // Sends it for the count only.
    result<std::uint64_t> count();

    friend void write_json(writer &out, const query_builder &query)
    {
        out.open_object();
        out.member("entity", query.entity_);
        if (query.id_) out.member("id", *query.id_);
        if (!query.filters_.empty()) query.write_filters(out);
        if (!query.include_.empty()) out.member("include", query.include_);
        if (!query.sort_.empty()) out.member("sort", query.sort_);
        if (query.limit_) out.member("limit", *query.limit_);
        if (query.offset_) out.member("offset", *query.offset_);
        out.close();
    }

private:
    void write_filters(writer &out) const
    {
        out.key("filters");
        out.open_object();
        for (const auto &[path, condition] : filters_)
            out.member(path, json(rp_json{detail::borrow(condition.text())}));
        out.close();
    }

    host host_;
    std::string_view entity_;
    std::optional<std::string_view> id_;
    std::vector<std::pair<std::string_view, buffer>> filters_;
    std::vector<std::string_view> include_, sort_;
    std::optional<std::uint64_t> limit_, offset_;
    std::optional<error> error_;
};

} // namespace rp

#endif
