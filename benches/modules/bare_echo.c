// The echo of a guest without any protocol: the host writes at rooms(), and reads behind it.
#include <stddef.h>
#include <string.h>

enum { room = 1 << 20 };

static char rooms_[2 * room];

__attribute__((export_name("rooms"))) char *rooms(void)
{
    return rooms_;
}

__attribute__((export_name("bare_echo"))) size_t bare_echo(size_t len)
{
    memcpy(rooms_ + room, rooms_, len);
    return len;
}
