// The module of faulty.c in C++, which does some of it in ways of its own.
#include "faulty.h"

#include <exception>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#define NAME "faulty-cpp"
#define OWN_FAULTS

namespace {

struct shape {
    virtual ~shape() = default;
    virtual int corners() const { return 3; }
};

// Calls a function of an object that is none.
const char *call_nothing()
{
    const shape *volatile nothing = nullptr;
    zero = nothing->corners();
    return "done";
}

const char *terminate()
{
    std::terminate();
}

const char *throw_a_word()
{
    throw "thrown by the module";
}

const char *throw_elsewhere()
{
    std::thread([] { throw std::runtime_error("thrown by the module"); }).join();
    return "done";
}

const char *delete_twice()
{
    int *made = new int(1);
    const std::unique_ptr<int> first(made), second(made);
    return "done";
}

// Ends in std::bad_alloc.
const char *fill_memory()
{
    std::vector<std::vector<char>> blocks;
    while (blocks.size() < 1024) blocks.emplace_back(std::size_t{1} << 20, 'x');
    return "done";
}

} // namespace

static const fault own_faults[] = {
    {"segv", call_nothing},        {"abort", terminate},
    {"throw", throw_a_word},       {"throw elsewhere", throw_elsewhere},
    {"double free", delete_twice}, {"memory", fill_memory},
};

#include "faulty.c"
