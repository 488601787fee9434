//! Who is told: from what happens to messages, and from those to receivers.
//!
//! [`raise`] writes, in the transaction of the change itself, what is to be sent and
//! to whom; [`watch`] does it for what time alone brings about; and [`send`] sends
//! it, from the alarm, as often as it takes. What is written survives any crash, and
//! nothing that anybody waits for waits for a receiver.
//!
//! - **At least once.** A delivery is claimed for a time that runs out, as a write of
//!   the outbox is: who died sends again. All attempts have the message's id, by which
//!   a receiver knows that it has it already.
//! - **Nobody holds up anybody.** So many at once and no more, each for a limited
//!   time; and an endpoint that fails rests, with all that is due there.

mod raise;
mod send;
mod watch;

pub(super) use raise::{deliver, note, of_key, of_keys, of_member};
pub(super) use watch::look_at_all;
