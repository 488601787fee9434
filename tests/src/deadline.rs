//! How long the tests wait. A hang is a failure with a message, never a stuck suite.

use std::time::{Duration, Instant};

/// One request, from connecting to the last byte of its answer. Far above
/// what any route takes: the machine may be busy with other things.
pub const REQUEST: Duration = Duration::from_secs(20);

/// workerd, from its start to its first listening port.
pub const START: Duration = Duration::from_secs(30);

/// Something that happens by itself after a request: an alarm, an expiry.
/// Above the back-off of the outbox, whose first retries come within seconds.
pub const EVENT: Duration = Duration::from_secs(30);

/// Between two looks at something that only a request can show.
const LOOK: Duration = Duration::from_millis(25);

/// Looks again and again until `look` finds something.
///
/// For what cannot be waited on as an event, such as a verdict that changes by time.
///
/// # Panics
/// When it did not come within `limit`; the message names `what`.
pub fn eventually<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + limit;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "not within {limit:?}: {what}");
        std::thread::sleep(LOOK);
    }
}
