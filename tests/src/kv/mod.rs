//! A KV namespace that speaks workerd's KV protocol.
//!
//! [`Store`] is the one truth; an [`Endpoint`] is one way to it, with faults
//! and a history of its own, and as a location with a cache of its own: what
//! it once read, absences included, it answers for as long as a test wants.

mod cache;
mod endpoint;
mod fault;
mod history;
mod pace;
mod protocol;
mod store;

pub use cache::Hold;
pub use endpoint::Endpoint;
pub use fault::{Fault, Odds, Times};
pub use history::{Kind, Operation};
pub use store::{Store, Value};
