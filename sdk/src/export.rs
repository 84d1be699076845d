//! The macro that makes a module of a type.

/// Exports a module: the entry function, the manifest, and the functions behind them.
///
/// ```no_run
/// # use rp_sdk::{Error, Host, Module};
/// # struct Notes;
/// # impl Module for Notes { fn create(_: Host) -> Result<Self, Error> { Ok(Notes) } }
/// rp_sdk::export!(Notes, provides = ["note"], read = ["person"], emit = ["note.*"]);
/// ```
///
/// Name, version, description, authors and licence of the manifest are those of the package. The keys `needs`,
/// `provides`, `read`, `write`, `emit`, `subscribe` and `call` add lists of strings; `manifest = include_str!("…")` in
/// their stead gives the whole text.
///
/// `export!(concurrent Notes)` is for a [`ConcurrentModule`](crate::ConcurrentModule).
///
/// `entry = name` as the first key names the entry function, for modules that are linked into one program; such a
/// module exports no `rp_manifest`.
#[macro_export]
macro_rules! export {
    (concurrent $module:ty $(, $($rest:tt)*)?) => {
        $crate::export!(@entry $crate::__export::Shared<$module>; $($($rest)*)?);
    };
    (@entry $border:ty; entry = $entry:ident $(, $($rest:tt)*)?) => {
        $crate::export!(@manifest $border; $entry; [#[unsafe(no_mangle)]]; []; $($($rest)*)?);
    };
    (@entry $border:ty; $($rest:tt)*) => {
        $crate::export!(
            @manifest $border; rp_module_v1; [#[unsafe(no_mangle)]]; [#[unsafe(no_mangle)]]; $($rest)*
        );
    };
    (@manifest $border:ty; $entry:ident; $exported:tt; $library:tt; manifest = $text:expr $(,)?) => {
        $crate::export!(
            @items $border; $entry; $exported; $library;
            { const fn text<const N: usize>() -> $crate::__export::Text<N> {
                $crate::__export::Text::new().raw($text)
            } }
        );
    };
    (@manifest $border:ty; $entry:ident; $exported:tt; $library:tt;
        $($key:ident = [$($value:expr),* $(,)?]),* $(,)?) => {
        $crate::export!(
            @items $border; $entry; $exported; $library;
            { const fn text<const N: usize>() -> $crate::__export::Text<N> {
                $crate::__export::Manifest::new(
                    env!("CARGO_PKG_NAME"),
                    env!("CARGO_PKG_VERSION"),
                    env!("CARGO_PKG_DESCRIPTION"),
                    env!("CARGO_PKG_AUTHORS"),
                    env!("CARGO_PKG_LICENSE"),
                )
                $(.$key(&[$($value),*]))*
                .text()
            } }
        );
    };
    (@items $border:ty; $entry:ident; [$($exported:tt)*]; $library:tt; { $($text:tt)* }) => {
        $crate::export!(@once $library);
        /// The module's entry: the one function that the host looks up.
        $($exported)*
        pub extern "C" fn $entry() -> *const $crate::__export::rp_module {
            $($text)*
            const LEN: usize = text::<0>().size() + 1;
            // The host's program may export a manifest of its own, which would take the place of an exported one:
            // the table has a copy that nothing can replace.
            static MANIFEST: [u8; LEN] = text::<LEN>().with_nul();
            static TABLE: $crate::__export::Table = $crate::__export::Table::new::<$border>(&MANIFEST);
            $crate::export!(@library $library; LEN; text);
            TABLE.as_ptr()
        }
    };
    (@once []) => {};
    (@once [$($exported:tt)+]) => {
        /// Its name is what the compiler says where a crate has two: exported macros have one namespace, whatever
        /// `mod` they stand in.
        #[doc(hidden)]
        #[macro_export]
        macro_rules! a_crate_is_one_rp_module_or_names_them_with_entry {
            () => {};
        }
    };
    (@library []; $len:ident; $text:ident) => {};
    (@library [$($exported:tt)+]; $len:ident; $text:ident) => {
        #[allow(non_upper_case_globals)]
        $($exported)+
        pub static rp_manifest: [u8; $len] = $text::<$len>().with_nul();

        #[cfg(target_arch = "wasm32")]
        $($exported)+
        pub extern "C" fn rp_alloc(size: usize) -> *mut ::core::ffi::c_void {
            $crate::__export::alloc(size)
        }

        /// # Safety
        /// `data` came from `rp_alloc(size)` and is given back once.
        #[cfg(target_arch = "wasm32")]
        $($exported)+
        pub unsafe extern "C" fn rp_free(data: *mut ::core::ffi::c_void, size: usize) {
            // SAFETY: `rp_alloc` and `rp_free` are `alloc` and `free` themselves, so what the host promises one it promises the other.
            unsafe { $crate::__export::free(data, size) }
        }
    };
    ($module:ty $(, $($rest:tt)*)?) => {
        $crate::export!(@entry $crate::__export::Exclusive<$module>; $($($rest)*)?);
    };
}
