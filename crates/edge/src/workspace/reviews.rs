//! `/v1/reviews`: when somebody last went through the keys that nobody uses.

use keyway_core::{
    api::{OneReview, Page},
    audit::Event,
    input::{Json, query},
    problem::Problem,
    review::{Review, ReviewDraft},
};

use super::{Call, audit, authority::Caller, keys};
use crate::{
    http::respond,
    ledger::{Fault, Ledger, Row, values},
    platform::Response,
};

/// `POST /v1/reviews`
pub(super) fn note(ledger: &Ledger, caller: &Caller, call: &Call) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let draft = ReviewDraft::read(&Json::parse(&call.body)?)?;
    let review = draft.finished(call.now, caller.actor.clone());
    let after = audit::shown(&review)?;
    ledger.commit(&mut || {
        ledger.run(
            "INSERT INTO reviews (at, reviewer, reviewer_name, kept, blocked, revoked) \
             VALUES (?, ?, ?, ?, ?, ?)",
            values()
                .instant(review.at)
                .text(&review.by.id.to_string())
                .text(review.by.name.as_str())
                .number(review.kept)
                .number(review.blocked)
                .number(review.revoked),
        )?;
        let (event, after) = (Event::ReviewFinished, Some(after.as_str()));
        audit::note_change(ledger, caller, call, event, "", None, after, None)
    })?;
    respond::json(201, &OneReview { review })
}

/// `GET /v1/reviews`: the latest.
pub(super) fn list(ledger: &Ledger, call: &Call) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let items = ledger.all(
        "SELECT at, reviewer, reviewer_name, kept, blocked, revoked FROM reviews \
         ORDER BY number DESC LIMIT 20",
        values(),
        review,
    )?;
    respond::json(
        200,
        &Page {
            items,
            next_cursor: None,
        },
    )
}

fn review(row: &mut Row) -> Result<Review, Fault> {
    let at = row.instant();
    let by = keys::actor(row.text(), row.text())?;
    let mut number = || {
        let number = u32::try_from(row.integer());
        number.map_err(|_| Fault::column("of a review"))
    };
    Ok(Review {
        at,
        by,
        kept: number()?,
        blocked: number()?,
        revoked: number()?,
    })
}
