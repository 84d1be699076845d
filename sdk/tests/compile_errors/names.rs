//! What is wrong before types are looked at.
use rp_sdk::module;

mod first {
    #[derive(Default)]
    pub struct First;

    #[rp_sdk::module]
    impl First {
        #[command]
        fn one(&self) {}
    }
}

#[derive(Default)]
struct Second;

#[module] //~ a_crate_is_one_rp_module_or_names_them_with_entry
impl Second {
    #[command]
    fn one(&self) {}
}

struct Nothing;

#[module]
impl Nothing { //~ this module answers nothing
    fn one(&self) {}
}

struct Later;

#[module(entry = later)]
impl Later {
    #[command]
    async fn one(&self) {} //~ block on a runtime of your own
}
