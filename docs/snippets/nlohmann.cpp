// A module whose documents are of any shape: nlohmann::json merges them, rp reads and answers everything else.
#include "rp_sdk.hpp"

#include <nlohmann/json.hpp>

// rp writes a value of the library like any other: as an answer, a member, an element, an event's data.
namespace rp {
inline void write_json(writer &out, const nlohmann::json &value)
{
    out.raw(value.dump());
}
} // namespace rp

namespace {

class documents : public rp::module<documents> {
public:
    // raw_json is one argument of any kind; the library parses its text, which rp has checked already.
    nlohmann::json merge(const std::string &name, const rp::raw_json &patch)
    {
        nlohmann::json &document = all_[name];
        document.merge_patch(nlohmann::json::parse(patch.text()));
        return document;
    }

    // Exceptions of the library become error responses; these say which argument is wrong.
    rp::result<nlohmann::json> find(const std::string &name, const std::string &pointer) const
    {
        const auto found = all_.find(name);
        if (found == all_.end()) return rp::error(RP_CODE_NOT_FOUND, "there is no document " + name);
        try {
            return found->second.at(nlohmann::json::json_pointer(pointer));
        } catch (const nlohmann::json::exception &exception) {
            return rp::error::at("pointer", exception.what());
        }
    }

    static constexpr auto handlers = rp::handlers(
        rp::on_command("merge", &documents::merge, "Changes a document by a merge patch.", "name",
                       rp::arg("patch", "RFC 7386: null removes a member.")),
        rp::on_command("find", &documents::find, "Shows a part of a document.", "name",
                       rp::arg("pointer", "A JSON pointer, such as /stones/0.")));

private:
    std::map<std::string, nlohmann::json> all_;
};

} // namespace

RP_MODULE_CLASS(documents, RP_MANIFEST("documents", "0.1.0", "Keeps documents of any shape.", RP_LICENSE("MIT")));
