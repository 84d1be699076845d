// Crashes of C++. The tests know these lines by number.
#include <stdexcept>
#include <vector>

namespace dates {

struct Parser {
    virtual int parse(const char *text) = 0;
    virtual ~Parser() = default;
};

static Parser *volatile none;

template <typename Number> Number day(Number)
{
    throw std::runtime_error("no day");
}

int parse(const char *text)
{
    return none->parse(text) + 1;
}

} // namespace dates

extern "C" int segv()
{
    return dates::parse("1") + 1;
}

extern "C" int throws() noexcept
{
    return dates::day<long>(1) > 0;
}

extern "C" int checked() noexcept
{
    std::vector<int> numbers(3);
    return numbers.at(numbers.size());
}
