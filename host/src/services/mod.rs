//! The services behind `rp_host.send`.

pub(crate) mod capabilities;
pub(crate) mod data;
pub(crate) mod events;
pub(crate) mod identity;
mod service;
mod service_in_c;
#[expect(clippy::module_inception, reason = "all of them together")]
pub(crate) mod services;
pub mod store;

pub use events::{HeardEvent, Subscription, SubscriptionIter};
pub(crate) use service::typed;
pub use service::{Request, Service};
pub use service_in_c::ServiceInC;
