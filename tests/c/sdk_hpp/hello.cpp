#include "rp_sdk.hpp"

struct greeting {
    std::string hello;
    static constexpr auto fields = rp::fields(rp::field("hello", &greeting::hello, "Who is greeted."));
};

class hello : public rp::module<hello> {
public:
    greeting greet(const std::optional<std::string> &name) { return ++count_, greeting{name.value_or("world")}; }
    std::uint64_t count() const { return count_; }

    static constexpr auto handlers = rp::handlers(rp::on_command("greet", &hello::greet, "Greets.", "name"),
                                                  rp::on_command("count", &hello::count, "Counts."));

private:
    std::uint64_t count_ = 0;
};

RP_MODULE_CLASS(hello, RP_MANIFEST("hello", "0.1.0", "Greets."));
