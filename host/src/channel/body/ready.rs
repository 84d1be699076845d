//! What a worker says of the module that it has loaded.

use super::fields::Fields;

/// A loaded module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReadyBody {
    /// Whether it is of the plain profile.
    pub(crate) is_plain: bool,
    /// The flags of its table.
    pub(crate) flags: u32,
    pub(crate) manifest: String,
}

impl ReadyBody {
    /// The whole body.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut bytes = u32::from(self.is_plain).to_le_bytes().to_vec();
        bytes.extend_from_slice(&self.flags.to_le_bytes());
        bytes.extend_from_slice(self.manifest.as_bytes());
        bytes
    }

    /// Reads one.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let mut fields = Fields(body);
        let is_plain = match fields.small()? {
            0 => false,
            1 => true,
            _ => return None,
        };
        let flags = fields.small()?;
        let manifest = core::str::from_utf8(fields.0).ok()?.to_owned();
        Some(ReadyBody { is_plain, flags, manifest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_read_as_it_was_written() {
        let ready = ReadyBody { is_plain: true, flags: 1, manifest: "{}".into() };
        assert_eq!(ReadyBody::read(&ready.write()), Some(ready));
        assert_eq!(ReadyBody::read(&[2, 0, 0, 0, 0, 0, 0, 0]), None);
        assert_eq!(ReadyBody::read(&[1, 0, 0, 0, 0, 0, 0, 0, 255]), None);
    }
}
