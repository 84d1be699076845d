// Texts as the module compares and joins them. Case is folded for A to Z only.
#ifndef RESEARCH_LOG_TEXT_HPP
#define RESEARCH_LOG_TEXT_HPP

#include <string>
#include <string_view>
#include <vector>

#include "rp_sdk.hpp"

namespace research_log {

// Small letters for A to Z.
std::string lowered(std::string_view text);

// Small letters, one blank for any run of space, none at the ends.
std::string folded(std::string_view text);

std::string joined(const std::vector<std::string> &parts, std::string_view separator);

// Refuses text of nothing but space.
rp::result<void> check_text(std::string_view path, std::string_view text);

// The place of an element: terms[0].
std::string element(std::string_view path, std::size_t index);

} // namespace research_log

#endif
