#include "time.hpp"

namespace research_log {

namespace {

constexpr std::int64_t day_us = 86'400'000'000;

// The quotient rounded down, also below zero.
constexpr std::int64_t divided(std::int64_t number, std::int64_t by)
{
    return number / by - (number % by < 0 ? 1 : 0);
}

// A number with zeros before it.
std::string padded(std::int64_t number, std::size_t width)
{
    std::string digits = std::to_string(number < 0 ? -number : number);
    const std::size_t len = digits.size() + (number < 0 ? 1 : 0);
    if (len < width) digits.insert(0, width - len, '0');
    return number < 0 ? '-' + digits : digits;
}

} // namespace

std::string day(std::int64_t time_us)
{
    // Counted from 0000-03-01, so that the leap day ends a year.
    const std::int64_t days = divided(time_us, day_us) + 719'468;
    const std::int64_t era = divided(days, 146'097);
    const std::int64_t day_of_era = days - era * 146'097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
    const std::int64_t month = month_from_march + (month_from_march < 10 ? 3 : -9);
    const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    return padded(year, 4) + '-' + padded(month, 2) + '-' +
           padded(day_of_year - (153 * month_from_march + 2) / 5 + 1, 2);
}

std::string moment(std::int64_t time_us)
{
    const std::int64_t second = (time_us - divided(time_us, day_us) * day_us) / 1'000'000;
    return day(time_us) + 'T' + padded(second / 3600, 2) + ':' + padded(second / 60 % 60, 2) + ':' +
           padded(second % 60, 2) + 'Z';
}

} // namespace research_log
