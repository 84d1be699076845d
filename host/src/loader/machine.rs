//! The names of machines.

/// The numbers of ELF with the names of their machines of 32 bits and of 64. Without a name there is no such machine.
const OF_ELF: &[(u16, &str, &str)] = &[
    (2, "sparc", ""),
    (3, "x86", "x86"),
    (4, "m68k", ""),
    (8, "mips", "mips64"),
    (15, "hppa", "hppa"),
    (18, "sparc32plus", ""),
    (20, "powerpc", "powerpc"),
    (21, "powerpc64", "powerpc64"),
    (22, "", "s390x"),
    (40, "arm", "arm"),
    (42, "superh", ""),
    (43, "", "sparc64"),
    (50, "ia64", "ia64"),
    (62, "x86_64 (x32)", "x86_64"),
    (83, "avr", "avr"),
    (94, "xtensa", ""),
    (105, "msp430", "msp430"),
    (133, "sharc", ""),
    (164, "hexagon", "hexagon"),
    (175, "e2k32", "e2k64"),
    (183, "aarch64_ilp32", "aarch64"),
    (243, "riscv32", "riscv64"),
    (247, "bpf", "bpf"),
    (252, "csky", "csky"),
    (258, "loongarch32", "loongarch64"),
    (263, "sbf", "sbf"),
    (0x9026, "", "alpha"),
];

/// The flag of programs for MIPS of 64 bits with pointers of 32.
const N32: u32 = 0x20;

/// The machine of an ELF file.
pub(super) fn of_elf(number: u16, is_64: bool, flags: u32, is_little: bool) -> String {
    let row = OF_ELF.iter().find(|(known, ..)| *known == number);
    let name = match row.map_or("", |(_, short, long)| if is_64 { long } else { short }) {
        "" => "unknown",
        "mips" if flags & N32 != 0 => "mips64_n32",
        name => name,
    };
    with_byte_order(name, is_little)
}

/// The machine of a library for Windows.
pub(super) fn of_pe(number: u16) -> String {
    let name = match number {
        0x014c => "x86",
        0x01c4 => "arm",
        0x8664 => "x86_64",
        0xaa64 | 0xa641 => "aarch64",
        _ => "unknown",
    };
    name.to_owned()
}

/// The machine of a library for macOS.
pub(super) fn of_mach_o(number: u32, is_little: bool) -> String {
    let name = match number {
        7 => "x86",
        8 => "mips",
        12 => "arm",
        18 => "powerpc",
        0x0100_0007 => "x86_64",
        0x0100_000c => "aarch64",
        0x0100_0012 => "powerpc64",
        0x0200_000c => "aarch64_ilp32",
        _ => "unknown",
    };
    with_byte_order(name, is_little)
}

/// The machine that this host runs on.
pub(super) fn of_this_host() -> String {
    with_byte_order(std::env::consts::ARCH, cfg!(target_endian = "little"))
}

/// Rust names a machine of two byte orders alike; S390x has one.
fn with_byte_order(name: &str, is_little: bool) -> String {
    if is_little || name == "s390x" { name.to_owned() } else { format!("{name} (big-endian)") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_has_the_name_that_rust_has() {
        for (number, is_64, rust_name, is_little) in [
            (62, true, "x86_64", true),
            (3, false, "x86", true),
            (183, true, "aarch64", true),
            (243, true, "riscv64", true),
            (22, true, "s390x", false),
            (21, true, "powerpc64", true),
            (21, true, "powerpc64", false),
            (8, true, "mips64", false),
        ] {
            let host = with_byte_order(rust_name, is_little);
            assert_eq!(of_elf(number, is_64, 0, is_little), host, "{rust_name}");
        }
        assert_ne!(of_elf(21, true, 0, true), of_elf(21, true, 0, false));
    }

    #[test]
    fn what_is_no_machine_is_unknown() {
        assert_eq!(of_elf(4, true, 0, true), "unknown");
        assert_eq!(of_elf(5, true, 0, false), "unknown (big-endian)");
        assert_eq!(of_elf(8, false, N32, true), "mips64_n32");
        assert_eq!((of_pe(0), of_mach_o(0, true)), ("unknown".into(), "unknown".into()));
    }
}
