// @name@, a module for rp. The command `greet` is an example: put your own in its place.
#include "rp_sdk.hpp"

namespace {

struct greeting {
    std::string hello;
    std::uint64_t greeted;

    static constexpr auto fields =
        rp::fields("A greeting.", rp::field("hello", &greeting::hello, "Who was greeted."),
                   rp::field("greeted", &greeting::greeted, "How many were greeted so far."));
};

// One instance of the module, and what it keeps.
class @stem@_module : public rp::module<@stem@_module> {
public:
    greeting greet(std::string name) { return {std::move(name), ++greeted_}; }

    static constexpr auto handlers =
        rp::handlers(rp::on_command("greet", &@stem@_module::greet, "Greets somebody.", "name"));

private:
    std::uint64_t greeted_ = 0;
};

} // namespace

RP_MODULE_CLASS(@stem@_module, RP_MANIFEST("@name@", "0.1.0", "@description@", RP_LICENSE("MIT")));
