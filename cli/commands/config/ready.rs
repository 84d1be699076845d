//! What `rp config check` found of an instance that could be loaded.

use rp_host::config::InstancePlan;
use rp_host::{Grants, Inspection};

/// An instance that could be loaded.
pub struct Ready {
    pub plan: InstancePlan,
    pub found: Inspection,
    /// What its manifest requests and the file does not grant.
    pub ungranted: Grants,
}
