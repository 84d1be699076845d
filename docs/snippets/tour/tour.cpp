// What a program does with modules, in C++; beside it the same in Rust, C and Python.
//
// usage: tour FOLDER, which has the modules
#include <chrono>
#include <iostream>
#include <string>
#include <string_view>

#include "rp_host.hpp"

using namespace std::chrono_literals;

namespace {

// ANCHOR: service
rp::answer match(const rph::request &request, rp::reply &reply)
{
    std::cout << "asked: " << request.type() << " by " << request.sender() << '\n';
    return reply.success({{"people", request.payload()}});
}
// ANCHOR_END: service

rph::host start()
{
    // ANCHOR: host
    return rph::host::builder()
        .options(R"({"name":"tour","store":{"memory":true}})")
        .on_log([](const rph::log_line &line) { std::cerr << line.instance << ": " << line.text << '\n'; })
        .service("genealogy.match", match)
        .build()
        .value();
    // ANCHOR_END: host
}

void run(const std::string &folder)
{
    const rph::host host = start();
    // ANCHOR: load
    const std::string_view of_log = R"({"instance":"log","config":{"state":"store"},"grants":
        {"read":["research_log.*"],"write":["research_log.*"],"emit":["research_log.*"]}})";
    const std::string_view of_desk = R"({"instance":"desk","version":">=0.1"})";
    const rph::instance log = host.load(folder + '/' + rph::library_file_name("research-log").value(), of_log).value();
    const rph::instance desk = host.load(folder + '/' + rph::library_file_name("test-relay").value(), of_desk).value();
    // ANCHOR_END: load
    // ANCHOR: call
    const rph::reply created = log.command("create_log", R"({"title":"Parents of John Ryan"})").value();
    std::cout << "kept as number " << created.data()["data"]["number"].text() << '\n';
    // ANCHOR_END: call
    // ANCHOR: errors
    const rph::reply refused = log.command("create_log", R"({"title":" "})").value();
    if (!refused) std::cout << "refused: " << refused.code() << '\n';
    const auto none = host.load("nowhere.so");
    if (!none) std::cout << "not loaded: " << none.error().code() << '\n';
    // ANCHOR_END: errors
    // ANCHOR: deadline
    const auto late = desk.command("work", R"({"steps":60000})", rph::call_options().timeout(50ms));
    if (!late) std::cout << "late: " << late.error().code() << '\n';
    // ANCHOR_END: deadline
    // ANCHOR: asked
    desk.command("send", R"({"type":"genealogy.match","payload":{"surname":"Ryan"}})").value();
    // ANCHOR_END: asked
    // ANCHOR: events
    const rph::subscription events = host.subscribe("research_log.*", 16).value();
    log.command("add_entry", R"({"type":"note","title":"Baptised in Cork"})").value();
    const rph::reply heard = events.next(10s).value();
    const rp::json event = rp::json::parse(heard.text()).value();
    std::cout << "heard: " << event.get<std::string>("event").value() << " from "
              << event.get<std::string>("from").value() << '\n';
    // ANCHOR_END: events
    // ANCHOR: end
    host.unload_all().value();
    // ANCHOR_END: end
}

} // namespace

int main(int count, char **arguments)
{
    try {
        run(count > 1 ? arguments[1] : ".");
    } catch (const rph::error &error) {
        std::cerr << error.what() << " (" << error.code() << ")\n";
        return 1;
    }
}
