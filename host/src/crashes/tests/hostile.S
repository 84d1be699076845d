// A function into which a million functions are inlined, one into the other, and 50,000 functions that share one list of a
// million ranges.
    .text
    .globl f
    .type f, %function
f:
    ret
    .size f, .-f
.Lend:

    .section .debug_abbrev, "", %progbits
    .uleb128 1, 0x11 // compilation unit, with children
    .byte 1
    .uleb128 0x11, 0x01, 0x12, 0x07, 0, 0 // low_pc, high_pc
    .uleb128 2, 0x2e // function, with children
    .byte 1
    .uleb128 0x11, 0x01, 0x12, 0x07, 0, 0
    .uleb128 3, 0x1d // inlined function, with children
    .byte 1
    .uleb128 0, 0
    .uleb128 4, 0x2e // function with ranges
    .byte 0
    .uleb128 0x55, 0x17, 0, 0 // ranges
    .uleb128 5, 0x1d // inlined function that is its own origin
    .byte 1
    .uleb128 0x11, 0x01, 0x12, 0x07, 0x31, 0x13, 0, 0 // low_pc, high_pc, abstract_origin
    .byte 0

    .section .debug_info, "", %progbits
    .long .Lunit_end - .Lunit
.Lunit:
    .short 4
    .long 0
    .byte 8
    .uleb128 1
    .quad f, .Lend - f
#ifdef RANGES
    .rept 50000
    .uleb128 4
    .long 0
    .endr
#endif
    .uleb128 2
    .quad f, .Lend - f
#ifdef CIRCLE
.Lcircle:
    .uleb128 5
    .quad f, .Lend - f
    .long .Lcircle - .Lunit + 4
#else
    .fill 1000000, 1, 3
#endif
.Lunit_end:

#ifdef RANGES
    .section .debug_ranges, "", %progbits
    .fill 2000000, 8, 1
    .quad 0, 0
#endif
