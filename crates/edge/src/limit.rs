//! Nothing is waited for without end.

use core::time::Duration;

use futures_util::{
    future::{Either, select},
    pin_mut,
};
use worker::Delay;

/// What `work` comes to, or `None` when it takes longer than `millis`. What it
/// asked the platform for goes on all the same; only nobody waits for it.
pub(crate) async fn within<T>(millis: u64, work: impl Future<Output = T>) -> Option<T> {
    let limit = Delay::from(Duration::from_millis(millis));
    pin_mut!(work);
    pin_mut!(limit);
    match select(work, limit).await {
        Either::Left((value, _)) => Some(value),
        Either::Right(((), _)) => None,
    }
}
