#include "times.h"

#define DAY_US INT64_C(86400000000)

// Rounds down, also below 0.
static int64_t divide(int64_t number, int64_t by)
{
    return number / by - (number % by < 0 ? 1 : 0);
}

// With zeros in front up to a width, which counts the sign.
static void add_padded(rp_text *text, int64_t number, size_t width)
{
    uint64_t magnitude = number < 0 ? 0 - (uint64_t)number : (uint64_t)number, rest;
    size_t len = number < 0 ? 2 : 1;
    for (rest = magnitude; rest >= 10; rest /= 10) len++;
    if (number < 0) rp_text_add(text, "-");
    for (; len < width; len++) rp_text_add(text, "0");
    rp_text_add_uint(text, magnitude);
}

static void add_part(rp_text *text, const char *before, int64_t number)
{
    rp_text_add(text, before);
    add_padded(text, number, 2);
}

// Year, month and day of a number of days since 1970-01-01, in the Gregorian calendar.
static void add_date(rp_text *text, int64_t days_since_1970)
{
    // Counted from 0000-03-01, so that the leap day ends a year.
    int64_t days = days_since_1970 + 719468;
    int64_t era = divide(days, 146097);
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    int64_t day = day_of_year - (153 * month + 2) / 5 + 1;
    month = month < 10 ? month + 3 : month - 9;
    add_padded(text, year_of_era + era * 400 + (month <= 2 ? 1 : 0), 4);
    add_part(text, "-", month);
    add_part(text, "-", day);
}

bool write_day(rp_memory *memory, int64_t time_us, rp_str *out)
{
    rp_text text = rp_text_start(memory);
    add_date(&text, divide(time_us, DAY_US));
    return rp_text_finish(&text, out);
}

bool write_moment(rp_memory *memory, int64_t time_us, rp_str *out)
{
    int64_t days = divide(time_us, DAY_US);
    int64_t second = (time_us - days * DAY_US) / 1000000;
    rp_text text = rp_text_start(memory);
    add_date(&text, days);
    add_part(&text, "T", second / 3600);
    add_part(&text, ":", second / 60 % 60);
    add_part(&text, ":", second % 60);
    rp_text_add(&text, "Z");
    return rp_text_finish(&text, out);
}
