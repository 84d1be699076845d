//! Builds the manifest while the module is compiled.

/// What a manifest says; every method takes the values of the key of its name.
#[derive(Clone, Copy)]
pub struct Manifest {
    name: &'static str,
    version: &'static str,
    description: &'static str,
    authors: &'static str,
    license: &'static str,
    needs: List,
    provides: List,
    read: List,
    write: List,
    emit: List,
    subscribe: List,
    call: List,
}

type List = &'static [&'static str];

macro_rules! lists {
    ($($key:ident)*) => {$(
        #[allow(missing_docs)]
        pub const fn $key(mut self, values: List) -> Manifest {
            self.$key = values;
            self
        }
    )*};
}

impl Manifest {
    /// A manifest of what Cargo knows; `authors` as CARGO_PKG_AUTHORS has them, with colons between.
    pub const fn new(
        name: &'static str,
        version: &'static str,
        description: &'static str,
        authors: &'static str,
        license: &'static str,
    ) -> Manifest {
        assert!(
            rp_protocol::is_module_name(name),
            "the package's name must be a module's name: only a-z, 0-9 and -"
        );
        Manifest {
            name,
            version,
            description,
            authors,
            license,
            needs: &[],
            provides: &[],
            read: &[],
            write: &[],
            emit: &[],
            subscribe: &[],
            call: &[],
        }
    }

    lists! { needs provides read write emit subscribe call }

    /// The JSON text. With `N` 0 only its length is counted.
    pub const fn text<const N: usize>(&self) -> Text<N> {
        let out = Text::new();
        let out = out.raw("{\"name\":").string(self.name).raw(",\"version\":").string(self.version);
        let out = out.raw(",\"protocol\":").string(rp_protocol::PROTOCOL_VERSION);
        let out = out.raw(",\"description\":").string(self.description);
        let out = out.raw(",\"authors\":").split(self.authors).raw(",\"license\":").string(self.license);
        let out = out.raw(",\"needs\":").list(self.needs).raw(",\"provides\":").list(self.provides);
        let out = out.raw(",\"requests\":{\"read\":").list(self.read).raw(",\"write\":").list(self.write);
        let out = out.raw(",\"emit\":").list(self.emit).raw(",\"subscribe\":").list(self.subscribe);
        out.raw(",\"call\":").list(self.call).raw("}}")
    }
}

/// Text of at most `N` bytes; what goes beyond is counted, not kept.
pub struct Text<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Text<N> {
    /// No text.
    pub const fn new() -> Text<N> {
        Text { bytes: [0; N], len: 0 }
    }

    /// Appends text as it is.
    pub const fn raw(mut self, text: &str) -> Text<N> {
        let text = text.as_bytes();
        let mut at = 0;
        while at < text.len() {
            self = self.byte(text[at]);
            at += 1;
        }
        self
    }

    /// How long the text is, or would be.
    pub const fn size(&self) -> usize {
        self.len
    }

    /// The bytes with a NUL behind them: `N` is one more than the length.
    pub const fn with_nul(self) -> [u8; N] {
        assert!(self.len + 1 == N);
        assert!(self.len <= rp_protocol::MANIFEST_MAX_BYTES, "the manifest is larger than 64 KiB");
        self.bytes
    }

    const fn string(self, text: &str) -> Text<N> {
        self.string_part(text.as_bytes(), 0, text.len())
    }

    const fn string_part(self, text: &[u8], start: usize, end: usize) -> Text<N> {
        let mut out = self.byte(b'"');
        let mut at = start;
        while at < end {
            out = out.escaped(text[at]);
            at += 1;
        }
        out.byte(b'"')
    }

    const fn escaped(self, byte: u8) -> Text<N> {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        match byte {
            b'"' | b'\\' => self.byte(b'\\').byte(byte),
            0..0x20 => self.raw("\\u00").byte(HEX[(byte >> 4) as usize]).byte(HEX[(byte & 15) as usize]),
            _ => self.byte(byte),
        }
    }

    const fn list(self, values: List) -> Text<N> {
        let mut out = self.byte(b'[');
        let mut at = 0;
        while at < values.len() {
            if at > 0 {
                out = out.byte(b',');
            }
            out = out.string(values[at]);
            at += 1;
        }
        out.byte(b']')
    }

    /// A list out of one text with colons between the values.
    const fn split(self, text: &str) -> Text<N> {
        let text = text.as_bytes();
        let mut out = self.byte(b'[');
        let mut start = 0;
        let mut at = 0;
        while start < text.len() {
            while at < text.len() && text[at] != b':' {
                at += 1;
            }
            if start > 0 {
                out = out.byte(b',');
            }
            out = out.string_part(text, start, at);
            at += 1;
            start = at;
        }
        out.byte(b']')
    }

    const fn byte(mut self, byte: u8) -> Text<N> {
        if self.len < N {
            self.bytes[self.len] = byte;
        }
        self.len += 1;
        self
    }
}

impl<const N: usize> Default for Text<N> {
    fn default() -> Self {
        Text::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_a_manifest() {
        const MANIFEST: Manifest = Manifest::new("a-1", "1.0.0", "says \"hi\"\n", "A <a@b.c>:B", "MIT")
            .provides(&["note", "tag"])
            .emit(&["note.*"]);
        const LEN: usize = MANIFEST.text::<0>().size();
        const BYTES: [u8; LEN + 1] = MANIFEST.text().with_nul();
        let (nul, text) = BYTES.split_last().unwrap();
        let parsed = rp_protocol::Manifest::parse(str::from_utf8(text).unwrap()).unwrap();
        assert_eq!(*nul, 0);
        assert_eq!(parsed.description, "says \"hi\"\n");
        assert_eq!(parsed.authors, ["A <a@b.c>", "B"]);
        assert_eq!(parsed.provides, ["note", "tag"]);
        assert_eq!(parsed.requests.emit, ["note.*"]);
        assert!(parsed.other.is_empty());
    }

    #[test]
    fn empty_values_are_empty() {
        let text = Manifest::new("a", "1.0.0", "", "", "").text::<400>();
        let json = str::from_utf8(&text.bytes[..text.len]).unwrap();
        assert!(json.contains(r#""description":"","authors":[],"license":"""#), "{json}");
    }
}
