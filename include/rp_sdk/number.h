// Reads and prints doubles exactly, in integers as long as needed, so that only the result is rounded.

#ifndef RP_SDK_NUMBER_H
#define RP_SDK_NUMBER_H

#include <float.h>

#include "json.h"

#ifdef __cplusplus
extern "C" {
#endif

// Reads any number as the nearest double, ties to even, however many digits it has. One too small for a double is 0.
//
// returns  RP_JSON_OK, RP_JSON_ERR_MISSING, RP_JSON_ERR_WRONG_KIND, RP_JSON_ERR_OUT_OF_RANGE
static inline rp_json_result rp_json_read_double(rp_json number, double *out_number);

// ---- code ----

// The longest come from 801 decimal digits over or under a power of 5: under 2,750 bits.
#define RP_SDK_BIG_WORDS 96

typedef struct rp_sdk_big {
    size_t count;                     // of words, the last one is not 0
    uint32_t words[RP_SDK_BIG_WORDS]; // the lowest comes first
} rp_sdk_big;

static inline void rp_sdk_big_push(rp_sdk_big *big, uint64_t word)
{
    if (word != 0 && big->count < RP_SDK_BIG_WORDS) big->words[big->count++] = (uint32_t)word;
}

static inline void rp_sdk_big_set(rp_sdk_big *big, uint64_t number)
{
    big->count = 0;
    if (number != 0) big->words[big->count++] = (uint32_t)(number & UINT32_MAX);
    rp_sdk_big_push(big, number >> 32);
}

static inline void rp_sdk_big_multiply_add(rp_sdk_big *big, uint32_t factor, uint32_t addend)
{
    uint64_t carry = addend;
    size_t i;
    for (i = 0; i < big->count; i++) {
        carry += (uint64_t)big->words[i] * factor;
        big->words[i] = (uint32_t)(carry & UINT32_MAX);
        carry >>= 32;
    }
    rp_sdk_big_push(big, carry);
}

static inline void rp_sdk_big_multiply_power(rp_sdk_big *big, uint32_t base, int exponent)
{
    while (exponent > 0) {
        uint32_t factor = 1;
        for (; exponent > 0 && factor <= UINT32_MAX / base; exponent--) factor *= base;
        rp_sdk_big_multiply_add(big, factor, 0);
    }
}

static inline void rp_sdk_big_shift_left(rp_sdk_big *big, int bits)
{
    size_t words = (size_t)bits / 32, i;
    rp_sdk_big_multiply_add(big, (uint32_t)1 << (bits % 32), 0);
    if (big->count == 0 || words == 0 || big->count + words > RP_SDK_BIG_WORDS) return;
    memmove(big->words + words, big->words, big->count * sizeof big->words[0]);
    for (i = 0; i < words; i++) big->words[i] = 0;
    big->count += words;
}

static inline int rp_sdk_big_compare(const rp_sdk_big *left, const rp_sdk_big *right)
{
    size_t i;
    if (left->count != right->count) return left->count < right->count ? -1 : 1;
    for (i = left->count; i-- > 0;) {
        if (left->words[i] != right->words[i]) return left->words[i] < right->words[i] ? -1 : 1;
    }
    return 0;
}

// left -= right, which is not the greater one.
static inline void rp_sdk_big_subtract(rp_sdk_big *left, const rp_sdk_big *right)
{
    uint64_t borrow = 0;
    size_t i;
    for (i = 0; i < left->count; i++) {
        uint64_t take = borrow + (i < right->count ? right->words[i] : 0);
        borrow = take > left->words[i] ? 1 : 0;
        left->words[i] = (uint32_t)((left->words[i] - take) & UINT32_MAX);
    }
    while (left->count > 0 && left->words[left->count - 1] == 0) left->count--;
}

// Compares left + addend with right.
static inline int rp_sdk_big_compare_sum(const rp_sdk_big *left, const rp_sdk_big *addend, const rp_sdk_big *right)
{
    rp_sdk_big sum;
    uint64_t carry = 0;
    size_t i;
    sum.count = 0;
    for (i = 0; i < left->count || i < addend->count; i++) {
        carry += i < left->count ? left->words[i] : 0;
        carry += i < addend->count ? addend->words[i] : 0;
        sum.words[sum.count++] = (uint32_t)(carry & UINT32_MAX);
        carry >>= 32;
    }
    rp_sdk_big_push(&sum, carry);
    return rp_sdk_big_compare(&sum, right);
}

static inline int rp_sdk_bit_count(uint64_t number)
{
    int bits = 0;
    for (; number != 0; number >>= 1) bits++;
    return bits;
}

static inline int rp_sdk_big_bit_count(const rp_sdk_big *big)
{
    return big->count == 0 ? 0 : (int)(big->count - 1) * 32 + rp_sdk_bit_count(big->words[big->count - 1]);
}

RP_ASSERT_(sdk_double, sizeof(double) == 8 && DBL_MANT_DIG == 53 && DBL_MAX_EXP == 1024,
           "a double is a binary64 of IEEE 754");

static inline double rp_sdk_double_from_bits(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static inline uint64_t rp_sdk_double_to_bits(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

// A number's digits without its sign: digits times 10 to the exponent.
typedef struct rp_sdk_decimal {
    rp_sdk_big digits;
    int count; // of digits from the first that is not 0
    int64_t exponent;
} rp_sdk_decimal;

// No double needs more than 768 digits to tell on which side of a tie a number lies; of the rest it matters only whether
// there is a digit other than 0.
#define RP_SDK_MAX_DIGITS 800

static inline void rp_sdk_decimal_add(rp_sdk_decimal *decimal, unsigned digit, bool *in_out_has_rest)
{
    if (decimal->count == 0 && digit == 0) return;
    if (decimal->count == RP_SDK_MAX_DIGITS) {
        *in_out_has_rest = *in_out_has_rest || digit != 0;
        decimal->exponent++;
        return;
    }
    rp_sdk_big_multiply_add(&decimal->digits, 10, digit);
    decimal->count++;
}

// Reads digits up to an exponent, then that; one of 10^15 and more is as good as any.
static inline rp_sdk_decimal rp_sdk_decimal_read(const char *at, const char *end)
{
    rp_sdk_decimal decimal;
    bool has_point = false, has_rest = false, is_negative = false;
    int64_t exponent = 0;
    rp_sdk_big_set(&decimal.digits, 0);
    decimal.count = 0;
    decimal.exponent = 0;
    for (; at < end && *at != 'e' && *at != 'E'; at++) {
        if (*at == '.') {
            has_point = true;
            continue;
        }
        rp_sdk_decimal_add(&decimal, (unsigned)(*at - '0'), &has_rest);
        decimal.exponent -= has_point;
    }
    if (has_rest) {
        rp_sdk_big_multiply_add(&decimal.digits, 10, 1);
        decimal.count++;
        decimal.exponent--;
    }
    for (; at < end; at++) {
        if (*at == '-') is_negative = true;
        if (rp_sdk_is_digit(*at) && exponent < 1000000000000000) exponent = exponent * 10 + (*at - '0');
    }
    decimal.exponent += is_negative ? -exponent : exponent;
    return decimal;
}

// Rounds quotient * 2^exponent to a double; the quotient has its top bit set, has_rest says that a bit more was cut off.
static inline uint64_t rp_sdk_round(uint64_t quotient, int exponent, bool has_rest)
{
    int drop = exponent + 11 < -1074 ? -1074 - exponent : 11; // subnormals have fewer bits
    uint64_t mantissa, rest, half;
    if (drop > 64) return 0;
    mantissa = drop == 64 ? 0 : quotient >> drop;
    rest = drop == 64 ? quotient : quotient & (((uint64_t)1 << drop) - 1);
    half = (uint64_t)1 << (drop - 1);
    if (rest > half || (rest == half && (has_rest || (mantissa & 1) != 0))) mantissa++;
    // The mantissa's hidden bit, and a carry out of it, raise the exponent by themselves.
    return mantissa + ((uint64_t)(exponent + drop + 1074) << 52);
}

// Divides bit by bit: number = (digits / divisor) * 2^shift.
static inline uint64_t rp_sdk_decimal_to_bits(rp_sdk_decimal *decimal)
{
    rp_sdk_big divisor;
    uint64_t quotient = 0;
    int exponent = (int)decimal->exponent, shift, i;
    rp_sdk_big_set(&divisor, 1);
    rp_sdk_big_multiply_power(exponent < 0 ? &divisor : &decimal->digits, 5, exponent < 0 ? -exponent : exponent);
    shift = rp_sdk_big_bit_count(&decimal->digits) - rp_sdk_big_bit_count(&divisor);
    rp_sdk_big_shift_left(shift < 0 ? &decimal->digits : &divisor, shift < 0 ? -shift : shift);
    if (rp_sdk_big_compare(&decimal->digits, &divisor) < 0) {
        rp_sdk_big_shift_left(&decimal->digits, 1);
        shift--;
    }
    for (i = 0; i < 64; i++) {
        quotient <<= 1;
        if (rp_sdk_big_compare(&decimal->digits, &divisor) >= 0) {
            rp_sdk_big_subtract(&decimal->digits, &divisor);
            quotient |= 1;
        }
        rp_sdk_big_shift_left(&decimal->digits, 1);
    }
    return rp_sdk_round(quotient, shift + exponent - 63, decimal->digits.count != 0);
}

// Where both numbers are exact doubles, one multiplication or division rounds once, and so rightly.
static inline bool rp_sdk_decimal_is_easy(const rp_sdk_decimal *decimal)
{
    return FLT_EVAL_METHOD == 0 && decimal->count <= 15 && decimal->exponent >= -22 && decimal->exponent <= 22;
}

static inline double rp_sdk_decimal_to_double_easily(const rp_sdk_decimal *decimal)
{
    uint64_t digits = decimal->digits.count > 0 ? decimal->digits.words[0] : 0;
    double power = 1;
    int64_t i;
    if (decimal->digits.count > 1) digits |= (uint64_t)decimal->digits.words[1] << 32;
    for (i = decimal->exponent < 0 ? -decimal->exponent : decimal->exponent; i > 0; i--) power *= 10;
    return decimal->exponent < 0 ? (double)digits / power : (double)digits * power;
}

static inline rp_json_result rp_json_read_double(rp_json number, double *out_number)
{
    rp_json_result result = rp_sdk_expect(number, RP_JSON_NUMBER);
    const char *at = number.text.data, *end = number.text.data + number.text.len;
    rp_sdk_decimal decimal;
    uint64_t bits = 0;
    bool negative;
    if (result != RP_JSON_OK) return result;
    negative = *at == '-';
    decimal = rp_sdk_decimal_read(negative ? at + 1 : at, end);
    if (decimal.count != 0 && decimal.exponent + decimal.count > 310) return RP_JSON_ERR_OUT_OF_RANGE;
    if (rp_sdk_decimal_is_easy(&decimal)) bits = rp_sdk_double_to_bits(rp_sdk_decimal_to_double_easily(&decimal));
    else if (decimal.count != 0 && decimal.exponent + decimal.count > -330) bits = rp_sdk_decimal_to_bits(&decimal);
    if (bits >= (uint64_t)0x7FF << 52) return RP_JSON_ERR_OUT_OF_RANGE;
    *out_number = rp_sdk_double_from_bits(bits | (uint64_t)negative << 63);
    return RP_JSON_OK;
}

// The digits of a double: 0.digits times 10 to the point.
typedef struct rp_sdk_digits {
    char digits[20];
    int count;
    int point;
} rp_sdk_digits;

// A double as value / unit; every number between value - below and value + above over unit reads back as the same double,
// and the two borders do as well when its last bit is 0. Everything is doubled, so that half a gap is an integer.
typedef struct rp_sdk_shortest {
    rp_sdk_big value, unit, above, below;
    bool takes_borders;
    int point;
} rp_sdk_shortest;

static inline void rp_sdk_shortest_start(rp_sdk_shortest *shortest, uint64_t bits)
{
    int field = (int)(bits >> 52);
    uint64_t mantissa = bits & (((uint64_t)1 << 52) - 1);
    int exponent = field == 0 ? -1074 : field - 1075;
    int is_power = field > 1 && mantissa == 0; // then the gap below is half of the one above
    int up = exponent > 0 ? exponent : 0, down = exponent < 0 ? -exponent : 0;
    int64_t log2;
    if (field != 0) mantissa |= (uint64_t)1 << 52;
    rp_sdk_big_set(&shortest->value, mantissa);
    rp_sdk_big_set(&shortest->unit, 1);
    rp_sdk_big_set(&shortest->above, 1);
    rp_sdk_big_set(&shortest->below, 1);
    rp_sdk_big_shift_left(&shortest->value, up + 1 + is_power);
    rp_sdk_big_shift_left(&shortest->unit, down + 1 + is_power);
    rp_sdk_big_shift_left(&shortest->above, up + is_power);
    rp_sdk_big_shift_left(&shortest->below, up);
    shortest->takes_borders = (mantissa & 1) == 0;
    // One more than the whole part of log10, from log2: right or one too small. 400 keeps the division above 0.
    log2 = rp_sdk_bit_count(mantissa) + exponent - 1;
    shortest->point = (int)((log2 * 30102999566 + 40000000000000) / 100000000000) - 399;
}

static inline void rp_sdk_shortest_multiply(rp_sdk_shortest *shortest, int exponent)
{
    rp_sdk_big_multiply_power(&shortest->value, 10, exponent);
    rp_sdk_big_multiply_power(&shortest->above, 10, exponent);
    rp_sdk_big_multiply_power(&shortest->below, 10, exponent);
}

static inline bool rp_sdk_shortest_reaches_unit(const rp_sdk_shortest *shortest)
{
    int order = rp_sdk_big_compare_sum(&shortest->value, &shortest->above, &shortest->unit);
    return order > 0 || (order == 0 && shortest->takes_borders);
}

// Brings the value below 1 with the first digit behind the point.
static inline void rp_sdk_shortest_scale(rp_sdk_shortest *shortest)
{
    if (shortest->point >= 0) rp_sdk_big_multiply_power(&shortest->unit, 10, shortest->point);
    else rp_sdk_shortest_multiply(shortest, -shortest->point);
    if (rp_sdk_shortest_reaches_unit(shortest)) shortest->point++;
    else rp_sdk_shortest_multiply(shortest, 1);
}

// Takes digits until what is left is within reach of a border (Steele and White; Dybvig).
static inline rp_sdk_digits rp_sdk_digits_of(uint64_t bits)
{
    rp_sdk_shortest shortest;
    rp_sdk_digits digits;
    bool can_stop_low, can_stop_high;
    int digit, order;
    rp_sdk_shortest_start(&shortest, bits);
    rp_sdk_shortest_scale(&shortest);
    digits.count = 0;
    digits.point = shortest.point;
    for (;;) {
        for (digit = 0; rp_sdk_big_compare(&shortest.value, &shortest.unit) >= 0; digit++) {
            rp_sdk_big_subtract(&shortest.value, &shortest.unit);
        }
        order = rp_sdk_big_compare(&shortest.value, &shortest.below);
        can_stop_low = order < 0 || (order == 0 && shortest.takes_borders);
        can_stop_high = rp_sdk_shortest_reaches_unit(&shortest);
        if (can_stop_low || can_stop_high) break;
        digits.digits[digits.count++] = (char)('0' + digit);
        rp_sdk_shortest_multiply(&shortest, 1);
    }
    if (can_stop_low && can_stop_high) { // the nearer one, of two equally near the even one
        order = rp_sdk_big_compare_sum(&shortest.value, &shortest.value, &shortest.unit);
        can_stop_low = order < 0 || (order == 0 && digit % 2 == 0);
    }
    digits.digits[digits.count++] = (char)('0' + digit + (can_stop_low ? 0 : 1));
    return digits;
}

static inline size_t rp_sdk_print_uint(uint64_t number, char *out)
{
    char reversed[20];
    size_t count = 0, i;
    do {
        reversed[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    for (i = 0; i < count; i++) out[i] = reversed[count - 1 - i];
    return count;
}

static inline char *rp_sdk_print_run(char *to, const char *digits, int count)
{
    for (; count > 0; count--) *to++ = digits == NULL ? '0' : *digits++;
    return to;
}

// Writes 0.00123, 12.3, 1230.0 or 1.23e+30, as Rust's serde_json does: the same value is the same text in every language.
static inline char *rp_sdk_print_digits(const rp_sdk_digits *digits, char *to)
{
    int point = digits->point, count = digits->count;
    bool has_exponent = point <= -5 || point > 16;
    int whole = has_exponent ? 1 : point;
    if (whole <= 0) {
        *to++ = '0';
        *to++ = '.';
        to = rp_sdk_print_run(to, NULL, -whole);
        return rp_sdk_print_run(to, digits->digits, count);
    }
    to = rp_sdk_print_run(to, digits->digits, count < whole ? count : whole);
    to = rp_sdk_print_run(to, NULL, whole - count);
    if (count > whole) {
        *to++ = '.';
        to = rp_sdk_print_run(to, digits->digits + whole, count - whole);
    } else if (!has_exponent) {
        *to++ = '.';
        *to++ = '0';
    }
    if (!has_exponent) return to;
    *to++ = 'e';
    *to++ = point < 1 ? '-' : '+';
    return to + rp_sdk_print_uint((uint64_t)(point < 1 ? 1 - point : point - 1), to);
}

// Needs 32 bytes; the number is finite.
static inline size_t rp_sdk_print_double(double number, char *out)
{
    uint64_t bits = rp_sdk_double_to_bits(number);
    uint64_t magnitude = bits & ~((uint64_t)1 << 63);
    char *to = out;
    rp_sdk_digits digits;
    if (bits != magnitude) *to++ = '-';
    digits.count = 0;
    digits.point = 1;
    if (magnitude != 0) digits = rp_sdk_digits_of(magnitude);
    return (size_t)(rp_sdk_print_digits(&digits, to) - out);
}

#ifdef __cplusplus
}
#endif

#endif
