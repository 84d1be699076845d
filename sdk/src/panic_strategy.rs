//! Refuses to be built where a panic could not be caught.

#[cfg(all(panic = "abort", not(target_family = "wasm")))]
compile_error!(
    "rp-sdk needs panic = \"unwind\": a panic must not leave the module, and under \"abort\" it ends the host; \
     take panic = \"abort\" out of the profile in Cargo.toml"
);
