// A module of handlers, with everything that they can take and give; tests/sdk_hpp/typed.rs asks it.
#include <map>
#include <thread>
#include <unordered_map>

#include "rp_sdk.hpp"

namespace {

enum class kind { one, two, three };
constexpr auto json_words(kind)
{
    return rp::words({"one", "two", "three"}, "A kind.");
}

struct nested {
    std::string citation;
    std::optional<double> share;

    static constexpr auto fields = rp::fields("Something cited.", rp::field("citation", &nested::citation),
                                              rp::field("share", &nested::share, "Of the whole."));
};

struct everything {
    std::string title;
    std::vector<std::string> tags;
    bool done = false;
    std::int8_t small = 0;
    std::uint16_t narrow = 0;
    std::uint64_t wide = 0;
    std::int64_t integer = 0;
    float share = 0;
    std::optional<kind> maybe;
    std::vector<nested> documents;
    rp::raw_object raw;
    std::optional<rp::json> any;

    static constexpr auto fields = rp::fields(
        rp::field("title", &everything::title), rp::field_with_default("tags", &everything::tags),
        rp::field_with_default("done", &everything::done), rp::field_with_default("small", &everything::small),
        rp::field_with_default("narrow", &everything::narrow), rp::field_with_default("wide", &everything::wide),
        rp::field_with_default("integer", &everything::integer), rp::field_with_default("share", &everything::share),
        rp::field("maybe", &everything::maybe), rp::field_with_default("documents", &everything::documents),
        rp::field_with_default("raw", &everything::raw), rp::field("any", &everything::any));
};

struct anything {
    rp::raw_json any;
    std::map<std::string, std::vector<std::int64_t>> counts;
    std::optional<std::unordered_map<std::string, nested>> sources;

    static constexpr auto fields =
        rp::fields("Any keys.", rp::field("any", &anything::any), rp::field_with_default("counts", &anything::counts),
                   rp::field("sources", &anything::sources))
            .strict();
};

struct note {
    std::string text;
    std::optional<std::uint64_t> year;

    static constexpr auto fields = rp::fields(rp::field("text", &note::text), rp::field("year", &note::year));
};

struct configuration {
    std::uint8_t most = 3;
    kind first = kind::two;

    static constexpr auto fields =
        rp::fields(rp::field("most", &configuration::most), rp::field("first", &configuration::first));
};

struct place_seen {
    std::string place;

    static constexpr std::string_view event = "place.seen";
    static constexpr auto fields = rp::fields("A place was seen.", rp::field("place", &place_seen::place));
};

class typed : public rp::module<typed> {
public:
    explicit typed(rp::host host) : host_(host) {}

    rp::result<void> init(const configuration &config, const rp::message &message, rp::host host)
    {
        if (message.type() != "init") return rp::error("internal", "init got another message");
        host.log(rp::level::info, rp::word(config.first));
        config_ = config;
        return {};
    }

    static everything read(everything args) { return args; }

    static anything keep(anything args) { return args; }

    // What another JSON library wrote, as it is; a text that is not JSON is an error.
    static rp::result<rp::raw_json> other_text(std::string text) { return rp::raw_json::parse(std::move(text)); }
    static rp::result<rp::raw_object> other_object(std::string text) { return rp::raw_object::parse(std::move(text)); }
    static rp::answer other_member(rp::reply &reply, const std::string &text)
    {
        return reply.success([&text](rp::writer &out) {
            out.key("text");
            out.raw(text);
        });
    }
    static std::string size_of(const rp::raw_json &value) { return std::to_string(value.text().size()); }

    rp::result<std::uint64_t> add(std::uint8_t count, const std::optional<std::string> &unit)
    {
        if (unit && unit->empty()) return rp::error::at("unit", "must not be empty");
        total_ += count;
        return total_;
    }

    void reset() { total_ = 0; }

    // By the host of the instance, here and on another thread; then by that of the message on another thread.
    rp::result<void> see_thrice(rp::host host)
    {
        RP_CHECK(host_.emit(place_seen{"Cobh"}));
        std::thread([this] { seen_elsewhere_ = bool(host_.emit(place_seen{"Cork"})); }).join();
        std::thread([this, host] { seen_elsewhere_ = bool(host.emit(place_seen{"Kerry"})) && seen_elsewhere_; }).join();
        if (!seen_elsewhere_) return rp::error(RP_CODE_INTERNAL, "not emitted from a thread");
        return {};
    }

    const configuration &settings() const { return config_; }

    static rp::answer names(const rp::command &command, rp::reply &reply)
    {
        return reply.success([&command](rp::writer &out) {
            for (auto [key, value] : command.args()) out.member(value.text().substr(0, 1), key);
        });
    }

    rp::result<std::uint64_t> work(rp::host host, std::uint64_t steps)
    {
        for (const auto &step : host.steps(steps, "working")) {
            if (!step) return step.error();
            total_ += *step;
        }
        return total_;
    }

    static rp::result<void> see(rp::host host, const std::string &place) { return host.emit(place_seen{place}); }

    // Everything that a host may be asked by types, against its store.
    static rp::result<std::vector<std::string>> ask_store(rp::host host)
    {
        std::vector<std::string> said;
        RP_LET(const rp::changed made, host.create("memo", note{"first", 1841}));
        RP_CHECK(host.create_as("memo", "second", note{"second", {}}));
        RP_LET(const rp::changed changed, host.update("memo", made.id, note{"changed", 1850}, made.version));
        said.push_back(std::to_string(changed.version));
        RP_LET(const rp::entity<note> got, host.get<note>("memo", made.id));
        said.push_back(got.data.text);
        const auto later = rp::object{{"gte", 1842}};
        RP_LET(const auto page,
               host.query("memo").filter("year", later).sort("-text").offset(0).limit(5).fetch<note>());
        said.push_back(page.entities.at(0).data.text + std::to_string(page.count));
        RP_LET(const auto first, host.query("memo").id("second").first<note>());
        said.push_back(first ? first->data.text : "nothing");
        RP_LET(const std::uint64_t count, host.query("memo").count());
        said.push_back(std::to_string(count));
        RP_CHECK(host.remove("memo", "second"));
        const rp::result<rp::entity<note>> gone = host.get<note>("memo", "second");
        said.emplace_back(gone ? "there" : gone.error().code());
        const rp::result<rp::entity<kind_holder>> other = host.get<kind_holder>("memo", made.id);
        said.emplace_back(other ? "read" : other.error().text());
        return said;
    }

    static rp::result<note> ask_module(rp::host host) { return host.call<note>("other", "echo", note{"é", {}}); }

    rp::result<rp::entity_page<const rp::entity<note> *>> find_notes(const rp::query &query) const
    {
        return notes_.find(query);
    }

    rp::result<rp::changed> change_note(rp::host host, const rp::mutation &mutation)
    {
        return notes_.apply(host, mutation);
    }

    rp::result<void> seen(const rp::host &host, place_seen data)
    {
        RP_CHECK(notes_.create(host, note{"seen " + data.place, {}}));
        return {};
    }

    static constexpr auto handlers = rp::handlers(
        rp::on_command("read", &typed::read, "Reads everything."),
        rp::on_command("add", &typed::add, "Adds.", rp::arg("count", "How many."), "unit"),
        rp::on_command("reset", &typed::reset, "Starts again."),
        rp::on_command("settings", &typed::settings, "Tells the configuration."),
        rp::on_command("names", &typed::names, "Tells keys.").with_schemas(R"({"type":"object"})", R"({"x":1})"),
        rp::on_command("work", &typed::work, "Works.", "steps"), rp::on_command("see", &typed::see, "Sees.", "place"),
        rp::on_command("ask_store", &typed::ask_store, "Asks the store."),
        rp::on_command("ask_module", &typed::ask_module, "Asks a module."), rp::on_query("note", &typed::find_notes),
        rp::on_mutation("note", &typed::change_note), rp::on_event("place.*", &typed::seen), rp::emits<place_seen>(),
        rp::on_command("keep", &typed::keep, "Keeps anything."),
        rp::on_command("other_text", &typed::other_text, "Answers a text.", "text"),
        rp::on_command("other_object", &typed::other_object, "Answers a text.", "text"),
        rp::on_command("other_member", &typed::other_member, "Answers a text.", "text"),
        rp::on_command("size_of", &typed::size_of, "Measures.", "value").strict(),
        rp::on_command("see_thrice", &typed::see_thrice, "Sees on its own account."));

private:
    struct kind_holder {
        kind text = kind::one;
        static constexpr auto fields = rp::fields(rp::field("text", &kind_holder::text));
    };

    rp::host host_;
    bool seen_elsewhere_ = false;
    configuration config_;
    rp::collection<note> notes_;
    std::uint64_t total_ = 0;
};

} // namespace

RP_MODULE_CLASS(typed, RP_MANIFEST("typed", "1.0.0", "Has everything.", RP_PROVIDES("note"),
                                   RP_REQUESTS(RP_READS("memo"), RP_WRITES("memo"), RP_EMITS("place.seen"),
                                               RP_SUBSCRIBES("place.*"), RP_CALLS("other"))));
