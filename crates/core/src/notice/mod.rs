//! Who is told of what happens, and when: webhooks to the workspace's endpoints and
//! to those of keys, e-mail to contacts and to members who chose it.
//!
//! Everything here decides and nothing sends. What is sent is a *message*, once for
//! each event; each way that it goes is a *delivery*.

mod attempt;
mod due;
mod letter;
mod occasion;
mod payload;
mod people;
mod rules;
mod signature;

pub use attempt::{Answer, Fate, Route};
pub use due::{Facts, Plan, Told, plan};
pub use letter::{Letter, letter};
pub use occasion::Occasion;
pub use payload::{Payload, contacts_of, keys_of, webhook_of};
pub use people::{add_contacts, add_members, reader};
pub use rules::{Notices, NoticesEdit};
pub use signature::{EndpointSecret, Signed, sign};

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;
