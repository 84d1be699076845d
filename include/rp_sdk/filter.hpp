// Filters and sorting of a query, as a collection uses them.

#ifndef RP_SDK_FILTER_HPP
#define RP_SDK_FILTER_HPP

#include "message.hpp"
#include "read.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rp {

namespace detail {

// A value as filters and sorting compare it: whole numbers of 64 bits exactly, others as the nearest double.
class scalar {
public:
    // The order of kinds when sorting: "nothing" comes first.
    enum class rank { nothing, null, nested, no, yes, number, text };

    explicit scalar(json value)
    {
        switch (value.kind()) {
        case RP_JSON_NOTHING: break;
        case RP_JSON_NULL: rank_ = rank::null; break;
        case RP_JSON_ARRAY:
        case RP_JSON_OBJECT: rank_ = rank::nested; break;
        case RP_JSON_BOOL: rank_ = value.text() == "true" ? rank::yes : rank::no; break;
        case RP_JSON_NUMBER: read_number(value); break;
        case RP_JSON_STRING:
            rank_ = rank::text;
            if (const result<std::string> text = value.as<std::string>(); text) text_ = *text;
            break;
        }
    }

    rank kind() const noexcept { return rank_; }
    const std::string &text() const noexcept { return text_; }
    // Below, equal to or above 0.
    int compare(const scalar &other) const noexcept
    {
        if (rank_ != other.rank_) return rank_ < other.rank_ ? -1 : 1;
        if (rank_ == rank::number) return compare_numbers(other);
        return text_.compare(other.text_);
    }
    bool is_equal(const scalar &other) const noexcept { return rank_ != rank::nested && compare(other) == 0; }

private:
    void read_number(json value)
    {
        rank_ = rank::number;
        std::int64_t whole = 0;
        is_whole_ = rp_json_read_int(value.raw(), &whole) == RP_JSON_OK;
        is_negative_ = whole < 0;
        magnitude_ = static_cast<std::uint64_t>(whole);
        is_whole_ = is_whole_ || rp_json_read_uint(value.raw(), &magnitude_) == RP_JSON_OK;
        if (rp_json_read_double(value.raw(), &number_) != RP_JSON_OK) {
            number_ = std::numeric_limits<double>::infinity() * (value.text().front() == '-' ? -1 : 1);
        }
    }
    int compare_numbers(const scalar &other) const noexcept
    {
        const auto order = [](auto left, auto right) { return left < right ? -1 : left > right ? 1 : 0; };
        if (!is_whole_ || !other.is_whole_) return order(number_, other.number_);
        if (is_negative_ != other.is_negative_) return is_negative_ ? -1 : 1;
        return order(magnitude_, other.magnitude_); // of two negative ones, too: in two's complement
    }

    rank rank_ = rank::nothing;
    bool is_whole_ = false, is_negative_ = false;
    std::uint64_t magnitude_ = 0;
    double number_ = 0;
    std::string text_;
};

// The way to a value of an entity: place.county, /place/county, $version.
class value_path {
public:
    static result<value_path> read(std::string_view text, const std::string &where)
    {
        const auto refused = [&where](const std::string &why) {
            return error(RP_CODE_INVALID_PAYLOAD, where + ": " + why);
        };
        value_path path;
        if (text == "$id" || text == "$version" || text == "$created_us" || text == "$modified_us") {
            path.steps_.emplace_back(text.substr(1));
            return path;
        }
        if (!text.empty() && text.front() == '$') {
            return refused("of the names with $ there are $id, $version, $created_us and $modified_us; a key like that "
                           "is written /" +
                           std::string(text));
        }
        path.steps_.emplace_back("data");
        const char separator = !text.empty() && text.front() == '/' ? '/' : '.';
        if (separator == '/') text.remove_prefix(1);
        for (bool is_last = false; !is_last;) {
            const std::size_t end = text.find(separator);
            is_last = end == text.npos;
            std::string step(text.substr(0, end));
            if (!is_last) text.remove_prefix(end + 1);
            if (separator == '/' && !unescape(step)) {
                return refused("a ~ in a JSON pointer that is neither ~0 nor ~1");
            }
            if (separator == '.' && step.empty()) {
                return refused("an empty step in a path; a key that is empty or holds a dot needs the form /a/b");
            }
            path.steps_.push_back(std::move(step));
        }
        return path;
    }

    json find(json row) const
    {
        for (const std::string &step : steps_) row = row.is_array() ? element(row, step) : last_member(row, step);
        return row;
    }

private:
    static bool unescape(std::string &step)
    {
        for (std::size_t at = step.find('~'); at != step.npos; at = step.find('~', at + 1)) {
            const char what = at + 1 < step.size() ? step[at + 1] : ' ';
            if (what != '0' && what != '1') return false;
            step.replace(at, 2, what == '0' ? "~" : "/");
        }
        return true;
    }
    static json element(json array, const std::string &step)
    {
        if (step.empty() || step.size() > 9 || (step.size() > 1 && step.front() == '0')) return {};
        std::size_t index = 0;
        for (const char digit : step) {
            if (digit < '0' || digit > '9') return {};
            index = index * 10 + static_cast<std::size_t>(digit - '0');
        }
        return array.at(index);
    }
    // Of equal keys the last one counts.
    static json last_member(json object, const std::string &step)
    {
        json found;
        for (const json_member member : object) {
            if (member.key == step) found = member.value;
        }
        return found;
    }

    std::vector<std::string> steps_;
};

// One condition on a value.
class condition {
public:
    static result<condition> read(std::string_view name, json operand, const std::string &where)
    {
        const auto refused = [&where](const char *expected) {
            return error(RP_CODE_INVALID_PAYLOAD, where + ": expected " + expected);
        };
        condition read;
        while (read.operator_ < operators.size() && operators[read.operator_] != name) read.operator_++;
        if (read.operator_ == operators.size()) return refused("one of eq ne in lt lte gt gte contains exists");
        if (name == "in") {
            if (!operand.is_array()) return refused("an array of values that are no arrays and no objects");
            for (const json_member each : operand) read.operands_.emplace_back(each.value);
        } else {
            read.operands_.emplace_back(operand);
        }
        for (const scalar &each : read.operands_) {
            if (each.kind() != scalar::rank::nested) continue;
            return refused(name == "in" ? "an array of values that are no arrays and no objects"
                                        : "a value that is no array and no object");
        }
        const bool is_bool = operand.kind() == RP_JSON_BOOL;
        if (name == "exists" && !is_bool) return refused("true or false");
        if (read.is_order() && operand.kind() != RP_JSON_NUMBER && !operand.is_string()) {
            return refused("a number or a string");
        }
        return read;
    }

    bool holds(json value) const
    {
        const std::string_view name = operators[operator_];
        if (name == "exists") return static_cast<bool>(value) == (operands_[0].kind() == scalar::rank::yes);
        if (!value) return false;
        const scalar found(value);
        if (name == "contains") return contains(value, found);
        if (is_order()) return compares(name, found);
        for (const scalar &each : operands_) {
            if (found.is_equal(each)) return name != "ne";
        }
        return name == "ne";
    }

private:
    static constexpr std::array<std::string_view, 9> operators{"lt", "lte", "gt",       "gte",   "eq",
                                                               "ne", "in",  "contains", "exists"};

    condition() = default;

    bool is_order() const noexcept { return operator_ < 4; }
    bool compares(std::string_view name, const scalar &found) const
    {
        if (found.kind() != operands_[0].kind()) return false;
        const int order = found.compare(operands_[0]);
        return order == 0 ? name.size() == 3 : (order < 0) == (name.front() == 'l');
    }
    bool contains(json value, const scalar &found) const
    {
        const scalar &part = operands_[0];
        if (found.kind() == scalar::rank::text && part.kind() == found.kind()) {
            return found.text().find(part.text()) != std::string::npos;
        }
        for (const json_member each : value) {
            if (value.is_array() && scalar(each.value).is_equal(part)) return true;
        }
        return false;
    }

    std::size_t operator_ = 0;
    std::vector<scalar> operands_;
};

// What a query asks of each entity, and their order.
class filter {
public:
    static result<filter> read(const query &query)
    {
        filter filter;
        for (const auto &[path, wanted] : sorted(query.filters)) {
            const result<void> read = filter.read_conditions(path, wanted);
            if (!read) return read.error();
        }
        for (const std::string_view key : query.sort) {
            const bool is_descending = !key.empty() && key.front() == '-';
            const std::string path(key.substr(is_descending ? 1 : 0));
            result<value_path> read = value_path::read(path, "sort: " + path);
            if (!read) return read.error();
            filter.sort_.emplace_back(std::move(*read), is_descending);
        }
        return filter;
    }

    // Whether it looks into entities at all.
    bool is_empty() const noexcept { return conditions_.empty() && sort_.empty(); }
    bool holds(json row) const
    {
        for (const auto &[path, each] : conditions_) {
            if (!each.holds(path.find(row))) return false;
        }
        return true;
    }
    std::vector<scalar> sort_keys(json row) const
    {
        std::vector<scalar> keys;
        for (const auto &[path, is_descending] : sort_) keys.emplace_back(path.find(row));
        return keys;
    }
    // Below, equal to or above 0.
    int compare(const std::vector<scalar> &left, const std::vector<scalar> &right) const
    {
        for (std::size_t at = 0; at < sort_.size(); at++) {
            const int order = left[at].compare(right[at]);
            if (order != 0) return sort_[at].second ? -order : order;
        }
        return 0;
    }

private:
    // Members by their keys; of equal keys the last one counts.
    static std::map<std::string, json> sorted(json object)
    {
        std::map<std::string, json> members;
        for (const json_member member : object) {
            if (const result<std::string> key = member.key.as<std::string>(); key) members[*key] = member.value;
        }
        return members;
    }

    result<void> read_conditions(const std::string &path, json wanted)
    {
        const std::string where = "filters: " + path;
        if (wanted.is_array()) {
            return error(RP_CODE_INVALID_PAYLOAD,
                         where + ": expected a value that is no array, or an object of operators");
        }
        if (!wanted.is_object()) return add(path, "eq", wanted, where, where);
        for (const auto &[name, operand] : sorted(wanted)) {
            std::string where_operand = where;
            RP_CHECK(add(path, name, operand, where, (where_operand += '.') += name));
        }
        return {};
    }

    result<void> add(const std::string &path, std::string_view name, json operand, const std::string &where,
                     const std::string &where_operand)
    {
        // The operator is checked before the path.
        result<condition> read = condition::read(name, operand, where_operand);
        if (!read) return read.error();
        result<value_path> way = value_path::read(path, where);
        if (!way) return way.error();
        conditions_.emplace_back(std::move(*way), std::move(*read));
        return {};
    }

    std::vector<std::pair<value_path, condition>> conditions_;
    std::vector<std::pair<value_path, bool>> sort_;
};

} // namespace detail

} // namespace rp

#endif
