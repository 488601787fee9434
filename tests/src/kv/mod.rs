//! A KV namespace that speaks workerd's KV protocol.
//!
//! [`Store`] is the one truth; an [`Endpoint`] is one way to it, with faults
//! and a history of its own. Today each way reads the truth. Per-location
//! caches, which make reads stale, belong into the endpoint, before the store.

mod endpoint;
mod fault;
mod history;
mod store;

pub use endpoint::Endpoint;
pub use fault::{Fault, Times};
pub use history::{Kind, Operation};
pub use store::{Store, Value};
