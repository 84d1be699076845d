//! The machine code, for x86-64 as Windows calls functions.

use super::places::{ANSWER, DESTROY, ENTRY, HANDLE, TEXT, VALUE};

/// The numbers in the code: values, and addresses in the library.
pub(super) struct Code {
    pub(super) starts: bool,
    pub(super) value: u8,
    pub(super) table: u32,
    pub(super) value_pointer: u32,
    pub(super) answer: u32,
}

impl Code {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut text = vec![0xb8, u8::from(self.starts), 0, 0, 0, 0xc3]; // DllMain: mov eax, starts; ret
        text.resize(ENTRY as usize, 0xcc);
        text.extend([0x48, 0x8d, 0x05]); // lea rax, [table]; also what create returns
        relative(&mut text, self.table);
        text.push(0xc3);
        text.resize(DESTROY as usize, 0xcc);
        text.push(0xc3);
        text.resize(VALUE as usize, 0xcc);
        text.extend([0xb8, b'0' + self.value, 0, 0, 0, 0xc3]);
        text.resize(HANDLE as usize, 0xcc);
        self.handle(&mut text);
        text
    }

    /// `handle_message`: asks the reply for room, copies the answer there, and puts the digit into it.
    fn handle(&self, text: &mut Vec<u8>) {
        let len = [ANSWER.len() as u8, 0, 0, 0];
        let digit = [ANSWER.find('?').expect("a place for the digit") as u8, 0, 0, 0];
        text.extend([0x53, 0x56, 0x48, 0x83, 0xec, 0x28, 0x4c, 0x89, 0xc3]); // push rbx, rsi; sub rsp, 40; mov rbx, r8
        text.extend([0xff, 0x15]); // call [value]
        relative(text, self.value_pointer);
        text.extend([0x89, 0xc6, 0x48, 0x89, 0xd9, 0xba]); // mov esi, eax; mov rcx, rbx; mov edx, len
        text.extend(len);
        text.extend([0xff, 0x53, 0x28, 0x85, 0xc0, 0x75, 0x37]); // call [rbx.grow]; test eax, eax; jne end
        text.extend([0x48, 0x8b, 0x4b, 0x10, 0x48, 0x03, 0x4b, 0x18]); // mov rcx, [rbx.data]; add rcx, [rbx.len]
        text.extend([0x48, 0x8d, 0x15]); // lea rdx, [answer]
        relative(text, self.answer);
        text.extend([0x45, 0x31, 0xc0]); // xor r8d, r8d
        text.extend([0x42, 0x8a, 0x04, 0x02, 0x42, 0x88, 0x04, 0x01]); // mov al, [rdx+r8]; mov [rcx+r8], al
        text.extend([0x49, 0xff, 0xc0, 0x49, 0x81, 0xf8]); // inc r8; cmp r8, len
        text.extend(len);
        text.extend([0x72, 0xec, 0x40, 0x88, 0xb1]); // jb back; mov [rcx+digit], sil
        text.extend(digit);
        text.extend([0x48, 0x81, 0x43, 0x18]); // add [rbx.len], len
        text.extend(len);
        text.extend([0x31, 0xc0, 0x48, 0x83, 0xc4, 0x28, 0x5e, 0x5b, 0xc3]); // xor eax, eax; end: add rsp, 40; pop; ret
    }
}

/// The distance from behind these four bytes to an address.
fn relative(text: &mut Vec<u8>, address: u32) {
    let behind = TEXT + text.len() as u32 + 4;
    text.extend(address.wrapping_sub(behind).to_le_bytes());
}
