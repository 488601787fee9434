//! What can go wrong on the way to the namespace.

use std::time::Duration;

use super::Kind;

/// One thing that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It answers with this status and does nothing.
    Status(u16),
    /// It takes this long, then does what was asked.
    Delay(Duration),
    /// It does what was asked, and the answer is lost.
    LostAnswer,
    /// The connection breaks and nothing was done.
    Cut,
}

/// For how long it goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// So many times.
    Next(u32),
    /// Until the endpoint is told otherwise.
    Always,
}

/// The faults that are set, oldest first.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(Kind, Fault, Times)>);

impl Faults {
    pub(super) fn set(&mut self, kind: Kind, fault: Fault, times: Times) {
        self.0.push((kind, fault, times));
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The oldest fault for such an operation, used up by one.
    pub(super) fn take(&mut self, kind: Kind) -> Option<Fault> {
        let at = self.0.iter().position(|(of, _, _)| *of == kind)?;
        let (_, fault, times) = &mut self.0[at];
        let fault = *fault;
        if let Times::Next(left) = times {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.0.remove(at);
            }
        }
        Some(fault)
    }
}
