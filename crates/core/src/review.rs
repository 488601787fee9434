//! Reviews of keys: that somebody went through those that nobody uses.

use serde::Serialize;

use crate::{
    input::{Fields, Invalid, Json, read},
    instant::Instant,
    member::Actor,
    problem::Code,
};

/// More keys than a review is about.
const MOST: u32 = 1_000_000;

/// A review that was finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Review {
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: Actor,
    /// Keys that stay as they are.
    pub kept: u32,
    /// Keys that were blocked.
    pub blocked: u32,
    /// Keys that were revoked.
    pub revoked: u32,
}

/// What was decided in a review: `POST /v1/reviews`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = NoteReview))]
pub struct ReviewDraft {
    /// Keys that stay as they are.
    #[cfg_attr(feature = "openapi", schema(maximum = 1_000_000))]
    pub kept: u32,
    /// Keys that were blocked.
    #[cfg_attr(feature = "openapi", schema(maximum = 1_000_000))]
    pub blocked: u32,
    /// Keys that were revoked.
    #[cfg_attr(feature = "openapi", schema(maximum = 1_000_000))]
    pub revoked: u32,
}

impl ReviewDraft {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let mut number = |name| fields.required(name, keys as Read).unwrap_or_default();
        // What is missing or wrong counts for none here, and is refused below.
        let draft = Self {
            kept: number("kept"),
            blocked: number("blocked"),
            revoked: number("revoked"),
        };
        fields.finish(Some(draft))
    }

    /// The review, finished `at` by this member.
    #[must_use]
    pub fn finished(self, at: Instant, by: Actor) -> Review {
        let Self {
            kept,
            blocked,
            revoked,
        } = self;
        Review {
            at,
            by,
            kept,
            blocked,
            revoked,
        }
    }
}

/// By a pointer, so that there is one copy of what reads a member, and not three.
type Read = fn(&Json<'_>) -> Result<u32, Invalid>;

fn keys(value: &Json<'_>) -> Result<u32, Invalid> {
    let keys = u32::try_from(read::whole(value)?);
    keys.ok().filter(|keys| *keys <= MOST).ok_or_else(|| {
        Invalid::one(
            Code::InvalidCount,
            "This is a number of keys, from 0 to 1000000.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;

    fn draft(body: &str) -> Result<ReviewDraft, Problem> {
        let body = Json::parse(body.as_bytes())?;
        Ok(ReviewDraft::read(&body)?)
    }

    #[test]
    fn a_review_counts_what_was_decided() {
        let read = draft(r#"{"kept":0,"blocked":1000000,"revoked":2}"#).unwrap();
        let wanted = ReviewDraft {
            kept: 0,
            blocked: 1_000_000,
            revoked: 2,
        };
        assert_eq!(read, wanted);
        let review = read.finished(Instant::EPOCH, Actor::root());
        assert_eq!(
            serde_json::to_value(&review).unwrap(),
            serde_json::json!({
                "at": "1970-01-01T00:00:00Z",
                "by": { "id": "mem_0000000000000000000000", "name": "Root" },
                "kept": 0,
                "blocked": 1_000_000,
                "revoked": 2,
            })
        );
    }

    #[test]
    fn each_number_that_is_none_is_named_where_it_is() {
        for (body, wanted) in [
            (
                r#"{"kept":-1,"blocked":1000001,"revoked":1.5,"id":1}"#,
                &[
                    ("/kept", "invalid_count"),
                    ("/blocked", "invalid_count"),
                    ("/revoked", "wrong_type"),
                    ("/id", "unknown_field"),
                ][..],
            ),
            (
                r#"{"kept":5000000000,"blocked":"1"}"#,
                &[
                    ("/kept", "invalid_count"),
                    ("/blocked", "wrong_type"),
                    ("/revoked", "field_missing"),
                ],
            ),
        ] {
            let problem = draft(body).unwrap_err();
            let found: Vec<_> = problem
                .errors()
                .iter()
                .map(|error| (error.pointer.as_str(), error.code.as_str()))
                .collect();
            assert_eq!(found, wanted, "{body}");
        }
    }
}
