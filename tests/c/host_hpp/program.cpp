// A program that uses everything in rp_host.hpp: program FOLDER, with the folder of the modules. It checks itself and prints
// "done"; of what is wrong it prints the line.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <future>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "rp_host.hpp"

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

void check(bool holds, int line)
{
    if (holds) return;
    std::cout << "line " << line << std::endl;
    std::exit(1);
}
#define CHECK(...) check(static_cast<bool>(__VA_ARGS__), __LINE__)

std::string folder;

std::string module_file(std::string_view name)
{
    return folder + '/' + *rph::library_file_name(name);
}

struct pong {
    std::string reply;
    std::uint64_t messages;
    static constexpr auto fields = rp::fields(rp::field("reply", &pong::reply), rp::field("messages", &pong::messages));
};

// What is dropped with the function that holds it.
struct counted {
    explicit counted(std::atomic<int> &count) : count_(&count) { ++count; }
    ~counted() { --*count_; }
    counted(const counted &) = delete;
    counted &operator=(const counted &) = delete;

private:
    std::atomic<int> *count_;
};

void calls(const rph::host &host)
{
    rph::result<rph::instance> loaded = host.load(module_file("test-minimal-c"), R"({"instance":"first"})");
    CHECK(loaded);
    const rph::instance first = *std::move(loaded);
    CHECK(first.name() == "first" && first.is_ready() && first.path() == module_file("test-minimal-c"));
    CHECK(first.manifest().find("test-minimal-c") != std::string_view::npos);
    CHECK(first.command("ping")->data()["reply"] == "pong");

    // An error response is a response, and the calls with types make an error of it.
    const auto failing = first.command("fail", R"({"code":"own","text":"t\"1"})");
    CHECK(failing && !failing->is_success() && failing->code() == "own" && failing->error_text() == "t\"1");
    const auto typed = first.command<pong>("ping", rp::object{});
    CHECK(typed && typed->reply == "pong" && typed->messages == 4);
    const auto refused = first.command<pong>("fail", rp::object{{"code", "own"}, {"text", "no"}});
    CHECK(!refused && refused.error().code() == "own" && refused.error().text() == "no");
    CHECK(refused.error().fault() == rph::fault::module);
    CHECK(first.command<pong>("echo", rp::object{{"reply", 7}}).error().code() == "rp::call::data");
    CHECK(first.command<void>("ping", rp::object{}));
    CHECK(first.call<pong>("command", rp::object{{"name", "ping"}, {"args", rp::object{}}})->reply == "pong");

    // In a turn.
    {
        rph::result<rph::turn> entered = first.enter();
        CHECK(entered);
        rph::turn turn = *std::move(entered);
        CHECK(turn.command("ping")->data()["reply"] == "pong" && turn.call("describe", "{}")->is_success());
        CHECK(turn.command<pong>("ping", rp::object{})->reply == "pong");
        CHECK(turn.call<pong>("command", rp::object{{"name", "ping"}, {"args", rp::object{}}})->reply == "pong");
        CHECK(turn.command<pong>("fail", rp::object{{"code", "own"}, {"text", "no"}}).error().code() == "own");
        CHECK(first.command("ping").error().code() == "rp::call::own_turn");
        CHECK(first.enter(rph::call_options().timeout(seconds(1))).error().code() == "rp::call::own_turn");
    }
    CHECK(first.command("ping"));

    // Memory is used again.
    rph::reply reply;
    reply.reserve(1024);
    CHECK(first.call("describe", "{}", {}, reply) && reply.data()["commands"].size() == 4);
    CHECK(first.command("ping", {}, rph::call_options().timeout(seconds(60)), reply) && reply);
    CHECK(reply.text().find("pong") != std::string_view::npos && reply.limit() > 64u << 20);
    reply.clear();
    CHECK(reply.text().empty());
    CHECK(first.call("command", R"({"name":"ping","args":{}})", rph::call_options().unchecked())->is_success());
    CHECK(rph::reply(16).limit() == 16);

    CHECK(host.find("first")->name() == "first" && !host.find("second"));
    CHECK(host.load(module_file("test-minimal-c"), R"({"instance":"first"})").error().code() ==
          "rp::load::duplicate_name");
    CHECK(host.instances()->text().find(R"("instance":"first")") != std::string_view::npos);
    CHECK(host.replace("first", module_file("test-minimal-cpp")) && first.command("ping"));
    CHECK(first.counters()->text() == "null" && first.worker()->text() == "null");
    CHECK(first.unload() && !first.is_ready());
    const auto after = first.command("ping");
    CHECK(!after && after.error().code() == "rp::call::unavailable" && after.error().module() == "first");
    CHECK(!after.error().help().empty() && after.error().json().find("rp::call::unavailable") != std::string::npos);
}

void awaited_calls(const rph::host &host)
{
    const rph::instance relay = *host.load(module_file("test-relay"), R"({"instance":"worker"})");
    const auto work = [&](const rph::call_options &options) {
        auto promise = std::make_shared<std::promise<rph::result<rph::reply>>>();
        const std::string_view payload = R"({"name":"work","args":{"steps":2}})";
        CHECK(relay.call_async("command", payload, options,
                               [promise](rph::result<rph::reply> outcome) { promise->set_value(std::move(outcome)); }));
        return promise->get_future().get();
    };
    CHECK(work({})->data()["done"].text() == "2");
    const rph::cancel_token token;
    token.cancel();
    CHECK(token.is_cancelled());
    CHECK(work(rph::call_options().cancel(token)).error().code() == "rp::call::cancelled");
    bool is_called = false;
    const auto refused =
        relay.call_async("command", "{}", rph::call_options().unchecked(), [&](auto) { is_called = true; });
    CHECK(!refused && !is_called);
}

void services(const rph::host &host)
{
    const rph::instance relay =
        *host.load(module_file("test-relay"), R"({"instance":"relay","grants":{"emit":["*"],"subscribe":["note.*"]}})");
    const auto ask = [&](std::string_view type) {
        return *relay.command("send", R"({"type":")" + std::string(type) + R"(","payload":{"a":1}})");
    };
    CHECK(ask("greet").data()["to"] == "relay" && ask("greet").data()["a"].text() == "1");
    std::atomic<int> alive = 0;
    const auto kept = std::make_shared<counted>(alive);
    CHECK(host.add_service("late", [kept](const rph::request &request, rp::reply &reply) {
        return reply.success({{"type", request.type()}});
    }));
    CHECK(ask("late").data()["type"] == "late" && kept.use_count() == 2);
    CHECK(host.remove_service("late") && !host.remove_service("late") && kept.use_count() == 1);
    CHECK(ask("late").code() == "not_supported");
    CHECK(host.send("greet", R"({"a":2})")->data()["a"].text() == "2");
#if defined(__cpp_exceptions)
    CHECK(ask("throw.error").code() == "own" && ask("throw.error").data()["x"].text() == "1");
    CHECK(ask("throw.exception").error_text() == "what it says");
    CHECK(!ask("throw.int").is_success() && ask("greet").is_success());
#endif
}

void events(const rph::host &host)
{
    const rph::subscription notes = *host.subscribe("note.*", 2);
    CHECK(notes.next(seconds(0)).error().code() == "rp::event::timeout" && notes.fd() >= 0);
    CHECK(host.publish("note.a", "[1]") && host.publish("note.b") && !host.publish("note.c"));
    CHECK(host.drain_events(minutes(1)) && notes.waiting() == 2 && !notes.is_over());
    const auto first = notes.next(minutes(1));
    CHECK((*rp::json::parse(first->text()))["event"] == "note.a");
    const rph::subscription last = *host.subscribe_lossy("other", 1);
    CHECK(host.publish("other", "1") && host.publish("other", "2"));
    CHECK(last.next(minutes(1))->text().find(R"("data":2)") != std::string_view::npos);
    // Who handled the last event may still be about to say so.
    CHECK(host.pending_subscribers()->text().front() == '[');
}

// What is wrong with a part is said when the host is built, and every function is dropped.
void mistakes()
{
    std::atomic<int> alive = 0;
    const auto kept = std::make_shared<counted>(alive);
    {
        rph::host_builder builder;
        builder.options("{").on_log([kept](const rph::log_line &) {});
        CHECK(builder.build().error().code() == "rp::host::options" && kept.use_count() == 2);
    }
    CHECK(kept.use_count() == 1);
    const auto missing = rph::host::builder().config("/no/such/rp.toml").build();
    CHECK(!missing && !missing.error().code().empty() && !missing.error().text().empty());
    const auto nothing = rph::inspect("/no/such/file");
    CHECK(!nothing && nothing.error().path() == "/no/such/file" && nothing.error().fault() == rph::fault::user);
    CHECK(rph::scan("/no/such/folder").error().code() == "rp::host::system");
#if defined(__cpp_exceptions)
    try {
        (void)rph::inspect("/no/such/file").value();
        CHECK(false);
    } catch (const rph::error &error) {
        CHECK(error.what() == nothing.error().text());
    }
    try {
        rph::result<void>(nothing.error()).value();
        CHECK(false);
    } catch (const std::exception &error) {
        CHECK(error.what() == nothing.error().text());
    }
#endif
}

rph::host_builder &with_services(rph::host_builder &builder)
{
    builder.service("greet", [](const rph::request &request, rp::reply &reply) {
        return reply.success({{"to", request.sender()}, {"a", request.payload()["a"]}});
    });
#if defined(__cpp_exceptions)
    builder.service("throw.error", [](const rph::request &, rp::reply &) -> rp::answer {
        throw rp::error("own", "thrown").with_details(R"({"x":1})");
    });
    builder.service("throw.exception",
                    [](const rph::request &, rp::reply &) -> rp::answer { throw std::runtime_error("what it says"); });
    builder.service("throw.int", [](const rph::request &, rp::reply &) -> rp::answer { throw 7; });
#endif
    return builder;
}

void library()
{
    CHECK(!rph::version().empty() && rph::features().find("sqlite") != std::string_view::npos);
    CHECK(rph::report_crashes("its trace is t.jsonl"));
    CHECK(!rph::isolation_support()->text().empty());
    CHECK(rph::inspect(module_file("test-minimal-c"))->text().find("test-minimal-c") != std::string_view::npos);
}

} // namespace

int main(int count, char **given)
{
    rph::serve_if_asked();
    folder = count > 1 ? given[1] : ".";
    std::atomic<int> lines = 0, messages = 0, heard = 0;
    const auto kept = std::make_shared<int>(7);
    {
        rph::host_builder builder = rph::host::builder();
        with_services(builder)
            .options(R"({"name":"program","version":"1.0.0"})")
            .on_log([&, kept](const rph::log_line &) { ++lines; })
            .on_trace([&, kept](std::string_view) { ++messages; })
            .on_progress([kept](std::string_view) {})
            .on_worker([kept](std::string_view) {})
            .on_event("note.*", [&, kept](std::string_view) { ++heard; })
            .clock([kept]() noexcept { return std::int64_t{0}; })
            .random([kept](void *data, std::size_t len) noexcept { std::memset(data, 1, len); });
        rph::result<rph::host> built = builder.build();
        CHECK(built);
        const rph::host host = *std::move(built);
        library();
        calls(host);
        awaited_calls(host);
        services(host);
        events(host);
        CHECK(host.unload_all());
        CHECK(kept.use_count() == 8 && messages > 20 && heard == 2);
    }
    // The host is gone, and with it every function that it had.
    CHECK(kept.use_count() == 1);
    mistakes();
    std::cout << "done" << std::endl;
}
