#include "text.hpp"

namespace research_log {

namespace {

constexpr std::string_view space = " \t\n\r";

} // namespace

std::string lowered(std::string_view text)
{
    std::string small(text);
    for (char &each : small) {
        if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
    }
    return small;
}

std::string folded(std::string_view text)
{
    std::string words;
    for (std::size_t at = text.find_first_not_of(space); at != text.npos; at = text.find_first_not_of(space, at)) {
        const std::size_t end = std::min(text.find_first_of(space, at), text.size());
        if (!words.empty()) words += ' ';
        words += text.substr(at, end - at);
        at = end;
    }
    return lowered(words);
}

std::string joined(const std::vector<std::string> &parts, std::string_view separator)
{
    std::string all;
    for (const std::string &part : parts) {
        if (&part != &parts.front()) all += separator;
        all += part;
    }
    return all;
}

rp::result<void> check_text(std::string_view path, std::string_view text)
{
    if (text.find_first_not_of(space) == text.npos) return rp::error::at(path, "must not be empty");
    return {};
}

std::string element(std::string_view path, std::size_t index)
{
    return std::string(path) + '[' + std::to_string(index) + ']';
}

} // namespace research_log
