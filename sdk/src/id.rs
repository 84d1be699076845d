//! Ids that sort by the time of their making.
use crate::error::Error;
use crate::host::Host;

impl Host {
    /// Makes an id: a UUID of version 7, of the host's time and ten of its random bytes.
    pub fn new_id(&self) -> Result<String, Error> {
        self.new_id_at(self.now_us()?)
    }

    /// The same for a time of the host that was asked already, so that what is made has one time.
    pub fn new_id_at(&self, time_us: i64) -> Result<String, Error> {
        let mut random = [0; 10];
        self.random(&mut random)?;
        Ok(uuid(time_us, random))
    }
}

fn uuid(time_us: i64, random: [u8; 10]) -> String {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&time_us.div_euclid(1000).to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&random);
    bytes[6] = 0x70 | bytes[6] & 0x0f;
    bytes[8] = 0x80 | bytes[8] & 0x3f;
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn time_comes_first() {
        // The example of RFC 9562, appendix A.6.
        let random = [0x7c, 0xc3, 0x98, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f];
        assert_eq!(uuid(0x017f_22e2_79b0 * 1000 + 999, random), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
        assert_eq!(uuid(0, [255; 10]), "00000000-0000-7fff-bfff-ffffffffffff");
    }
}
