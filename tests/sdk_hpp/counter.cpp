#include "rp_sdk.hpp"

class counter : public rp::module<counter> {
public:
    std::int64_t add(std::int64_t by) { return count_ += by; }
    std::int64_t get() const { return count_; }

    static constexpr auto handlers = rp::handlers(rp::on_command("add", &counter::add, "Adds.", "by"),
                                                  rp::on_command("get", &counter::get, "Tells the count."));

private:
    std::int64_t count_ = 0;
};

RP_MODULE_CLASS(counter, R"({"name":"counter","version":"0.1.0","protocol":"1.0"})");
