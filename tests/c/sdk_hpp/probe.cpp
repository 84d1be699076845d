// A module that uses everything in rp_sdk.hpp; tests/sdk_hpp.rs asks it.
#include <map>
#include <new>
#include <stdexcept>
#include <vector>

#include "rp_sdk.hpp"

namespace {

struct point {
    int x, y;
};

void write_json(rp::writer &out, const point &what)
{
    out.value(rp::object{{"x", what.x}, {"y", what.y}});
}

class probe : public rp::module<probe> {
public:
    explicit probe(rp::host host) : host_(host)
    {
#ifdef THROW_IN_CONSTRUCTOR
        throw std::runtime_error("no room for a probe");
#endif
        host_.log(rp::level::info, "made");
    }

    // A command of a type of its own shows how commands return values.
    rp::answer command(const rp::command &command, rp::reply &reply)
    {
        const rp::json args = command.args();
        if (command.name() == "sum") return reply.give(sum(args));
        if (command.name() == "first") return reply.give(first(args));
        if (command.name() == "read") return reply.give(read(args));
        if (command.name() == "write") return write(reply);
        if (command.name() == "bad") return reply.success([](rp::writer &out) { out.key("a key without a value"); });
        if (command.name() == "walk") return reply.success([args](rp::writer &out) { walk(args, out); });
        if (command.name() == "ask") return reply.give(ask(command));
        if (command.name() == "forward") return forward(command, reply);
        if (command.name() == "services") return services(command, reply);
        if (command.name() == "cancelled") return reply.error(rp::error::cancelled());
        if (command.name() == "no_memory") return reply.error(rp::error::no_memory());
        if (command.name() == "two_answers") return (void)reply.success({{"the", "first"}}), reply.success();
        if (command.name() == "details") {
            return reply.error(rp::error("own", "with \"details\"").with_details(R"({"id":7})"));
        }
#if defined(__cpp_exceptions)
        if (command.name() == "throw") throw_what(command, reply);
#endif
        return reply.unknown(command);
    }

    rp::result<void> init(const rp::message &message)
    {
        const rp::result<std::optional<bool>> fails = message.payload()["config"].get<std::optional<bool>>("fails");
        if (!fails) return fails.error();
        if (*fails == true) return rp::error("conflict", "told to fail");
        return {};
    }

    rp::answer other(const rp::message &message, rp::reply &reply)
    {
        if (message.type() != "own-type") return module::other(message, reply);
        return reply.success({{"id", message.id()}, {"payload", message.payload()}});
    }

private:
    static rp::result<std::int64_t> sum(rp::json args)
    {
        const rp::result<std::int64_t> a = args.get<std::int64_t>("a"), b = args.get<std::int64_t>("b");
        if (!a) return a.error();
        if (!b) return b.error();
        return *a + *b;
    }

    // Text where it stands; exceptions or not, a result tells.
    static rp::result<std::string> first(rp::json args)
    {
        std::string storage;
        const rp::result<std::string_view> text = args["text"].as_text(storage);
        if (!text) return text.error();
        return std::string(text->substr(0, text->find(' ')));
    }

    static rp::result<std::vector<std::string>> read(rp::json args)
    {
        std::vector<std::string> all;
        const auto note = [&all](const auto &read) {
            if (read) all.push_back("ok");
            else all.emplace_back(read.error().text());
        };
        note(args.get<bool>("bool"));
        note(args.get<std::int8_t>("byte"));
        note(args.get<std::uint16_t>("short"));
        note(args.get<float>("float"));
        note(args.get<double>("double"));
        note(args.get<std::string>("string"));
        note(args.get<std::optional<int>>("maybe"));
        note(args.get<rp::json>("json"));
        note(rp::json::parse("[1,"));
        return all;
    }

    static rp::answer write(rp::reply &reply)
    {
        const std::vector<point> points{{1, 2}, {-3, 4}};
        const std::map<std::string, std::optional<double>> numbers{{"half", 0.5}, {"none", std::nullopt}};
        const auto write_numbers = [&numbers](rp::writer &out) {
            out.open_object();
            for (const auto &[name, number] : numbers) out.member(name, number);
            out.close();
        };
        return reply.success(
            {{"points", points},
             {"numbers", write_numbers},
             {"nested", rp::object{{"null", nullptr}, {"bool", true}, {"view", std::string_view("v")}}},
             {"list", std::vector<std::string>{"a\"", "b"}},
             {"big", std::numeric_limits<std::uint64_t>::max()},
             {"small", std::numeric_limits<std::int64_t>::min()}});
    }

    static void walk(rp::json args, rp::writer &out)
    {
        for (auto [key, value] : args) {
            if (value.is_array()) out.member("elements", value.size());
            else out.member("key", key);
        }
        out.member("third", args["list"].at(2));
    }

    static rp::result<std::string> ask(const rp::command &command)
    {
        rp::buffer buffer;
        const rp::result<rp::response> response = command.host().send(
            "command", {{"module", "other"}, {"name", command.args()["name"]}, {"args", rp::object{{"code", "x"}}}},
            buffer);
        if (!response) return response.error();
        const rp::result<rp::json> data = response->to_result();
        if (!data) return data.error();
        return std::string(data->text());
    }

    static rp::answer forward(const rp::command &command, rp::reply &reply)
    {
        rp::buffer request;
        const rp::result<rp::json> payload = request.write({{"module", "other"}, {"name", "ping"}});
        if (!payload) return reply.error(payload.error());
        return command.host().forward("command", payload->text(), reply);
    }

    rp::answer services(const rp::command &command, rp::reply &reply) const
    {
        std::uint64_t bytes = 0;
        const bool has_random = host_.random(&bytes, sizeof bytes);
        command.host().log(rp::level::warn, "at work");
        return reply.success({{"time", host_.now_us()},
                              {"random", has_random && bytes != 0},
                              {"cancelled", command.host().is_cancelled()}});
    }

#if defined(__cpp_exceptions)
    // Half an answer is there already.
    static void throw_what(const rp::command &command, rp::reply &reply)
    {
        (void)reply.success([&command](rp::writer &out) {
            out.member("half", "an answer");
            const rp::json what = command.args()["what"];
            if (what == "result") (void)command.args().get<int>("number").value();
            if (what == "error") throw rp::error("not_found", "thrown").with_details(R"({"by":"probe"})");
            if (what == "exception") throw std::runtime_error("what \"it\" says");
            if (what == "memory") throw std::bad_alloc();
            if (what == "int") throw 7;
        });
    }
#endif

    rp::host host_;
};

} // namespace

RP_MODULE_CLASS(probe, R"({"name":"probe","version":"1.0.0","protocol":"1.0","requests":{"call":["other"]}})");
