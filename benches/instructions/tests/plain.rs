//! A host without features says what it was built without, and how to get that. The test is here since nothing else in this
//! repository is built with such a host: the command has all of them.

use rp_host::{Fault, Host, Isolation, LoadOptions};

#[test]
fn an_isolated_module_is_refused_with_the_feature_that_it_needs() {
    let file = std::env::current_exe().unwrap();
    let error = Host::new().load_with(&file, LoadOptions::new().isolated(Isolation::default())).unwrap_err();
    assert_eq!((error.code(), error.fault()), ("rp::load::no_isolation", Fault::Operator));
    assert!(error.to_string().ends_with(": this host was built without isolation"), "{error}");
    assert!(error.help().unwrap().contains("feature isolated of rp-host"), "{error}");
}

#[test]
fn what_isolation_needs_is_that_feature() {
    let parts = rp_host::isolation_support();
    let needed: Vec<_> = parts.into_iter().filter(|part| !part.is_for_sandbox).collect();
    let is_feature = |why: &String| why.contains("feature isolated of rp-host");
    assert!(matches!(&needed[..], [part] if part.found.as_ref().is_err_and(is_feature)), "{needed:?}");
}
