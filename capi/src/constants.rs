//! Constants of `include/rp_host.h`.

/// Version of this ABI: what rph_abi_version returns. Since RPH 1.
pub const RPH_ABI_VERSION: u32 = 1;

/// Fault: the module broke a rule, or its file is not what it should be.
pub const RPH_FAULT_MODULE: i32 = 1;
/// Fault: the host or the machine could not do its part.
pub const RPH_FAULT_HOST: i32 = 2;
/// Fault: what was asked for does not exist, is not allowed, or contradicts itself.
pub const RPH_FAULT_OPERATOR: i32 = 3;

/// Call flag: neither is the message's text checked to be UTF-8, for which the caller vouches, nor
/// is the response read, which may then be neither UTF-8 nor JSON.
pub const RPH_UNCHECKED: u32 = 1;
