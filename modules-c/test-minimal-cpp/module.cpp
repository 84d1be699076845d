// A module in C++: it answers every kind of message, counts them, and keeps nothing else.
#include "rp_sdk.hpp"

namespace {

constexpr const char *description =
    R"({"commands":[)"
    R"({"name":"echo","description":"Gives its arguments back",)"
    R"("args":{"type":"object"},)"
    R"("returns":{"type":"object"}},)"
    R"({"name":"fail","description":"Answers with an error",)"
    R"("args":{"type":"object","properties":{"code":{"type":"string"},"text":{"type":"string"}}},)"
    R"("returns":{}},)"
    R"({"name":"ping","description":"Answers",)"
    R"("args":{"type":"object"},)"
    R"("returns":{"type":"object","properties":{"reply":{"type":"string"},"messages":{"type":"integer"}},)"
    R"("required":["reply","messages"]}},)"
    R"({"name":"status","description":"Tells the state of the instance",)"
    R"("args":{"type":"object"},)"
    R"("returns":{"type":"object","properties":{"initialized":{"type":"boolean"},"messages":{"type":"integer"}},)"
    R"("required":["initialized","messages"]}})"
    R"(],"events":{}})";

class test_minimal : public rp::module<test_minimal> {
public:
    rp::answer handle_message(const rp::message &message, rp::reply &reply)
    {
        messages_++;
        return dispatch(message, reply);
    }

    rp::answer command(const rp::command &command, rp::reply &reply)
    {
        if (command.name() == "echo") return reply.success(command.args());
        if (command.name() == "fail") return fail(command.args(), reply);
        if (command.name() == "ping") return reply.success({{"reply", "pong"}, {"messages", messages_}});
        if (command.name() == "status") return status(reply);
        return reply.unknown(command);
    }

    static rp::answer describe(const rp::message &, rp::reply &reply)
    {
        return reply.success(rp::json(rp_json_literal(description)));
    }

private:
    rp::answer status(rp::reply &reply) const
    {
        return reply.success({{"initialized", is_initialized()}, {"messages", messages_}});
    }

    static rp::answer fail(rp::json args, rp::reply &reply)
    {
        rp::json code = args["code"], text = args["text"];
        if (!code.is_string()) code = rp::json(rp_json_literal(R"("internal")"));
        if (!text.is_string()) text = rp::json(rp_json_literal(R"("failed as asked")"));
        return reply.error(code, text);
    }

    std::uint64_t messages_ = 0; // handed to this instance so far
};

} // namespace

RP_MODULE_CLASS(test_minimal,
                RP_MANIFEST("test-minimal-cpp", "0.1.0", "The smallest module that answers everything, in C++.",
                            RP_LICENSE("MIT OR Apache-2.0")));
