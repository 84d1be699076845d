// A module for rp: it greets whoever is named, and counts.
#include "rp_sdk.hpp"

namespace {

constexpr const char *description =
    R"({"commands":[{"name":"greet","description":"Greets somebody.",)"
    R"("args":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]},)"
    R"("returns":{"type":"object","properties":{"hello":{"type":"string"},)"
    R"("greeted":{"type":"integer","description":"How many were greeted so far."}},)"
    R"("required":["hello","greeted"]}}],"events":{}})";

class greeter : public rp::module<greeter> {
public:
    rp::answer command(const rp::command &command, rp::reply &reply)
    {
        if (command.name() == "greet") return greet(command.args(), reply);
        return reply.unknown(command);
    }

    static rp::answer describe(const rp::message &, rp::reply &reply)
    {
        return reply.success(rp::json(rp_json_literal(description)));
    }

private:
    rp::answer greet(rp::json args, rp::reply &reply)
    {
        rp::json name = args["name"];
        if (!name.is_string()) return reply.error(RP_CODE_INVALID_PAYLOAD, "name: expected a string");
        greeted_++;
        return reply.success({{"hello", name}, {"greeted", greeted_}});
    }

    std::uint64_t greeted_ = 0; // so far
};

} // namespace

RP_MODULE_CLASS(greeter,
                R"({"name":"@name@","version":"0.1.0","protocol":"1.0",)"
                R"("description":"Greets whoever is named","license":"MIT"})");
