//! The contract, and the functions of `rp_sdk.h` that read and write JSON, as declarations in other languages.
//!
//! Types, offsets, sizes and texts come from the contract as data, functions from the headers that the command carries. A
//! language more is a file in `bindings/` that writes a `Contract`, and its line in `Binding`.

mod ada;
mod fortran;
mod model;
mod nim;
mod pascal;
mod sdk;

use model::Contract;

use crate::embedded::{CONTRACT, HEADERS};

/// A language that the declarations are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Binding {
    /// Nim: rp.nim
    Nim,
    /// Ada 2012: rp.ads
    Ada,
    /// Free Pascal: rp.pas
    Pascal,
    /// Fortran 2008: rp.f90
    Fortran,
}

impl Binding {
    /// The declarations: a whole source file, whose name its first line says.
    pub fn text(self) -> String {
        let contract = contract();
        match self {
            Binding::Nim => nim::text(&contract),
            Binding::Ada => ada::text(&contract),
            Binding::Pascal => pascal::text(&contract),
            Binding::Fortran => fortran::text(&contract),
        }
    }
}

/// Everything that is declared: that a test reads the headers which the command carries rules out that this fails later.
fn contract() -> Contract {
    let mut contract: Contract =
        serde_json::from_str(CONTRACT).expect("the command carries it; a test reads it");
    sdk::read(HEADERS, &mut contract).expect("the command carries them; a test reads them");
    contract
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn every_declaration_is_in_every_language() {
        let contract = contract();
        let structs: Vec<&str> = contract.structs.iter().map(|one| one.name.as_str()).collect();
        for name in ["rp_str", "rp_message", "rp_reply", "rp_host", "rp_module", "rp_json", "rp_writer"] {
            assert!(structs.contains(&name), "{name}: {structs:?}");
        }
        assert!(contract.imported().count() > 50, "{}", contract.imported().count());
        for binding in Binding::value_variants() {
            let text = binding.text();
            let names = structs.iter().copied();
            let names = names.chain(contract.imported().map(|one| one.name.as_str()));
            let names = names.chain(contract.constants.iter().map(|one| one.name.as_str()));
            for name in names {
                assert!(text.contains(name), "{binding:?}: {name}");
            }
            let is_short = text.lines().all(|line| line.len() <= 132);
            assert!(is_short || *binding != Binding::Fortran, "Fortran's longest line");
        }
    }
}
