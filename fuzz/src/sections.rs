//! A WebAssembly file by its sections: so much of it as appending to them and replacing bodies of functions needs.

/// The sections of a module, each with its number and its content.
pub struct Sections(Vec<(u8, Vec<u8>)>);

/// Numbers of sections.
#[expect(missing_docs, reason = "they are the format's words")]
pub mod id {
    pub const FUNCTION: u8 = 3;
    pub const GLOBAL: u8 = 6;
    pub const EXPORT: u8 = 7;
    pub const ELEMENT: u8 = 9;
    pub const CODE: u8 = 10;
    pub const DATA: u8 = 11;
    pub const DATA_COUNT: u8 = 12;
}

/// The order that the format asks for.
const ORDER: [u8; 13] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];
const HEAD: &[u8] = b"\0asm\x01\0\0\0";

impl Sections {
    /// Takes a valid module without custom sections apart.
    #[must_use]
    pub fn parse(module: &[u8]) -> Self {
        let mut rest = module.strip_prefix(HEAD).expect("it is a module");
        let mut sections = Vec::new();
        while let Some((id, after)) = rest.split_first() {
            rest = after;
            let len = number(&mut rest) as usize;
            let (content, after) = rest.split_at(len);
            sections.push((*id, content.to_vec()));
            rest = after;
        }
        Sections(sections)
    }

    /// Puts them together again.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut module = HEAD.to_vec();
        for (id, content) in &self.0 {
            module.push(*id);
            module.extend(unsigned(content.len() as u32));
            module.extend(content);
        }
        module
    }

    /// What a section holds: the number of its items, and they.
    #[must_use]
    pub fn content(&self, id: u8) -> &[u8] {
        self.0.iter().find(|(found, _)| *found == id).map_or(&[0], |(_, content)| content)
    }

    /// Replaces what a section holds, or adds the section where it belongs.
    pub fn set(&mut self, id: u8, content: Vec<u8>) {
        let rank = |id: u8| ORDER.iter().position(|known| *known == id).expect("a known section");
        let at = self.0.iter().position(|(found, _)| rank(*found) >= rank(id)).unwrap_or(self.0.len());
        match self.0.get_mut(at) {
            Some((found, old)) if *found == id => *old = content,
            _ => self.0.insert(at, (id, content)),
        }
    }

    /// Appends an item; answers its index.
    pub fn append(&mut self, id: u8, item: &[u8]) -> u32 {
        let mut items = self.content(id);
        let count = number(&mut items);
        let content = [&unsigned(count + 1), items, item].concat();
        self.set(id, content);
        count
    }

    /// How many items a section has.
    #[must_use]
    pub fn count(&self, id: u8) -> u32 {
        number(&mut self.content(id))
    }

    /// The numbers that a section holds and nothing else, as that of the functions' types.
    #[must_use]
    pub fn numbers(&self, id: u8) -> Vec<u32> {
        let mut items = self.content(id);
        (0..number(&mut items)).map(|_| number(&mut items)).collect()
    }

    /// Replaces bodies of functions, each with its index; none of them has locals.
    pub fn set_bodies(&mut self, bodies: &[(u32, Vec<u8>)]) {
        let mut items = self.content(id::CODE);
        let count = number(&mut items);
        let mut content = unsigned(count);
        for index in 0..count {
            let len = number(&mut items) as usize;
            let (old, after) = items.split_at(len);
            items = after;
            let new = bodies.iter().find(|(wanted, _)| *wanted == index);
            let body = new.map_or(old.to_vec(), |(_, code)| [&[0], &code[..], &[0x0b]].concat());
            content.extend(unsigned(body.len() as u32));
            content.extend(body);
        }
        self.set(id::CODE, content);
    }

    /// The indices of what is exported, with their names.
    #[must_use]
    pub fn exports(&self) -> Vec<(String, u32)> {
        let mut items = self.content(id::EXPORT);
        let count = number(&mut items);
        let mut export = || {
            let len = number(&mut items) as usize;
            let (name, after) = items.split_at(len);
            // Past the kind.
            items = &after[1..];
            (String::from_utf8(name.to_vec()).expect("names are UTF-8"), number(&mut items))
        };
        (0..count).map(|_| export()).collect()
    }
}

/// Reads an unsigned number of at most 32 bits.
fn number(bytes: &mut &[u8]) -> u32 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let (byte, rest) = bytes.split_first().expect("the module is valid");
        *bytes = rest;
        value |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}

/// Writes an unsigned number.
#[must_use]
pub fn unsigned(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7f {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// Writes `i32.const`.
#[must_use]
pub fn constant(value: u16) -> Vec<u8> {
    // As a signed number, of whose last byte the second highest bit is the sign.
    let low = [0, 7].map(|shift| (value >> shift) as u8 | 0x80);
    [&[0x41][..], &low, &[(value >> 14) as u8]].concat()
}
