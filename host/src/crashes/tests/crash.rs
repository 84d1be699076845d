// Crashes of Rust. The tests know these lines by number.

mod dates {
    pub fn parse(text: Option<&str>) -> usize {
        text.map_or_else(|| std::process::abort(), str::len)
    }

    pub struct Day(pub u8);

    impl Day {
        pub fn store(&self, to: *mut u8) {
            unsafe { to.write_volatile(self.0) }
        }
    }

    #[inline(never)]
    pub fn index(days: &[u8], at: usize) -> u8 {
        days[at]
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aborts() -> usize {
    dates::parse(None)
}

#[unsafe(no_mangle)]
pub extern "C" fn segv() {
    dates::Day(1).store(std::ptr::without_provenance_mut(8));
}

#[unsafe(no_mangle)]
pub extern "C" fn panics() -> u8 {
    dates::index(&[1], std::hint::black_box(3))
}

#[unsafe(no_mangle)]
pub extern "C" fn own_thread() {
    let _never = std::thread::spawn(|| dates::Day(1).store(std::ptr::without_provenance_mut(8))).join();
}
