//! Types that do not fit. `//~` names what the one error at its line says, message or note.
use rp_sdk::module;

struct Plain;

#[rp_sdk::data]
struct NoDefault {
    limit: u64,
}

#[derive(Default)]
struct Named;

#[module(entry = named)]
impl Named {
    #[command]
    fn one(&self, count: u64, kind: Plain) {} //~ put #[rp_sdk::args] on the type

    #[on("a")]
    fn heard(&self, kind: Plain) {} //~ `Plain` is not a type of arguments
}

#[derive(Default)]
struct Whole;

#[module(entry = whole)]
impl Whole {
    #[command]
    fn one(
        &self,
        args: Plain, //~ put #[rp_sdk::args] on the type
    ) {
    }

    #[on("a")]
    fn heard(
        &self,
        data: Plain, //~ `Plain` is not a type of arguments
    ) {
    }

    #[init]
    fn init(
        &self,
        config: NoDefault, //~ derive or implement Default: a host may send no configuration
    ) {
    }
}

#[derive(Default)]
struct Results;

#[module(entry = results)]
impl Results {
    #[command]
    fn given(&self) -> Vec<Plain> { //~ put #[rp_sdk::data] on the type
        Vec::new()
    }

    #[query("plain")]
    fn found(&self) -> Plain { //~ `Plain` is not a type of results
        Plain
    }

    #[command]
    fn read(&self) -> Result<u64, std::io::Error> { //~ `.or_unavailable("the archive cannot be read")?`
        Ok(1)
    }

    #[command]
    fn other(&self, years: Vec<u64>) -> rp_sdk::Result<&'static [u64], rp_sdk::Error> {
        Ok(&[1])
    }
}
