// A library that a module brings along.
#ifndef VALUE
#define VALUE 0
#endif
__attribute__((visibility("default"))) int from_dependency(void);

int from_dependency(void)
{
    return VALUE;
}
