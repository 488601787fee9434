//! The credential of a service that asks for verdicts.

use serde::Serialize;

use crate::{
    feed::Known,
    id::VerifierId,
    input::{Fields, Invalid, Json, read},
    instant::Instant,
    key::{Effect, PreviousToken, RotateRequest},
    member::Actor,
    name::Name,
    record::{Standing, VerifierRecord},
    token::Hint,
    version::Version,
};

/// A verifier, as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verifier {
    /// The verifier.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^ver_[0-9A-Za-z]{22}$", example = "ver_4fK9wQm2ZtR7xB1nC8dE0a"))]
    pub id: VerifierId,
    /// Counts its changes.
    pub version: Version,
    /// Which service it is for.
    pub name: Name,
    /// What may be shown of its token.
    pub hint: Hint,
    /// The token before this one, while it is still good.
    pub previous_token: Option<PreviousToken>,
    /// When it was made.
    pub created_at: Instant,
    /// By whom.
    pub created_by: Actor,
    /// When it last asked about a token that might have been a key's; a minute late,
    /// and not a part of any version.
    pub last_used_at: Option<Instant>,
    /// When it was removed; a removed verifier gets no verdicts.
    pub removed_at: Option<Instant>,
}

impl Verifier {
    /// Takes it out of service. Removing twice changes nothing; whether
    /// anything changed is the answer.
    pub fn remove(&mut self, now: Instant) -> bool {
        if self.removed_at.is_some() {
            return false;
        }
        self.removed_at = Some(now);
        self.previous_token = None;
        self.version = self.version.next();
        true
    }

    /// Gives it a new token, which shows as `hint`. The one of now ends at the
    /// instant that is the answer; one that was in its grace until now is over.
    /// Whether a token ends now is the other answer.
    pub fn rotate(
        &mut self,
        request: &RotateRequest,
        hint: Hint,
        now: Instant,
    ) -> (Instant, Effect) {
        let ends_at = now.plus_millis(request.grace_seconds.saturating_mul(1_000));
        let effect = match self.previous_token {
            None if ends_at > now => Effect::Kept,
            _ => Effect::Narrowed,
        };
        let hint = core::mem::replace(&mut self.hint, hint);
        self.previous_token = (ends_at > now).then_some(PreviousToken { hint, ends_at });
        self.version = self.version.next();
        (ends_at, effect)
    }

    /// Ends the previous token now. Whether there was one is the answer.
    pub fn end_previous(&mut self) -> bool {
        let ended = self.previous_token.take().is_some();
        if ended {
            self.version = self.version.next();
        }
        ended
    }

    /// What the feeds are told of one of its tokens, which ends at `token_ends_at`.
    /// One that is over is as good as removed: it never comes back.
    #[must_use]
    pub fn known(&self, token_ends_at: Option<Instant>, now: Instant) -> Known {
        let standing = match (self.removed_at, token_ends_at) {
            (None, None) => Standing::Active,
            (None, Some(end)) if now < end => Standing::Active,
            _ => Standing::Revoked,
        };
        Known {
            version: self.version,
            standing,
        }
    }

    /// The part that the verifying side needs of that token.
    #[must_use]
    pub fn record(&self, token_ends_at: Option<Instant>, now: Instant) -> VerifierRecord {
        let Known { version, standing } = self.known(token_ends_at, now);
        VerifierRecord {
            verifier: self.id,
            version,
            standing,
            name: self.name.clone(),
            token_ends_at,
        }
    }
}

/// A verifier as it is asked for: `POST /v1/verifiers`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CreateVerifier))]
pub struct VerifierDraft {
    /// Which service it is for.
    pub name: Name,
}

impl VerifierDraft {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let name = fields.required("name", read::name);
        fields.finish(name.map(|name| Self { name }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::testing::Seeded;

    const HOUR: i64 = 3_600_000;

    fn at(millis: i64) -> Instant {
        Instant::from_millis(millis).unwrap()
    }

    fn hint(text: &str) -> Hint {
        Hint::from_stored(text.to_owned())
    }

    fn verifier() -> Verifier {
        Verifier {
            id: VerifierId::mint(&mut Seeded::new(1)).unwrap(),
            version: Version::FIRST,
            name: Name::parse("Gateway").unwrap(),
            hint: hint("first"),
            previous_token: None,
            created_at: at(0),
            created_by: Actor::root(),
            last_used_at: None,
            removed_at: None,
        }
    }

    fn grace(hours: i64) -> RotateRequest {
        RotateRequest {
            grace_seconds: hours * 3_600,
            reason: None,
        }
    }

    #[test]
    fn promise_5_a_token_that_is_over_is_as_good_as_removed_at_every_later_instant() {
        let mut verifier = verifier();
        let (end, effect) = verifier.rotate(&grace(1), hint("second"), at(0));
        assert_eq!((end, effect), (at(HOUR), Effect::Kept));
        let standing = |verifier: &Verifier, end, now| verifier.known(end, now).standing;
        for (now, wanted) in [
            (0, Standing::Active),
            (HOUR - 1, Standing::Active),
            (HOUR, Standing::Revoked),
            (9 * HOUR, Standing::Revoked),
        ] {
            assert_eq!(standing(&verifier, Some(end), at(now)), wanted, "{now}");
            assert_eq!(
                verifier.record(Some(end), at(now)).is_good(at(now)),
                wanted == Standing::Active
            );
            assert_eq!(standing(&verifier, None, at(now)), Standing::Active);
        }
        // Also for a reader of a record that was written before the end.
        assert!(!verifier.record(Some(end), at(0)).is_good(end));
        assert!(verifier.remove(at(1)));
        for end in [None, Some(end)] {
            assert_eq!(standing(&verifier, end, at(1)), Standing::Revoked);
        }
    }

    #[test]
    fn a_verifier_has_two_tokens_at_most() {
        let mut verifier = verifier();
        let _ = verifier.rotate(&grace(2), hint("second"), at(0));
        let (end, effect) = verifier.rotate(&grace(1), hint("third"), at(5));
        assert_eq!((end, effect), (at(HOUR + 5), Effect::Narrowed));
        let shown = verifier.previous_token.clone().unwrap();
        assert_eq!((shown.hint, shown.ends_at), (hint("second"), end));
        assert!(verifier.end_previous() && !verifier.end_previous());
        assert_eq!(verifier.version.get(), 4);
        let (end, effect) = verifier.rotate(&RotateRequest::default(), hint("last"), at(7));
        assert_eq!(
            (end, effect, verifier.previous_token),
            (at(7), Effect::Narrowed, None)
        );
    }
}
