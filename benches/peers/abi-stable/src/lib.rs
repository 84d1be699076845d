//! abi_stable: a root module of functions, strings of its own types, layouts checked when it is loaded.
use abi_stable::StableAbi;
use abi_stable::library::RootModule;
use abi_stable::sabi_types::VersionStrings;
use abi_stable::std_types::{RStr, RString};
use abi_stable::{export_root_module, package_version_strings, prefix_type::PrefixTypeTrait};

#[repr(C)]
#[derive(StableAbi)]
#[sabi(kind(Prefix(prefix_ref = PeerRef)))]
#[sabi(missing_field(panic))]
pub struct Peer {
    /// Answers with a string of its own.
    pub fresh: extern "C" fn(RStr<'_>) -> RString,
    /// Writes the answer into the caller's string.
    pub reused: extern "C" fn(RStr<'_>, &mut RString),
    /// The typed command.
    #[sabi(last_prefix_field)]
    pub record: extern "C" fn(RStr<'_>, &mut RString),
}

impl RootModule for PeerRef {
    abi_stable::declare_root_module_statics! {PeerRef}
    const BASE_NAME: &'static str = "peer_abi_stable";
    const NAME: &'static str = "peer_abi_stable";
    const VERSION_STRINGS: VersionStrings = package_version_strings!();
}

#[export_root_module]
pub fn root() -> PeerRef {
    Peer { fresh, reused, record }.leak_into_prefix()
}

extern "C" fn fresh(text: RStr<'_>) -> RString {
    text.into()
}

extern "C" fn reused(text: RStr<'_>, out: &mut RString) {
    out.clear();
    out.push_str(text.as_str());
}

extern "C" fn record(payload: RStr<'_>, out: &mut RString) {
    let payload: bench_record::Payload<'_> =
        serde_json::from_str(payload.as_str()).expect("the benchmark sends an entry");
    assert_eq!(payload.name, "record");
    let response = bench_record::Response { status: "success", data: bench_record::record(payload.args) };
    out.clear();
    serde_json::to_writer(Text(out), &response).expect("a string takes everything");
}

/// What serde_json writes is UTF-8, piece by piece.
struct Text<'a>(&'a mut RString);

impl std::io::Write for Text<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.push_str(std::str::from_utf8(bytes).map_err(std::io::Error::other)?);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
