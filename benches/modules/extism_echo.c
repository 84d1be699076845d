// The echo of an Extism plugin: input and output lie in the memory of Extism's kernel, reached eight bytes at a time.
#include <stdint.h>

#define KERNEL(name) __attribute__((import_module("extism:host/env"), import_name(name)))

KERNEL("input_length") extern uint64_t input_length(void);
KERNEL("input_load_u64") extern uint64_t input_load_u64(uint64_t offset);
KERNEL("input_load_u8") extern uint32_t input_load_u8(uint64_t offset);
KERNEL("alloc") extern uint64_t kernel_alloc(uint64_t size);
KERNEL("store_u64") extern void store_u64(uint64_t at, uint64_t value);
KERNEL("store_u8") extern void store_u8(uint64_t at, uint32_t value);
KERNEL("output_set") extern void output_set(uint64_t at, uint64_t len);

__attribute__((export_name("extism_echo"))) int32_t extism_echo(void)
{
    uint64_t len = input_length();
    uint64_t out = kernel_alloc(len);
    uint64_t at = 0;
    for (; at + 8 <= len; at += 8) store_u64(out + at, input_load_u64(at));
    for (; at < len; at++) store_u8(out + at, input_load_u8(at));
    output_set(out, len);
    return 0;
}
