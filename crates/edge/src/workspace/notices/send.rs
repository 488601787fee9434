//! From the rows to receivers, in the background.

use std::rc::Rc;

use js_sys::{Array, Promise, Reflect, futures::JsFuture};
use keyway_core::{
    contact::Email,
    entropy::Entropy,
    instant::Instant,
    notice::{self, Answer, EndpointSecret, Fate, Route},
    problem::Problem,
    settings::Link,
    webhook::{self, WebhookUrl},
};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use worker::Env;

use super::{raise, watch};
use crate::{
    clock, config, guard,
    ledger::{Fault, Ledger, values},
    log,
    random::Platform,
    workspace::{Workspace, outbox},
};

/// Deliveries that one alarm takes up. How many are under way at once is settled by
/// `lanes`: the platform has six connections for an alarm, and the store and the feeds
/// need theirs.
const EACH: u32 = 50;

/// A delivery that has not settled by then is made again, in milliseconds. Longer
/// than a receiver may take.
const CLAIM: i64 = 20_000;

/// An endpoint that failed rests, for so long at most.
const REST: i64 = 60_000;

/// How long what was told is kept: the schedule of attempts is over long before.
const KEPT: i64 = 30 * 86_400_000;

#[wasm_bindgen(module = "/src/notices.js")]
extern "C" {
    fn post(url: &str, id: &str, timestamp: &str, signature: &str, body: &str) -> Promise;

    fn mail(
        binding: &JsValue,
        from: &str,
        to: &str,
        subject: &str,
        text: &str,
        html: &str,
    ) -> Promise;
}

/// A delivery that is claimed.
struct Claimed {
    number: i64,
    attempts: i64,
    message: String,
    /// It goes to this one, or else to the address.
    endpoint: Option<String>,
    address: Option<String>,
    was_contact: bool,
    until: Instant,
}

/// What there is to do for a delivery.
enum Task {
    /// A promise of JavaScript's, under way.
    Sent(Promise),
    /// It is not sent, for that reason.
    Not(&'static str),
}

impl Workspace {
    /// Finds out what time has brought about, and begins what is due.
    pub(in crate::workspace) fn notify(&self, ledger: &Ledger) -> Result<(), Problem> {
        let now = clock::now();
        let looked = watch::look(ledger, config::sender(&self.env).is_some(), now);
        // What is not sent after all keeps no hand busy, and there may be thousands.
        for _ in 0..EACH {
            let Some(claimed) = claim(ledger, now)? else {
                break;
            };
            self.begin_telling(ledger, claimed, now)?;
        }
        trim(ledger, now)?;
        // What is wrong there must not hold up what is written already.
        looked
    }

    fn begin_telling(
        &self,
        ledger: &Ledger,
        claimed: Claimed,
        now: Instant,
    ) -> Result<(), Problem> {
        // What cannot be read is not claimed again and again.
        let task = self.prepare(ledger, &claimed, now);
        let promise = match task.unwrap_or(Task::Not("unreadable")) {
            Task::Sent(promise) => promise,
            Task::Not(why) => return Ok(end(ledger, &claimed, "failed", None, Some(why))?),
        };
        let state = Rc::clone(&self.state);
        guard::outliving(&self.state, async move {
            let answered = JsFuture::from(promise).await;
            // What goes wrong here is logged where it does, and made good when the
            // claim runs out.
            let ledger = Ledger::open(&state);
            if ledger
                .commit(&mut || Ok(settle(&ledger, &claimed, answered.as_ref().ok())?))
                .is_ok()
            {
                let _ = outbox::arm_for_the_rest(&state).await;
            }
        });
        Ok(())
    }

    /// Begins an attempt, if there is still one to make.
    fn prepare(&self, ledger: &Ledger, claimed: &Claimed, now: Instant) -> Result<Task, Fault> {
        let body = ledger.first(
            "SELECT body FROM messages WHERE id = ?",
            values().text(&claimed.message),
            |row| Ok(row.text()),
        )?;
        let body = body.ok_or_else(|| Fault::column("deliveries.message"))?;
        match (&claimed.endpoint, &claimed.address) {
            (Some(id), _) => webhook(ledger, &self.env, id, &claimed.message, &body, now),
            (None, Some(to)) => letter(ledger, &self.env, to, claimed.was_contact, &body, now),
            (None, None) => Err(Fault::column("deliveries.address")),
        }
    }
}

/// Takes the delivery that could have begun for longest. Looking and taking are one
/// statement. While it is claimed it is not due.
fn claim(ledger: &Ledger, now: Instant) -> Result<Option<Claimed>, Fault> {
    let until = now.plus_millis(CLAIM);
    ledger.first(
        "UPDATE deliveries SET attempts = attempts + 1, tried_at = ?1, due_at = ?2, \
            claimed_until = ?2 \
         WHERE number = (SELECT number FROM lanes WHERE at <= ?1 ORDER BY at LIMIT 1) \
         RETURNING number, attempts, message, endpoint, address, contact",
        values().instant(now).instant(until),
        |row| {
            Ok(Claimed {
                number: row.integer(),
                attempts: row.integer(),
                message: row.text(),
                endpoint: row.optional_text(),
                address: row.optional_text(),
                was_contact: row.integer() != 0,
                until,
            })
        },
    )
}

/// Begins an attempt at an endpoint, if that is still there and may be sent to.
fn webhook(
    ledger: &Ledger,
    env: &Env,
    id: &str,
    message: &str,
    body: &str,
    now: Instant,
) -> Result<Task, Fault> {
    let endpoint = ledger.first(
        "SELECT url, secret, iif(previous_until > ?2, previous_secret, NULL), disabled_at \
         FROM endpoints WHERE id = ?1",
        values().text(id).instant(now),
        |row| {
            Ok((
                row.text(),
                row.bytes(),
                row.optional_bytes(),
                row.optional_instant(),
            ))
        },
    )?;
    let Some((url, secret, previous, disabled)) = endpoint else {
        return Ok(Task::Not("removed"));
    };
    if disabled.is_some() {
        return Ok(Task::Not("disabled"));
    }
    // Once more: it may have been written by a version that knew less, and the page may
    // have moved to where it leads.
    let own = config::page(env).ok().flatten();
    let own = own
        .as_ref()
        .and_then(|page| webhook::host_of(page.as_str()));
    let good = WebhookUrl::parse(&url).is_ok_and(|url| Some(url.host()) != own);
    if !good {
        return Ok(Task::Not("not_public"));
    }
    let mut secrets = Vec::new();
    for secret in core::iter::once(secret).chain(previous) {
        let secret = EndpointSecret::from_stored(secret);
        secrets.push(secret.ok_or_else(|| Fault::column("endpoints.secret"))?);
    }
    let signed = notice::sign(&secrets, message, body, now);
    Ok(Task::Sent(post(
        &url,
        message,
        &signed.timestamp,
        &signed.signature,
        body,
    )))
}

fn letter(
    ledger: &Ledger,
    env: &Env,
    to: &str,
    was_contact: bool,
    body: &str,
    now: Instant,
) -> Result<Task, Fault> {
    let (Some(from), Ok(binding)) = (
        config::sender(env),
        Reflect::get(env, &config::EMAIL.into()),
    ) else {
        return Ok(Task::Not("no_email"));
    };
    if !raise::is_reader(ledger, body, to, was_contact)? {
        return Ok(Task::Not("not_theirs"));
    }
    let page = config::page(env).ok().flatten();
    let page = page.as_ref().map(Link::as_str);
    Ok(match notice::letter(body, page, now) {
        None => Task::Not("overtaken"),
        Some(letter) => Task::Sent(mail(
            &binding,
            Email::as_str(&from),
            to,
            &letter.subject,
            &letter.text,
            &letter.html,
        )),
    })
}

/// Notes how an attempt ended.
fn settle(ledger: &Ledger, claimed: &Claimed, answered: Option<&JsValue>) -> Result<(), Fault> {
    let now = clock::now();
    let answered: Option<&Array> = answered.and_then(|answered| answered.dyn_ref());
    let number = |at| {
        answered
            .and_then(|array| array.get(at).as_f64())
            .unwrap_or(0.0)
    };
    let status = number(0) as u16;
    let answer = Answer {
        status: (status > 1).then_some(status),
        retry_after: Some(number(1) as i64),
    };
    let endpoint = claimed.endpoint.as_deref();
    let (lost, route) = match endpoint {
        Some(_) => ("network", Route::Webhook),
        None => ("refused", Route::Letter),
    };
    let why = match status {
        1 => Some("timeout"),
        0 => Some(lost),
        _ => None,
    };
    // What an e-mail binding answered is no status of HTTP.
    let shown = endpoint.and(answer.status);
    let mut jitter = [0_u8; 1];
    // Without randomness all wait equally long, which is no harm.
    let _ = Platform.fill(&mut jitter);
    let disable = |why: &str| match endpoint {
        None => Ok(()),
        Some(id) => ledger.run(
            "UPDATE endpoints SET disabled_at = ?2, disabled_why = ?3 \
             WHERE id = ?1 AND disabled_at IS NULL AND (?3 = 'gone' OR coalesce(delivered_at, 0) \
                < (SELECT at FROM messages WHERE id = ?4))",
            values()
                .text(id)
                .instant(now)
                .text(why)
                .text(&claimed.message),
        ),
    };
    match answer.fate(route, claimed.attempts, jitter[0], now) {
        Fate::Delivered => {
            if let Some(id) = endpoint {
                ledger.run(
                    "UPDATE endpoints SET delivered_at = ?2, rests_until = NULL WHERE id = ?1",
                    values().text(id).instant(now),
                )?;
            }
            end(ledger, claimed, "delivered", shown, None)?;
        }
        Fate::Gone => {
            disable("gone")?;
            end(ledger, claimed, "failed", shown, why)?;
        }
        Fate::GivenUp => {
            log::anomaly("notices", "a delivery was given up");
            disable("failing")?;
            end(ledger, claimed, "failed", shown, why)?;
        }
        Fate::Again(at) => {
            ledger.run(
                "UPDATE deliveries SET due_at = ?3, claimed_until = NULL, status = ?4, why = ?5 \
                 WHERE number = ?1 AND claimed_until = ?2",
                values()
                    .number(claimed.number)
                    .instant(claimed.until)
                    .instant(at)
                    .optional_number(shown.map(i64::from))
                    .optional_text(why),
            )?;
            if let Some(id) = endpoint {
                ledger.run(
                    "UPDATE endpoints SET rests_until = max(coalesce(rests_until, 0), ?2) \
                     WHERE id = ?1",
                    values().text(id).instant(at.min(now.plus_millis(REST))),
                )?;
            }
        }
    }
    Ok(())
}

/// It is not tried again.
fn end(
    ledger: &Ledger,
    claimed: &Claimed,
    outcome: &str,
    status: Option<u16>,
    why: Option<&str>,
) -> Result<(), Fault> {
    ledger.run(
        "UPDATE deliveries SET due_at = NULL, claimed_until = NULL, outcome = ?3, status = ?4, \
            why = ?5 \
         WHERE number = ?1 AND claimed_until = ?2",
        values()
            .number(claimed.number)
            .instant(claimed.until)
            .text(outcome)
            .optional_number(status.map(i64::from))
            .optional_text(why),
    )?;
    // The last word of a deleted key.
    match &claimed.endpoint {
        None => Ok(()),
        Some(id) => ledger.run(
            "DELETE FROM endpoints WHERE id = ? \
                AND key IN (SELECT id FROM keys WHERE id = endpoints.key AND deleted_at IS NOT NULL) \
                AND NOT EXISTS (SELECT 1 FROM deliveries \
                    WHERE endpoint = endpoints.id AND due_at IS NOT NULL)",
            values().text(id),
        ),
    }
}

/// Forgets secrets whose time is over, and what was told long ago, a little at a time.
fn trim(ledger: &Ledger, now: Instant) -> Result<(), Fault> {
    const OLD: &str =
        "(SELECT id FROM (SELECT id, at FROM messages ORDER BY rowid LIMIT 20) WHERE at < ?)";
    for start in [
        "DELETE FROM deliveries WHERE message IN ",
        "DELETE FROM messages WHERE id IN ",
    ] {
        let mut statement = start.to_owned();
        statement.push_str(OLD);
        ledger.run(&statement, values().instant(now.plus_millis(-KEPT)))?;
    }
    ledger.run(
        "UPDATE endpoints SET previous_secret = NULL, previous_until = NULL \
         WHERE previous_until <= ?",
        values().instant(now),
    )
}
