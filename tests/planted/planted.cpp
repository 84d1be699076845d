// A module with one bug for each command, in C++; see planted.c.
#include <memory>
#include <vector>

#include "rp_sdk.hpp"

namespace {

// The compiler must not see through what goes on, or it would take the bugs away.
int *volatile kept;
volatile int number;

void use_after_free()
{
    auto owned = std::make_unique<int>(1);
    kept = owned.get();
    owned.reset();
    number = *kept; // bug use-after-free: asan heap-use-after-free; valgrind Invalid read of size 4
}

void double_delete()
{
    kept = new int(1);
    delete kept;
    delete kept; // bug double-delete: asan attempting double-free; valgrind Invalid free()
}

void wrong_delete()
{
    kept = new int[3];
    delete kept; // bug wrong-delete: valgrind Mismatched free()
}

void vector_overflow()
{
    std::vector<int> numbers(4);
    kept = numbers.data();
    kept[4] = 1; // bug vector-overflow: asan heap-buffer-overflow; valgrind Invalid write of size 4
}

void after_scope()
{
    {
        int local[4] = {1, 2, 3, 4};
        kept = local;
    }
    number = kept[2]; // bug after-scope: asan stack-use-after-scope
}

void leak()
{
    kept = new int[14]; // bug leak: asan Direct leak of 56 byte(s); valgrind 56 bytes in 1 blocks are definitely lost
    kept = nullptr;
}

class planted : public rp::module<planted> {
public:
    rp::answer command(const rp::command &command, rp::reply &reply)
    {
        if (command.name() == "use-after-free") use_after_free();
        if (command.name() == "double-delete") double_delete();
        if (command.name() == "wrong-delete") wrong_delete();
        if (command.name() == "vector-overflow") vector_overflow();
        if (command.name() == "after-scope") after_scope();
        if (command.name() == "leak") leak();
        return reply.success();
    }
};

} // namespace

RP_MODULE_CLASS(planted, R"({"name":"planted-cpp","version":"0.1.0","protocol":"1.0"})");
