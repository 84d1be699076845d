//! The structs of the ABI as they lie in a guest's memory: pointers have 32 bits, numbers are little-endian.

use super::ended::Ended;
use crate::error::CallFault;

/// Sizes of the structs; the header asserts them at compile time.
pub(super) const HOST: u32 = 32;
pub(super) const MESSAGE: u32 = 40;
pub(super) const REPLY: u32 = 28;
pub(super) const MODULE: u32 = 24;

/// Bytes of a guest's memory at an address that came from the guest; `what` is their name in an error.
#[inline]
pub(super) fn slice<'a>(
    memory: &'a [u8],
    what: &'static str,
    address: u32,
    len: u32,
) -> Result<&'a [u8], Ended> {
    let found = memory.get(address as usize..).and_then(|rest| rest.get(..len as usize));
    found.ok_or_else(|| outside(what, address, len))
}

/// Like [`slice`], for writing.
#[inline]
pub(super) fn slice_mut<'a>(
    memory: &'a mut [u8],
    what: &'static str,
    address: u32,
    len: u32,
) -> Result<&'a mut [u8], Ended> {
    let found = memory.get_mut(address as usize..).and_then(|rest| rest.get_mut(..len as usize));
    found.ok_or_else(|| outside(what, address, len))
}

/// Like [`slice`], for a struct.
#[inline]
fn array<'a, const N: usize>(
    memory: &'a [u8],
    what: &'static str,
    address: u32,
) -> Result<&'a [u8; N], Ended> {
    let found = memory.get(address as usize..).and_then(|rest| rest.first_chunk());
    found.ok_or_else(|| outside(what, address, N as u32))
}

/// Like [`array`], for writing.
#[inline]
pub(super) fn array_mut<'a, const N: usize>(
    memory: &'a mut [u8],
    what: &'static str,
    address: u32,
) -> Result<&'a mut [u8; N], Ended> {
    let found = memory.get_mut(address as usize..).and_then(|rest| rest.first_chunk_mut());
    found.ok_or_else(|| outside(what, address, N as u32))
}

#[cold]
fn outside(what: &'static str, address: u32, len: u32) -> Ended {
    CallFault::BadPointer { what, address, len }.into()
}

/// Reads the fields of a struct one after the other.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    #[inline]
    fn word(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    #[inline]
    fn long(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    /// Every struct is read in its full size, so there are enough bytes.
    #[inline]
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (head, rest) = self.0.split_first_chunk().expect("a struct is read in its full size");
        self.0 = rest;
        *head
    }
}

/// A borrowed text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    pub(super) data: u32,
    pub(super) len: u32,
}

/// `rp_message`.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) struct_size: u32,
    pub(super) flags: u32,
    pub(super) id: u64,
    pub(super) cause: u64,
    pub(super) message_type: Text,
    pub(super) payload: Text,
}

impl Message {
    /// Reads a message. If it is too small for this version, only its size is read.
    pub(super) fn read(memory: &[u8], address: u32) -> Result<Self, Ended> {
        const WHAT: &str = "a message";
        let struct_size = Fields(slice(memory, WHAT, address, 4)?).word();
        let empty = [0; MESSAGE as usize];
        let bytes = if struct_size < MESSAGE { &empty } else { slice(memory, WHAT, address, MESSAGE)? };
        let mut fields = Fields(bytes);
        fields.word();
        Ok(Message {
            struct_size,
            flags: fields.word(),
            id: fields.long(),
            cause: fields.long(),
            message_type: Text { data: fields.word(), len: fields.word() },
            payload: Text { data: fields.word(), len: fields.word() },
        })
    }

    /// Writes it field by field, as the guest reads it: a load of what several stores have written waits for them.
    #[inline]
    pub(super) fn write(&self, bytes: &mut [u8; MESSAGE as usize]) {
        bytes[0..4].copy_from_slice(&self.struct_size.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.flags.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.id.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.cause.to_le_bytes());
        bytes[24..28].copy_from_slice(&self.message_type.data.to_le_bytes());
        bytes[28..32].copy_from_slice(&self.message_type.len.to_le_bytes());
        bytes[32..36].copy_from_slice(&self.payload.data.to_le_bytes());
        bytes[36..40].copy_from_slice(&self.payload.len.to_le_bytes());
    }
}

/// `rp_reply`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reply {
    pub(super) struct_size: u32,
    pub(super) context: u32,
    pub(super) data: u32,
    pub(super) len: u32,
    pub(super) capacity: u32,
    pub(super) grow: u32,
}

impl Reply {
    #[inline]
    pub(super) fn read(memory: &[u8], address: u32) -> Result<Self, Ended> {
        let bytes: &[u8; REPLY as usize] = array(memory, "a reply", address)?;
        let mut fields = Fields(bytes);
        let struct_size = fields.word();
        let _flags = fields.word();
        Ok(Reply {
            struct_size,
            context: fields.word(),
            data: fields.word(),
            len: fields.word(),
            capacity: fields.word(),
            grow: fields.word(),
        })
    }

    /// Writes it field by field, like [`Message::write`].
    #[inline]
    pub(super) fn write(&self, bytes: &mut [u8; REPLY as usize]) {
        bytes[0..4].copy_from_slice(&self.struct_size.to_le_bytes());
        bytes[4..8].fill(0);
        bytes[8..12].copy_from_slice(&self.context.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.data.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.len.to_le_bytes());
        bytes[20..24].copy_from_slice(&self.capacity.to_le_bytes());
        bytes[24..28].copy_from_slice(&self.grow.to_le_bytes());
    }

    /// Writes `len` back.
    pub(super) fn write_len(memory: &mut [u8], address: u32, len: u32) -> Result<(), Ended> {
        let bytes: &mut [u8; REPLY as usize] = array_mut(memory, "a reply", address)?;
        bytes[16..20].copy_from_slice(&len.to_le_bytes());
        Ok(())
    }
}

/// The indices of the host's functions in the guest's table.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct HostIndices {
    pub(super) grow: u32,
    pub(super) send: u32,
    pub(super) write_log: u32,
    pub(super) cancelled: u32,
    pub(super) now_us: u32,
    pub(super) random: u32,
}

impl HostIndices {
    /// The functions follow each other in the order of the fields.
    pub(super) fn starting_at(first: u32) -> Self {
        HostIndices {
            grow: first,
            send: first + 1,
            write_log: first + 2,
            cancelled: first + 3,
            now_us: first + 4,
            random: first + 5,
        }
    }
}

/// `rp_host`, as a guest gets it.
pub(super) fn host(indices: &HostIndices) -> [u8; HOST as usize] {
    let mut bytes = [0; HOST as usize];
    bytes[0..4].copy_from_slice(&HOST.to_le_bytes());
    let functions = [indices.send, indices.write_log, indices.cancelled, indices.now_us, indices.random];
    for (field, index) in bytes[12..].chunks_exact_mut(4).zip(functions) {
        field.copy_from_slice(&index.to_le_bytes());
    }
    bytes
}

/// `rp_module`.
pub(super) struct Table {
    pub(super) struct_size: u32,
    pub(super) flags: u32,
    pub(super) manifest: u32,
    pub(super) create: u32,
    pub(super) destroy: u32,
    pub(super) handle_message: u32,
}

impl Table {
    /// Reads the table. If it is too small for this version, only its size is read.
    pub(super) fn read(memory: &[u8], address: u32) -> Result<Self, Ended> {
        const WHAT: &str = "its table";
        let struct_size = Fields(slice(memory, WHAT, address, 4)?).word();
        let empty = [0; MODULE as usize];
        let bytes = if struct_size < MODULE { &empty } else { slice(memory, WHAT, address, MODULE)? };
        let mut fields = Fields(bytes);
        fields.word();
        Ok(Table {
            struct_size,
            flags: fields.word(),
            manifest: fields.word(),
            create: fields.word(),
            destroy: fields.word(),
            handle_message: fields.word(),
        })
    }
}
