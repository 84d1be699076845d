// The table's runner for hosts in C++: runner TABLE FOLDER PREFIX SUFFIX, as runner.c. Prints the transcript.
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iostream>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "rp_host.hpp"

namespace {

using arguments = std::array<std::string, 3>;

// What the host tells, on whatever thread.
struct told {
    std::mutex lock;
    std::vector<std::string> lines;
    std::size_t messages = 0;
};

std::string shown(const rph::error &error)
{
    static const std::array<const char *, 4> faults = {"", "module", "host", "operator"};
    return "error\t" + error.code() + '\t' + faults[static_cast<std::size_t>(error.fault())];
}

std::string shown(const rph::result<void> &done)
{
    return done ? "ok" : shown(done.error());
}

std::string shown(const rph::result<rph::reply> &reply)
{
    if (!reply) return shown(reply.error());
    const std::string data(reply->data().text());
    if (reply->is_success()) return "success\t" + data;
    std::string text = "failed\t" + std::string(reply->code()) + '\t' + std::string(reply->error_text());
    return data.empty() ? text : text + '\t' + data;
}

std::string line_of(const rph::log_line &line)
{
    static const std::array<const char *, 6> levels = {"", "error", "warn", "info", "debug", "trace"};
    std::string text = levels[static_cast<std::size_t>(line.level)];
    return text + '\t' + std::string(line.instance) + '\t' + std::string(line.text);
}

rp::answer echo(const rph::request &request, rp::reply &reply)
{
    return reply.success({{"sender", request.sender()}, {"payload", request.payload()}});
}

rp::answer refuse(const rph::request &, rp::reply &reply)
{
    return reply.error(rp::error("conflict", "refused").with_details(R"({"by":"embedder"})"));
}

class runner {
public:
    runner(std::string folder, std::string prefix, std::string suffix)
        : folder_(std::move(folder)), prefix_(std::move(prefix)), suffix_(std::move(suffix))
    {}

    std::string step(const std::string &name, const arguments &given)
    {
        if (name == "host") return start(given[0]);
        if (name == "load") return load(given[0], given[1]);
        if (name == "subscribe") return subscribe(given[0], given[1]);
        if (name == "next") return next();
        if (name == "emit") return shown(host_->publish(given[0], given[1]));
        if (name == "settle") return shown(host_->drain_events(std::chrono::minutes(1)));
        if (name == "find") return host_->find(given[0]) ? "ok\tfound" : "ok\tnone";
        if (name == "close") return shown(host_->unload_all());
        if (name == "logged") return logged();
        if (name == "traced") return traced();
        const rph::instance *instance = instance_of(given[0]);
        return instance == nullptr ? "no handle" : of_instance(*instance, name, given);
    }

private:
    static std::string of_instance(const rph::instance &instance, const std::string &name, const arguments &given)
    {
        if (name == "command") return shown(instance.command(given[1], given[2]));
        if (name == "call") return shown(instance.call(given[1], given[2]));
        if (name == "ready") return instance.is_ready() ? "ok\ttrue" : "ok\tfalse";
        if (name == "unload") return shown(instance.unload());
        if (name == "late") {
            return shown(instance.command(given[1], given[2], rph::call_options().timeout(std::chrono::seconds(0))));
        }
        if (name == "cancelled") {
            const rph::cancel_token token;
            token.cancel();
            return shown(instance.command(given[1], given[2], rph::call_options().cancel(token)));
        }
        if (name == "unchecked") {
            const rph::result<rph::reply> reply = instance.call(given[1], given[2], rph::call_options().unchecked());
            return reply ? "ok\t" + std::string(reply->text()) : shown(reply.error());
        }
        return "there is no such step";
    }

    std::string start(const std::string &options)
    {
        instances_.clear();
        subscription_.reset();
        host_.reset();
        rph::host_builder builder = rph::host::builder();
        builder.options(options).service("embedder.echo", echo).service("embedder.refuse", refuse);
        builder.clock([]() noexcept { return std::int64_t{1234567}; });
        builder.random([](void *data, std::size_t len) noexcept { std::memset(data, 171, len); });
        builder.on_log([this](const rph::log_line &line) {
            const std::lock_guard<std::mutex> locked(told_.lock);
            told_.lines.push_back(line_of(line));
        });
        builder.on_trace([this](std::string_view) {
            const std::lock_guard<std::mutex> locked(told_.lock);
            told_.messages++;
        });
        rph::result<rph::host> built = builder.build();
        if (!built) return shown(built.error());
        host_ = *std::move(built);
        return "ok";
    }

    std::string load(const std::string &module, const std::string &options)
    {
        if (!host_) return "no host";
        rph::result<rph::instance> loaded = host_->load(folder_ + '/' + prefix_ + module + suffix_, options);
        if (!loaded) return shown(loaded.error());
        instances_.push_back(*std::move(loaded));
        return "ok";
    }

    // The newest handle of that name.
    const rph::instance *instance_of(const std::string &name) const
    {
        for (auto at = instances_.rbegin(); at != instances_.rend(); ++at) {
            if (at->name() == name) return &*at;
        }
        return nullptr;
    }

    std::string subscribe(const std::string &pattern, const std::string &limit)
    {
        auto subscribed = host_->subscribe(pattern, static_cast<std::uint32_t>(std::stoul(limit)));
        if (!subscribed) return shown(subscribed.error());
        subscription_ = *std::move(subscribed);
        return "ok";
    }

    std::string next()
    {
        if (!subscription_) return "no subscription";
        const rph::result<rph::reply> event = subscription_->next(std::chrono::seconds(0));
        if (!event) return shown(event.error());
        const rp::json json = *rp::json::parse(event->text());
        const std::string_view data = json["data"].text();
        return "ok\t" + *json.get<std::string>("event") + '\t' + *json.get<std::string>("from") + '\t' +
               std::string(data.empty() ? "null" : data);
    }

    std::string logged()
    {
        const std::lock_guard<std::mutex> locked(told_.lock);
        const std::vector<std::string> lines = std::exchange(told_.lines, {});
        const std::string count = "ok\t" + std::to_string(lines.size());
        return lines.empty() ? count : count + '\t' + lines.back();
    }

    std::string traced()
    {
        const std::lock_guard<std::mutex> locked(told_.lock);
        return "ok\t" + std::to_string(std::exchange(told_.messages, 0));
    }

    std::string folder_, prefix_, suffix_;
    told told_;
    std::optional<rph::host> host_;
    std::vector<rph::instance> instances_;
    std::optional<rph::subscription> subscription_;
};

void run(runner &runner, std::istream &table)
{
    std::string line;
    for (unsigned number = 1; std::getline(table, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream fields(line);
        std::string name;
        arguments given;
        std::getline(fields, name, '\t');
        for (std::string &argument : given) std::getline(fields, argument, '\t');
        std::cout << number++ << '\t' << name << '\t' << runner.step(name, given) << '\n';
    }
}

} // namespace

int main(int count, char **given)
{
    std::ifstream table(count == 5 ? given[1] : "");
    if (!table) {
        std::cerr << "usage: " << given[0] << " TABLE FOLDER PREFIX SUFFIX\n";
        return 2;
    }
    runner runner(given[2], given[3], given[4]);
    run(runner, table);
}
