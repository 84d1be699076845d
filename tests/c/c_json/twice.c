// Each part of the header, in a file that includes it twice and uses none of it.
#define RP_SDK_STDIO
#include "rp_sdk.h"
#include "rp_sdk.h"

int main(void)
{
    return 0;
}
