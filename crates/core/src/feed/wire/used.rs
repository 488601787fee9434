//! What was counted, in bytes.

use super::{NotUnderstood, Reader, Writer};
use crate::{
    id::UsedId,
    instant::Instant,
    usage::{Day, Tally, Used},
    workspace::WorkspaceName,
};

/// Counts in one message at most.
pub const USED: usize = 1_000;

/// What a feed passes on to a workspace: what isolates have counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// In any order; of one workspace.
    pub used: Vec<Used>,
}

impl Counts {
    /// As bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.used(&self.used);
        out.0
    }

    /// From bytes.
    ///
    /// # Errors
    ///
    /// [`NotUnderstood`] for anything that [`Counts::encode`] does not write.
    pub fn decode(bytes: &[u8]) -> Result<Self, NotUnderstood> {
        let mut input = Reader::new(bytes)?;
        let used = input.used()?;
        input.end()?;
        Ok(Self { used })
    }
}

impl Writer {
    fn short_text(&mut self, text: &str) {
        self.byte(u8::try_from(text.len()).unwrap_or(0));
        self.bytes(text.as_bytes());
    }

    fn number(&mut self, number: u32) {
        self.bytes(&number.to_be_bytes());
    }

    pub(super) fn used(&mut self, used: &[Used]) {
        let used = used.iter().take(USED);
        self.number(u32::try_from(used.len()).unwrap_or(0));
        for one in used {
            self.short_text(one.workspace.as_str());
            self.bytes(one.id.body());
            self.number(one.day.number());
            self.number(one.tally.allowed);
            self.number(one.tally.denied);
            // Nobody used anything at the epoch.
            let last_used_at = one.tally.last_used_at.unwrap_or(Instant::EPOCH);
            self.bytes(&last_used_at.as_millis().to_be_bytes());
        }
    }
}

impl Reader<'_> {
    fn number(&mut self) -> Result<u32, NotUnderstood> {
        self.array().map(u32::from_be_bytes)
    }

    fn workspace(&mut self) -> Result<WorkspaceName, NotUnderstood> {
        let length = usize::from(self.byte()?);
        let (name, rest) = self.0.split_at_checked(length).ok_or(NotUnderstood)?;
        self.0 = rest;
        let name = core::str::from_utf8(name).map_err(|_| NotUnderstood)?;
        WorkspaceName::parse(name).map_err(|_| NotUnderstood)
    }

    pub(super) fn used(&mut self) -> Result<Vec<Used>, NotUnderstood> {
        let count = usize::try_from(self.number()?).map_err(|_| NotUnderstood)?;
        if count > USED {
            return Err(NotUnderstood);
        }
        let mut used = Vec::with_capacity(count);
        for _ in 0..count {
            let workspace = self.workspace()?;
            let id = UsedId::from_bytes(self.array()?).ok_or(NotUnderstood)?;
            let day = Day::new(self.number()?);
            let (allowed, denied) = (self.number()?, self.number()?);
            let millis = i64::from_be_bytes(self.array()?);
            let last_used_at = Instant::from_millis(millis).ok_or(NotUnderstood)?;
            used.push(Used {
                workspace,
                id,
                day,
                tally: Tally {
                    allowed,
                    denied,
                    last_used_at: Some(last_used_at).filter(|at| *at != Instant::EPOCH),
                },
            });
        }
        Ok(used)
    }
}
