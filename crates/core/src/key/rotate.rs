//! Another token for the same key.

use serde::Serialize;

use super::{Effect, Key, Life, ended};
use crate::{
    input::{Fields, Invalid, Json, read},
    instant::Instant,
    problem::{Code, Problem},
    text::Text,
    token::Hint,
};

/// The shortest and the longest grace there is besides none: an hour and 30
/// days, in seconds.
const GRACE: core::ops::RangeInclusive<i64> = 3_600..=30 * 86_400;

/// What is asked of a rotation: the body of `POST /v1/keys/{id}/rotate`, which
/// may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = RotateKey))]
pub struct RotateRequest {
    /// For how many seconds the token of now stays good beside the new one: none
    /// unless said otherwise, else an hour to 30 days, and not longer than the key.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<GraceSchema>))]
    pub grace_seconds: i64,
    /// Why, in words; as that of unblocking, only in the log.
    pub reason: Option<Text>,
}

/// None, or an hour to 30 days.
#[cfg(feature = "openapi")]
pub(crate) struct GraceSchema;

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::{
        PartialSchema, ToSchema,
        openapi::{ObjectBuilder, OneOfBuilder, RefOr, Schema, Type},
    };

    use super::{GRACE, GraceSchema};

    impl PartialSchema for GraceSchema {
        fn schema() -> RefOr<Schema> {
            let from_to = |from: i64, to: i64| {
                ObjectBuilder::new()
                    .schema_type(Type::Integer)
                    .minimum(Some(from))
                    .maximum(Some(to))
            };
            OneOfBuilder::new()
                .item(from_to(0, 0))
                .item(from_to(*GRACE.start(), *GRACE.end()))
                .into()
        }
    }

    impl ToSchema for GraceSchema {
        fn name() -> std::borrow::Cow<'static, str> {
            "Grace".into()
        }
    }
}

impl RotateRequest {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let grace_seconds = fields.optional("grace_seconds", grace);
        let reason = fields.optional("reason", read::text).flatten();
        fields.finish(Some(Self {
            grace_seconds: grace_seconds.unwrap_or_default(),
            reason,
        }))
    }
}

/// For how many seconds what was replaced stays good.
pub(crate) fn grace(value: &Json<'_>) -> Result<i64, Invalid> {
    match read::whole(value)? {
        none @ 0 => Ok(none),
        seconds if GRACE.contains(&seconds) => Ok(seconds),
        _ => Err(Invalid::one(
            Code::InvalidGrace,
            "A grace is 0, or 3600 (an hour) to 2592000 (30 days) seconds.",
        )),
    }
}

/// The token that a key had before, while it is still good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviousToken {
    /// What may be shown of it.
    pub hint: Hint,
    /// Not good from this on.
    pub ends_at: Instant,
}

impl Key {
    /// Gives the key a new token, which shows as `hint`. The one of now becomes
    /// the previous one and ends at the instant that is the answer; one that was
    /// previous until now is over. Whether a token ends now is the other answer.
    ///
    /// # Errors
    ///
    /// `key_revoked`, `key_expired`, `grace_beyond_expiry`.
    pub fn rotate(
        &mut self,
        request: &RotateRequest,
        hint: Hint,
        now: Instant,
    ) -> Result<(Instant, Effect), Problem> {
        if matches!(self.life, Life::Revoked(_)) {
            return Err(ended("rotate"));
        }
        let ends_at = now.plus_millis(request.grace_seconds.saturating_mul(1_000));
        match self.expires_at {
            Some(end) if end <= now => {
                return Err(Problem::new(
                    Code::KeyExpired,
                    "This key has expired, and so would its new token be. Extend it first.",
                ));
            }
            Some(end) if ends_at > end => {
                let beyond = Invalid::one(
                    Code::GraceBeyondExpiry,
                    format!("The key expires at {end}, before this grace is over."),
                );
                return Err(beyond.at("grace_seconds").into());
            }
            _ => {}
        }
        let cut_short = self.end_grace(now);
        let before = core::mem::replace(&mut self.hint, hint);
        self.previous = Some(PreviousToken {
            hint: before,
            ends_at,
        });
        self.version = self.version.next();
        let effect = if cut_short || ends_at <= now {
            Effect::Narrowed
        } else {
            Effect::Kept
        };
        Ok((ends_at, effect))
    }

    /// Ends the previous token now. Whether there was one is the answer.
    ///
    /// # Errors
    ///
    /// `key_revoked`.
    pub fn end_previous(&mut self, now: Instant) -> Result<bool, Problem> {
        if matches!(self.life, Life::Revoked(_)) {
            return Err(ended("end early"));
        }
        let ended = self.end_grace(now);
        if ended {
            self.version = self.version.next();
        }
        Ok(ended)
    }

    pub(super) fn end_grace(&mut self, now: Instant) -> bool {
        match &mut self.previous {
            Some(previous) if previous.ends_at > now => {
                previous.ends_at = now;
                true
            }
            _ => false,
        }
    }
}
