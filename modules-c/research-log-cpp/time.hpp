// Times for people, in UTC and the Gregorian calendar.
#ifndef RESEARCH_LOG_TIME_HPP
#define RESEARCH_LOG_TIME_HPP

#include <cstdint>
#include <string>

namespace research_log {

// 2024-02-29
std::string day(std::int64_t time_us);

// 2024-02-29T12:30:00Z; what is less than a second is cut off.
std::string moment(std::int64_t time_us);

} // namespace research_log

#endif
