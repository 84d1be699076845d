//! What `rp config check` found of an instance that could be loaded.

use rp_host::config::InstancePlan;
use rp_host::{Format, Grants, Inspection, SandboxMode};

/// An instance that could be loaded.
pub struct Ready {
    pub plan: InstancePlan,
    pub found: Inspection,
    /// What its manifest requests and the file does not grant.
    pub ungranted: Grants,
}

impl Ready {
    /// What runs it, for people.
    pub fn loader(&self) -> &'static str {
        match self.plan.options.isolation() {
            _ if self.found.format == Format::Recording => "none",
            None if self.found.format == Format::Wasm => "wasm",
            None => "native",
            Some(isolation) if isolation.sandbox.mode == SandboxMode::Off => "isolated, no sandbox",
            Some(_) => "isolated",
        }
    }
}
