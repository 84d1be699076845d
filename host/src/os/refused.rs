//! Why the system did not load a library.

/// What the system says.
#[derive(Debug)]
pub(crate) struct Refused {
    /// The number of the error; only Windows has one.
    pub(crate) number: Option<i32>,
    /// The system's words.
    pub(crate) text: String,
    /// The library that was refused, if it is not the module but one that the module is linked with.
    pub(crate) library: Option<String>,
}

impl From<libloading::Error> for Refused {
    fn from(error: libloading::Error) -> Self {
        let text = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        Refused { number: None, text, library: None }
    }
}
