//! stabby: a function whose types were compared when it was loaded, and a string of stabby's own.
use stabby::str::Str;
use stabby::string::String;

/// Answers with the text, which is static because stabby compares no type that has a lifetime of its own.
#[stabby::export]
pub extern "C" fn stabby_echo(text: Str<'static>) -> String {
    String::from(text)
}
