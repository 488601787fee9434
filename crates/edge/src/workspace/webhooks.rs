//! `/v1/webhooks` and `/v1/deliveries`: where webhooks go, and what became of them.

use keyway_core::{
    api::{ChangedWebhook, OneDelivery, Page},
    audit::Event,
    digest::TokenHash,
    endpoint::{
        self, Delivery, DeliveryList, Endpoint, EndpointDraft, EndpointEdit, Events, MAX_ENDPOINTS,
        SecretRequest,
    },
    id::{DeliveryId, EndpointId, KeyId},
    input::{Json, query},
    notice::EndpointSecret,
    problem::{Code, Problem},
    secret::Secret,
    text::Text,
    webhook::WebhookUrl,
};

use super::{
    Call,
    audit::{self, Search},
    authority::Caller,
    idempotency::Request,
    keys::tokens,
    notices,
};
use crate::{
    http::respond,
    ledger::{Fault, Ledger, Row, Values, values},
    platform::Response,
    random::Platform,
    route::Manage,
};

/// All that can be done about them.
pub(super) fn answer(
    ledger: &Ledger,
    caller: &Caller,
    route: &Manage,
    call: &Call,
) -> Result<Response, Problem> {
    match route {
        Manage::ListWebhooks => return list(ledger, call),
        Manage::ListDeliveries => return deliveries(ledger, call),
        _ => query::nothing(&call.query)?,
    }
    let mut secret = None;
    let mut answered = None;
    let mut delivery = None;
    ledger.commit(&mut || {
        match route {
            Manage::CreateWebhook => {
                let (made, shown) = create(ledger, caller, call)?;
                answered = Some(made);
                secret = Some(shown);
            }
            Manage::ReadWebhook(id) => answered = Some(find(ledger, *id)?),
            Manage::EditWebhook(id) => answered = Some(edit(ledger, caller, *id, call)?),
            Manage::RotateWebhook(id) => {
                let (changed, shown) = rotate(ledger, caller, *id, call)?;
                answered = Some(changed);
                secret = shown;
            }
            Manage::TestWebhook(id) => delivery = Some(test(ledger, caller, *id, call)?),
            Manage::ResendDelivery(id) => delivery = Some(resend(ledger, caller, *id, call)?),
            Manage::RemoveWebhook(id) => remove(ledger, caller, *id, call)?,
            _ => return Err(Problem::internal()),
        }
        Ok(())
    })?;
    match (answered, delivery) {
        (Some(webhook), _) => {
            let status = match route {
                Manage::CreateWebhook => 201,
                _ => 200,
            };
            let secret = secret.as_ref().map(Secret::reveal);
            respond::json(status, &ChangedWebhook { webhook, secret })
        }
        (None, Some(delivery)) => respond::json(202, &OneDelivery { delivery }),
        (None, None) => respond::empty(&[]),
    }
}

fn list(ledger: &Ledger, call: &Call) -> Result<Response, Problem> {
    let of = endpoint::key_asked(&call.query)?.map(|id| id.to_string());
    let items = select(
        ledger,
        "key IS ? ORDER BY created_at DESC, id DESC",
        values().optional_text(of.as_deref()),
    )?;
    respond::json(
        200,
        &Page {
            items,
            next_cursor: None,
        },
    )
}

fn create(ledger: &Ledger, caller: &Caller, call: &Call) -> Result<(Endpoint, Secret), Problem> {
    let draft = EndpointDraft::read(&Json::parse(&call.body)?)?;
    call.refuse_own(Some(&draft.url), "url")?;
    let secret = EndpointSecret::mint(&mut Platform).map_err(tokens::dry)?;
    let count = ledger.first(
        "SELECT count(*) FROM endpoints WHERE key IS NULL",
        values(),
        |row| Ok(row.integer()),
    )?;
    if count.is_none_or(|count| count >= MAX_ENDPOINTS) {
        return Err(Problem::new(
            Code::TooManyWebhooks,
            "A workspace has at most 20 webhooks. Remove one that is not needed any more.",
        ));
    }
    let id = EndpointId::mint(&mut Platform).map_err(tokens::dry)?;
    ledger.run(
        "INSERT INTO endpoints (id, url, description, events, secret, created_at) \
         VALUES (?, ?, ?, ?, ?, ?)",
        values()
            .text(&id.to_string())
            .text(draft.url.as_str())
            .optional_text(draft.description.as_ref().map(Text::as_str))
            .text(draft.events.as_str())
            .blob(secret.as_bytes())
            .instant(call.now),
    )?;
    let made = find(ledger, id)?;
    note(
        ledger,
        caller,
        call,
        Event::WebhookCreated,
        None,
        Some(&made),
    )?;
    Ok((made, secret.shown()))
}

fn edit(
    ledger: &Ledger,
    caller: &Caller,
    id: EndpointId,
    call: &Call,
) -> Result<Endpoint, Problem> {
    let edit = EndpointEdit::read(&Json::parse(&call.body)?)?;
    call.refuse_own(edit.url.as_ref(), "url")?;
    let before = find(ledger, id)?;
    let mut after = before.clone();
    after.apply(edit, call.now)?;
    if after != before {
        ledger.run(
            "UPDATE endpoints SET url = ?2, description = ?3, events = ?4, disabled_at = ?5, \
                disabled_why = ?6, rests_until = NULL WHERE id = ?1",
            values()
                .text(&id.to_string())
                .text(after.url.as_str())
                .optional_text(after.description.as_ref().map(Text::as_str))
                .text(after.events.as_str())
                .optional_instant(after.disabled_at)
                .optional_text(after.disabled_why.as_deref()),
        )?;
        let event = Event::WebhookUpdated;
        note(ledger, caller, call, event, Some(&before), Some(&after))?;
    }
    Ok(after)
}

fn rotate(
    ledger: &Ledger,
    caller: &Caller,
    id: EndpointId,
    call: &Call,
) -> Result<(Endpoint, Option<Secret>), Problem> {
    let request = if call.body.is_empty() {
        SecretRequest::default()
    } else {
        SecretRequest::read(&Json::parse(&call.body)?)?
    };
    // What is asked for twice is another thing with another endpoint.
    let what = [call.path.as_bytes(), b" ", &call.body].concat();
    let repeatable = Request::of(caller, call, &what);
    let before = find(ledger, id)?;
    if let Some(repeatable) = &repeatable
        && let Some(made) = repeatable.result(ledger)?
    {
        // Until there is another, which somebody else may have made.
        let now = ledger.first(
            "SELECT secret FROM endpoints WHERE id = ?",
            values().text(&id.to_string()),
            |row| Ok(row.bytes()),
        )?;
        let same = now.filter(|secret| fingerprint(secret) == made);
        let same = same.and_then(EndpointSecret::from_stored);
        return Ok((before, same.map(|secret| secret.shown())));
    }
    let secret = EndpointSecret::mint(&mut Platform).map_err(tokens::dry)?;
    if let Some(repeatable) = repeatable {
        repeatable.note(ledger, &fingerprint(secret.as_bytes()))?;
    }
    ledger.run(
        "UPDATE endpoints SET previous_secret = iif(?4 > ?3, secret, NULL), \
            previous_until = nullif(?4, ?3), secret = ?2 \
         WHERE id = ?1",
        values()
            .text(&id.to_string())
            .blob(secret.as_bytes())
            .instant(call.now)
            .instant(call.now.plus_millis(request.grace_seconds * 1_000)),
    )?;
    let after = find(ledger, id)?;
    let event = Event::WebhookRotated;
    note(ledger, caller, call, event, Some(&before), Some(&after))?;
    Ok((after, Some(secret.shown())))
}

/// By which a secret is known again.
fn fingerprint(secret: &[u8]) -> String {
    hex::encode(TokenHash::of_bytes(secret).as_bytes())
}

/// What was on its way there is not tried again. The log stays.
fn remove(ledger: &Ledger, caller: &Caller, id: EndpointId, call: &Call) -> Result<(), Problem> {
    let before = find(ledger, id)?;
    before.is_the_workspaces()?;
    let it = || values().text(&id.to_string());
    ledger.run("DELETE FROM endpoints WHERE id = ?", it())?;
    ledger.run(
        "UPDATE deliveries SET due_at = NULL, claimed_until = NULL, outcome = 'failed', \
            why = 'removed' \
         WHERE endpoint = ? AND outcome IS NULL",
        it(),
    )?;
    note(
        ledger,
        caller,
        call,
        Event::WebhookRemoved,
        Some(&before),
        None,
    )
}

/// One message for this endpoint alone, whatever it asked for.
fn test(
    ledger: &Ledger,
    caller: &Caller,
    id: EndpointId,
    call: &Call,
) -> Result<Delivery, Problem> {
    let endpoint = roused(ledger, id)?;
    let key = endpoint.key.map(|key| key.to_string());
    let body = endpoint.trial(&caller.actor, call.now);
    let message = notices::note(ledger, "webhook.test", call.now, key.as_deref(), &body)?;
    let to = id.to_string();
    let delivery = notices::deliver(ledger, &message, call.now, Some(&to), None, false)?;
    let (event, same) = (Event::WebhookTested, Some(&endpoint));
    note(ledger, caller, call, event, same, same)?;
    delivered(ledger, &delivery)
}

/// An endpoint of which somebody wants to see at once whether it takes something.
#[inline(never)]
fn roused(ledger: &Ledger, id: EndpointId) -> Result<Endpoint, Problem> {
    let endpoint = find(ledger, id)?;
    endpoint.is_on()?;
    ledger.run(
        "UPDATE endpoints SET rests_until = NULL WHERE id = ?",
        values().text(&id.to_string()),
    )?;
    Ok(endpoint)
}

/// Due now and tried as often as a new one, under the message's own id.
fn resend(
    ledger: &Ledger,
    caller: &Caller,
    id: DeliveryId,
    call: &Call,
) -> Result<Delivery, Problem> {
    let id = id.to_string();
    let before = delivered(ledger, &id)?;
    if let Some(endpoint) = &before.webhook {
        let endpoint = EndpointId::parse(endpoint);
        let endpoint = endpoint.map_err(|_| Fault::column("deliveries.endpoint"))?;
        roused(ledger, endpoint)?;
    }
    ledger.run(
        "UPDATE deliveries SET attempts = 0, due_at = ?2, claimed_until = NULL, outcome = NULL, \
            status = NULL, why = NULL \
         WHERE id = ?1",
        values().text(&id).instant(call.now),
    )?;
    let after = delivered(ledger, &id)?;
    let (was, is) = (audit::shown(&before)?, audit::shown(&after)?);
    let (was, is, event) = (Some(&*was), Some(&*is), Event::DeliveryResent);
    audit::note_change(ledger, caller, call, event, "", was, is, None)?;
    Ok(after)
}

fn deliveries(ledger: &Ledger, call: &Call) -> Result<Response, Problem> {
    let list = DeliveryList::parse(&call.query)?;
    let mut search = Search {
        statement: String::from(DELIVERIES),
        bindings: values(),
    };
    search.and("d.number > ?", Some("0".to_owned()));
    search.and(" AND d.endpoint = ?", list.webhook.map(|id| id.to_string()));
    search.and(" AND m.key = ?", list.key.map(|id| id.to_string()));
    match list.outcome {
        // In the words of the index that has just these.
        Some("failed") => search.statement.push_str(" AND d.outcome = 'failed'"),
        outcome => search.and(
            " AND coalesce(d.outcome, 'pending') = ?",
            outcome.map(str::to_owned),
        ),
    }
    let after = list.after.map(|number| number.to_string());
    search.and(" AND d.number < ?", after);
    search.statement.push_str(" ORDER BY d.number DESC LIMIT ");
    // One more than asked for tells whether there is another page.
    search.statement.push_str(&(list.limit + 1).to_string());
    let mut found = ledger.all(&search.statement, search.bindings, delivery)?;
    let limit = usize::try_from(list.limit).unwrap_or_default();
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more);
    let next_cursor = next.map(|(number, _)| number.to_string());
    let items = found.into_iter().map(|(_, delivery)| delivery).collect();
    respond::json(200, &Page { items, next_cursor })
}

/// The columns that [`delivery`] reads.
const DELIVERIES: &str = "SELECT d.number, d.id, m.id, m.event, m.key, d.endpoint, d.address, m.at, \
        d.attempts, d.tried_at, d.due_at, coalesce(d.outcome, 'pending'), d.status, d.why \
    FROM deliveries d JOIN messages m ON m.id = d.message WHERE ";

fn delivered(ledger: &Ledger, id: &str) -> Result<Delivery, Problem> {
    let mut statement = String::from(DELIVERIES);
    statement.push_str("d.id = ?");
    let found = ledger.first(&statement, values().text(id), delivery)?;
    found.map(|(_, delivery)| delivery).ok_or_else(|| {
        Problem::new(
            Code::DeliveryNotFound,
            "There is no delivery of this id. Each is kept for a month.",
        )
    })
}

#[inline(never)]
fn delivery(row: &mut Row) -> Result<(i64, Delivery), Fault> {
    let number = row.integer();
    let delivery = Delivery {
        id: row.text(),
        message: row.text(),
        event: row.text(),
        key: row.optional_text(),
        webhook: row.optional_text(),
        address: row.optional_text(),
        created_at: row.instant(),
        attempts: row.integer(),
        tried_at: row.optional_instant(),
        next_attempt_at: row.optional_instant(),
        outcome: row.text(),
        status: row.optional_integer(),
        why: row.optional_text(),
    };
    Ok((number, delivery))
}

fn find(ledger: &Ledger, id: EndpointId) -> Result<Endpoint, Problem> {
    let found = select(ledger, "id = ?", values().text(&id.to_string()))?;
    found.into_iter().next().ok_or_else(|| {
        Problem::new(
            Code::WebhookNotFound,
            "There is no webhook of this id, or it was removed.",
        )
    })
}

fn select(ledger: &Ledger, which: &str, values: Values) -> Result<Vec<Endpoint>, Fault> {
    let mut statement = String::from(
        "SELECT id, key, url, description, events, disabled_at, disabled_why, previous_until, \
            created_at, delivered_at, \
            (SELECT count(*) FROM (SELECT outcome, status, why FROM deliveries \
                WHERE endpoint = endpoints.id ORDER BY number DESC LIMIT 20) \
             WHERE coalesce(outcome, '') <> 'delivered' AND (status IS NOT NULL OR why IS NOT NULL)) \
         FROM endpoints WHERE ",
    );
    statement.push_str(which);
    ledger.all(&statement, values, read)
}

#[inline(never)]
fn read(row: &mut Row) -> Result<Endpoint, Fault> {
    let unreadable = || Fault::column("of a webhook");
    let id = EndpointId::parse(&row.text()).map_err(|_| unreadable())?;
    let key = row
        .optional_text()
        .map(|key| KeyId::parse(&key))
        .transpose();
    let url = WebhookUrl::parse(&row.text()).map_err(|_| unreadable())?;
    let description = match row.optional_text() {
        None => None,
        Some(text) => Text::parse(&text).map_err(|_| unreadable())?,
    };
    let events = Events::from_stored(row.text());
    let disabled_at = row.optional_instant();
    Ok(Endpoint {
        id,
        key: key.map_err(|_| unreadable())?,
        url,
        description,
        events,
        active: disabled_at.is_none(),
        disabled_at,
        disabled_why: row.optional_text(),
        previous_secret_ends_at: row.optional_instant(),
        created_at: row.instant(),
        delivered_at: row.optional_instant(),
        recent_failures: row.integer(),
    })
}

/// In the log. The secret is no part of what is answered of an endpoint.
fn note(
    ledger: &Ledger,
    caller: &Caller,
    call: &Call,
    event: Event,
    before: Option<&Endpoint>,
    after: Option<&Endpoint>,
) -> Result<(), Problem> {
    let json = |endpoint: Option<&Endpoint>| endpoint.map(audit::shown).transpose();
    let (before, after) = (json(before)?, json(after)?);
    let (before, after) = (before.as_deref(), after.as_deref());
    audit::note_change(ledger, caller, call, event, "", before, after, None)
}
