// Keeps a note in a log of the module research-log, and counts what is there.

#include "research_log.hpp"

struct kept {
    std::string log;
    std::uint64_t number;
    std::vector<research_log::add_entry_result_data_type> types;
    std::uint64_t count;
    static constexpr auto fields = rp::fields(rp::field("log", &kept::log), rp::field("number", &kept::number),
                                              rp::field("types", &kept::types), rp::field("count", &kept::count));
};

class asker : public rp::module<asker> {
public:
    // ANCHOR: keep
    rp::result<kept> keep(std::string title, rp::host host)
    {
        const research_log::client client(host);
        research_log::create_log_args create;
        create.title = title;
        create.tags = {"kept"};
        RP_LET(const auto log, client.create_log(create));
        research_log::add_entry_args question;
        question.log = log.id;
        question.title = title;
        question.type = research_log::add_entry_args_type::question;
        RP_LET(const auto added, client.add_entry(question));
        (void)added;
        research_log::list_entries_args list;
        list.log = log.id;
        RP_LET(const auto page, client.list_entries(list));
        kept out{log.data.title, log.data.number, {}, page.count};
        for (const auto &entry : page.entries) out.types.push_back(entry.data.type);
        return out;
    }
    // ANCHOR_END: keep

    static constexpr auto handlers =
        rp::handlers(rp::on_command("keep", &asker::keep, "Keeps a question in a log of its own.", "title"));
};

RP_MODULE_CLASS(asker, R"({"name":"asker","version":"0.1.0","protocol":"1.0"})");
