//! From a description to a client.

use crate::fault::Error;
use crate::language::{Client, Job, Language, Options};
use crate::name::words;
use crate::native::{c, cpp};
use crate::{python, read, rust, ts};

/// Writes a client of the module that `description` describes: what `rp describe` prints.
///
/// The same description gives the same text.
///
/// ```
/// use rp_client::{Language, Options};
///
/// let module = r#"{"name":"echo","version":"1.0.0","commands":[
///     {"name":"say","args":{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}}]}"#;
/// let client = rp_client::write(Language::Rust, module, &Options::default()).unwrap();
/// assert!(client.text.contains("pub fn say(&self, args: &SayArgs)"));
/// ```
///
/// # Errors
/// If the text is no description, or a schema in it is broken; the error names the command and the place.
pub fn write(language: Language, description: &str, options: &Options) -> Result<Client, Error> {
    let (model, notes) = read::model(description)?;
    let name = options.name.as_deref().unwrap_or(&model.module);
    if !name.contains(|letter: char| letter.is_ascii_alphabetic()) {
        return Err(Error::Name(name.to_owned()));
    }
    let mut job = Job { model: &model, name: words(name), caller: options.caller, notes };
    let text = match language {
        Language::Rust => rust::write(&job),
        Language::C => c::write(&mut job),
        Language::Cpp => cpp::write(&mut job),
        Language::Python => python::write(&job),
        Language::Ts => ts::write(&job),
    };
    Ok(Client { text, notes: job.notes })
}
