// rp::collection: entities that a module keeps itself.

#ifndef RP_SDK_COLLECTION_HPP
#define RP_SDK_COLLECTION_HPP

#include "ask.hpp"
#include "filter.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rp {

// Entities of one kind, in memory, in the order in which they were made. Their addresses are stable until they are removed.
template <class T> class collection {
public:
    collection() = default;
    collection(collection &&) noexcept = default;
    collection &operator=(collection &&) noexcept = default;
    collection(const collection &) = delete;
    collection &operator=(const collection &) = delete;
    ~collection() = default;

    std::size_t size() const noexcept { return entities_.size(); }
    bool is_empty() const noexcept { return entities_.empty(); }
    auto begin() const noexcept { return entities_.begin(); }
    auto end() const noexcept { return entities_.end(); }
    auto rbegin() const noexcept { return entities_.rbegin(); }
    auto rend() const noexcept { return entities_.rend(); }

    // The entity with an id; nullptr if there is none.
    const entity<T> *find(std::string_view id) const
    {
        const auto place = places_.find(id);
        return place == places_.end() ? nullptr : &*place->second;
    }

    // Makes an entity, with an id and a time from the host.
    result<const entity<T> *> create(const host &host, T data)
    {
        result<std::string> id = host.new_id();
        if (!id) return id.error();
        return create_as(host, std::move(*id), std::move(data));
    }
    // Makes an entity with a given id; code "conflict" if it is taken.
    result<const entity<T> *> create_as(const host &host, std::string id, T data)
    {
        const std::optional<std::int64_t> now = host.now_us();
        if (!now) return no_clock();
        return insert(entity<T>{std::move(id), 1, *now, *now, std::move(data)});
    }
    // Adds an entity as it is; code "conflict" if its id is taken.
    result<const entity<T> *> insert(entity<T> made)
    {
        if (find(made.id) != nullptr) return error(RP_CODE_CONFLICT, "the id " + made.id + " is taken");
        entities_.push_back(std::move(made));
        undo_insert undo{this};
        places_.emplace(entities_.back().id, std::prev(entities_.end()));
        undo.of = nullptr;
        return &entities_.back();
    }

    // Changes the document of an entity by a function, and with it version and time.
    template <class Change> result<void> update(const host &host, std::string_view id, Change change)
    {
        const auto place = places_.find(id);
        if (place == places_.end()) return not_found(id);
        const std::optional<std::int64_t> now = host.now_us();
        if (!now) return no_clock();
        change(place->second->data);
        place->second->version++;
        place->second->modified_us = *now;
        return {};
    }
    // Removes an entity; code "not_found" if there is none.
    result<void> remove(std::string_view id)
    {
        const auto place = places_.find(id);
        if (place == places_.end()) return not_found(id);
        const auto removed = place->second;
        places_.erase(place);
        entities_.erase(removed);
        return {};
    }

    // Answers a query as the host's store does: id, filters, sort, limit and offset. It follows no references. Without
    // `sort` the order is that of the ids.
    result<entity_page<const entity<T> *>> find(const query &query) const
    {
        if (!query.include.empty()) {
            return error(RP_CODE_NOT_SUPPORTED, "include: this module follows no references");
        }
        const result<detail::filter> filter = detail::filter::read(query);
        if (!filter) return filter.error();
        std::vector<row> rows;
        if (query.id) {
            const entity<T> *found = find(*query.id);
            if (found == nullptr) return no_such(query.entity, *query.id);
            add_row(*filter, *found, rows);
        } else {
            for (const entity<T> &each : entities_) add_row(*filter, each, rows);
        }
        std::sort(rows.begin(), rows.end(), [&filter](const row &left, const row &right) {
            const int order = filter->compare(left.keys, right.keys);
            return order != 0 ? order < 0 : left.found->id < right.found->id;
        });
        return page(rows, query.offset.value_or(0), query.limit.value_or(rows.size()));
    }

    // Applies a mutation.
    result<changed> apply(const host &host, const mutation &mutation)
    {
        if (mutation.operation != operation::create) return apply_to(host, mutation);
        result<T> data = read_data(mutation);
        if (!data) return data.error();
        const result<const entity<T> *> made = mutation.id ? create_as(host, *mutation.id, std::move(*data)) //
                                                           : create(host, std::move(*data));
        if (!made) return made.error();
        return changed{(*made)->id, (*made)->version};
    }

private:
    struct undo_insert {
        collection *of;
        ~undo_insert()
        {
            if (of != nullptr) of->entities_.pop_back();
        }
    };
    struct row {
        const entity<T> *found;
        std::vector<detail::scalar> keys;
    };

    static error no_clock() { return {RP_CODE_UNAVAILABLE, "this host does not lend now_us"}; }
    static error not_found(std::string_view id)
    {
        return {RP_CODE_NOT_FOUND, "there is nothing with the id " + std::string(id)};
    }
    static error no_such(const std::string &entity, const std::string &id)
    {
        return {RP_CODE_NOT_FOUND, "there is no " + entity + ' ' + id};
    }

    static void add_row(const detail::filter &filter, const entity<T> &each, std::vector<row> &rows)
    {
        if (filter.is_empty()) return rows.push_back({&each, {}});
        buffer text;
        const result<json> written = text.write(each);
        if (written && filter.holds(*written)) rows.push_back({&each, filter.sort_keys(*written)});
    }

    static entity_page<const entity<T> *> page(const std::vector<row> &rows, std::uint64_t offset, std::uint64_t limit)
    {
        entity_page<const entity<T> *> page{{}, rows.size()};
        for (std::size_t at = 0; at < rows.size(); at++) {
            if (at >= offset && at - offset < limit) page.entities.push_back(rows[at].found);
        }
        return page;
    }

    static result<T> read_data(const mutation &mutation)
    {
        if (!mutation.data) return error(RP_CODE_INVALID_PAYLOAD, "data: expected an object");
        return mutation.data.as<T>("data");
    }

    // Update and delete.
    result<changed> apply_to(const host &host, const mutation &mutation)
    {
        if (!mutation.id) return error(RP_CODE_INVALID_PAYLOAD, "id: expected a string");
        const entity<T> *found = find(*mutation.id);
        if (found == nullptr) return no_such(mutation.entity, *mutation.id);
        if (mutation.version && *mutation.version != found->version) return wrong_version(*found, *mutation.version);
        if (mutation.operation == operation::remove) {
            const changed removed{found->id, found->version};
            const result<void> done = remove(removed.id);
            if (!done) return done.error();
            return removed;
        }
        result<T> data = read_data(mutation);
        if (!data) return data.error();
        const result<void> done = update(host, *mutation.id, [&data](T &to) { to = std::move(*data); });
        if (!done) return done.error();
        return changed{found->id, found->version};
    }

    static error wrong_version(const entity<T> &found, std::uint64_t expected)
    {
        const std::string has = std::to_string(found.version), wanted = std::to_string(expected);
        return error(RP_CODE_CONFLICT, found.id + " has version " + has + ", not " + wanted)
            .with_details(R"({"expected":)" + wanted + R"(,"found":)" + has + '}');
    }

    std::list<entity<T>> entities_;
    // By the ids inside the entities.
    std::map<std::string_view, typename std::list<entity<T>>::iterator> places_;
};

} // namespace rp

#endif
