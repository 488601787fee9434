//! What happened becomes a message, with a row for each way that it goes.

use keyway_core::{
    audit::{self, Event},
    contact::Contact,
    id::{DeliveryId, EndpointId, KeyId, MemberId, MessageId},
    instant::Instant,
    key::Key,
    notice::{self, EndpointSecret, Occasion, Payload},
    problem::Problem,
    text::Text,
};

use super::watch;
use crate::{
    ledger::{Fault, Ledger, values},
    random::Platform,
    workspace::{
        Call,
        authority::Caller,
        keys::{self, tokens},
        members, settings,
    },
};

/// Keys of an import are told to endpoints only: nobody wants a thousand letters.
const IMPORT: &str = "/v1/keys/import";

/// Of several keys at once members get one letter: [`of_keys`].
const BULK: &str = "/v1/keys/bulk";

/// What of a key its contacts want to hear of when it is changed. Anything else may
/// be changed by a program every minute.
const MATTERS: [&str; 6] = [
    "scopes",
    "accounts",
    "allowed_ips",
    "contacts",
    "not_before",
    "expires_at",
];

/// What is told, and of whom.
pub(super) struct Told<'a> {
    pub(super) payload: Payload<'a>,
    /// Of which key, if it is one.
    pub(super) key: Option<&'a Key>,
    /// The addresses of its contacts, if they are written to.
    pub(super) contacts: Vec<String>,
    /// Whether members who chose it are written to.
    pub(super) members: bool,
}

/// A change of a key. Within its transaction.
#[allow(clippy::too_many_arguments, reason = "all that is known of a change")]
pub(in crate::workspace) fn of_key(
    ledger: &Ledger,
    caller: &Caller,
    call: &Call,
    event: Event,
    before: Option<&str>,
    key: &Key,
    after: &str,
    reason: Option<&Text>,
) -> Result<(), Problem> {
    let Some(occasion) = Occasion::of(event) else {
        return Ok(());
    };
    watch::follow(ledger, occasion, key, call)?;
    let old = before.and_then(notice::webhook_of);
    let new = key.webhook_url.as_ref().map(|url| url.as_str());
    let is_deleted = occasion == Occasion::Deleted;
    if old.as_deref() != new && !is_deleted {
        follow_webhook(ledger, key.id, new, call.now)?;
    }
    let mails = call.mails && call.path != IMPORT && is_mailed(occasion, before, after);
    // Who is deleted has no contacts any more.
    let of = if is_deleted { before } else { Some(after) };
    let told = Told {
        payload: Payload {
            occasion,
            at: call.now,
            before,
            after: Some(after),
            by: Some(&caller.actor),
            reason: reason.map(Text::as_str),
        },
        key: Some(key),
        contacts: match of {
            Some(shown) if mails && call.settings(ledger)?.notices.email_contacts => {
                notice::contacts_of(shown)
            }
            _ => Vec::new(),
        },
        members: mails && call.path != BULK,
    };
    tell(ledger, told)?;
    if is_deleted && old.is_some() {
        forget(ledger, key.id)?;
    }
    Ok(())
}

/// A change of a member. Within its transaction.
pub(in crate::workspace) fn of_member(
    ledger: &Ledger,
    caller: &Caller,
    call: &Call,
    event: Event,
    before: Option<&str>,
    after: Option<&str>,
) -> Result<(), Problem> {
    let Some(occasion) = Occasion::of(event) else {
        return Ok(());
    };
    let told = Told {
        payload: Payload {
            occasion,
            at: call.now,
            before,
            after,
            by: Some(&caller.actor),
            reason: None,
        },
        key: None,
        contacts: Vec::new(),
        members: call.mails,
    };
    tell(ledger, told)
}

/// Several keys were changed in one call: each member who chose it gets one letter,
/// about those that they see.
pub(in crate::workspace) fn of_keys(
    ledger: &Ledger,
    caller: &Caller,
    call: &Call,
    event: Event,
    keys: &[Key],
    reason: Option<&Text>,
) -> Result<(), Problem> {
    let occasion = Occasion::of(event).filter(|_| call.mails && !keys.is_empty());
    let Some(occasion) = occasion else {
        return Ok(());
    };
    let payload = Payload {
        occasion,
        at: call.now,
        before: None,
        after: None,
        by: Some(&caller.actor),
        reason: reason.map(Text::as_str),
    };
    for member in members::told(ledger)? {
        let (mut seen, mut to) = (Vec::new(), None);
        for key in keys {
            if let Some(address) = notice::reader(&member, Some(caller.actor.id), Some(key)) {
                seen.push(key);
                to = Some(address);
            }
        }
        if let Some(address) = to {
            let body = payload.of_many(&seen);
            let message = note(ledger, occasion.as_str(), call.now, None, &body)?;
            deliver(ledger, &message, call.now, None, Some(address), false)?;
        }
    }
    Ok(())
}

/// Whether that address may still be told of it: a member may have lost a right
/// meanwhile, and a key its contact. What was deleted has none, and was theirs.
pub(super) fn is_reader(
    ledger: &Ledger,
    body: &str,
    address: &str,
    was_contact: bool,
) -> Result<bool, Fault> {
    let members = members::told(ledger)?;
    let mails_contacts = settings::read(ledger)?.notices.email_contacts;
    let is_told = |key: Option<&Key>| {
        members.iter().any(|member| {
            let own = notice::reader(member, None, key);
            own.is_some_and(|own| own.eq_ignore_ascii_case(address))
        })
    };
    let keys = notice::keys_of(body);
    for id in &keys {
        let key = keys::by_id(ledger, *id)?.ok_or_else(|| Fault::column("of a message"))?;
        let is_contact = match key.deleted_at {
            Some(_) => was_contact,
            None => {
                let is_same = |contact: &Contact| contact.email.as_str() == address;
                mails_contacts && key.contacts.iter().any(is_same)
            }
        };
        if !is_contact && !is_told(Some(&key)) {
            return Ok(false);
        }
    }
    Ok(!keys.is_empty() || is_told(None))
}

fn is_mailed(occasion: Occasion, before: Option<&str>, after: &str) -> bool {
    if occasion != Occasion::Updated {
        return true;
    }
    audit::is_changed(before, after, &MATTERS)
}

/// Writes the message, and where it goes; nothing where that is nowhere.
pub(super) fn tell(ledger: &Ledger, told: Told<'_>) -> Result<(), Problem> {
    let (payload, key) = (&told.payload, told.key.map(|key| key.id.to_string()));
    let event = payload.occasion.as_str();
    let endpoints = ledger.all(
        "SELECT id FROM endpoints WHERE disabled_at IS NULL AND (key IS NULL OR key = ?1) \
            AND (events = '[]' OR instr(events, '\"' || ?2 || '\"') > 0)",
        values().optional_text(key.as_deref()).text(event),
        |row| Ok(row.text()),
    )?;
    let mut to = Vec::new();
    notice::add_contacts(told.contacts, &mut to);
    let contacts = to.len();
    if told.members {
        let by: Option<MemberId> = payload.by.map(|by| by.id);
        notice::add_members(&members::told(ledger)?, by, told.key, &mut to);
    }
    if endpoints.is_empty() && to.is_empty() {
        return Ok(());
    }
    let message = note(ledger, event, payload.at, key.as_deref(), &payload.json())?;
    for endpoint in &endpoints {
        deliver(ledger, &message, payload.at, Some(endpoint), None, false)?;
    }
    for (place, address) in to.iter().enumerate() {
        let is_contact = place < contacts;
        deliver(
            ledger,
            &message,
            payload.at,
            None,
            Some(address),
            is_contact,
        )?;
    }
    Ok(())
}

/// Writes a message, and gives its id.
#[inline(never)]
pub(in crate::workspace) fn note(
    ledger: &Ledger,
    event: &str,
    at: Instant,
    key: Option<&str>,
    body: &str,
) -> Result<String, Problem> {
    let message = MessageId::mint(&mut Platform).map_err(tokens::dry)?;
    let message = message.to_string();
    ledger.run(
        "INSERT INTO messages (id, at, event, key, body) VALUES (?, ?, ?, ?, ?)",
        values()
            .text(&message)
            .instant(at)
            .text(event)
            .optional_text(key)
            .text(body),
    )?;
    Ok(message)
}

/// Writes where it goes, to an endpoint or to an address, and gives the id of that.
#[inline(never)]
pub(in crate::workspace) fn deliver(
    ledger: &Ledger,
    message: &str,
    at: Instant,
    endpoint: Option<&str>,
    address: Option<&str>,
    is_contact: bool,
) -> Result<String, Problem> {
    let id = DeliveryId::mint(&mut Platform).map_err(tokens::dry)?;
    let id = id.to_string();
    ledger.run(
        "INSERT INTO deliveries (id, message, endpoint, address, contact, due_at) \
         VALUES (?, ?, ?, ?, ?, ?)",
        values()
            .text(&id)
            .text(message)
            .optional_text(endpoint)
            .optional_text(address)
            .number(is_contact)
            .instant(at),
    )?;
    Ok(id)
}

/// A key's own endpoint is where its events go: a new address is enabled again, and
/// has the secret of the one before.
fn follow_webhook(
    ledger: &Ledger,
    key: KeyId,
    url: Option<&str>,
    now: Instant,
) -> Result<(), Problem> {
    let key = key.to_string();
    let Some(url) = url else {
        ledger.run("DELETE FROM endpoints WHERE key = ?", values().text(&key))?;
        return Ok(());
    };
    let id = EndpointId::mint(&mut Platform).map_err(tokens::dry)?;
    let secret = EndpointSecret::mint(&mut Platform).map_err(tokens::dry)?;
    ledger.run(
        "INSERT INTO endpoints (id, key, url, events, secret, created_at) \
         VALUES (?, ?, ?, '[]', ?, ?) \
         ON CONFLICT (key) DO UPDATE SET \
            url = excluded.url, disabled_at = NULL, disabled_why = NULL, rests_until = NULL",
        values()
            .text(&id.to_string())
            .text(&key)
            .text(url)
            .blob(secret.as_bytes())
            .instant(now),
    )?;
    Ok(())
}

/// Takes the endpoint of a deleted key away, once it was told of that.
pub(super) fn forget(ledger: &Ledger, key: KeyId) -> Result<(), Fault> {
    ledger.run(
        "DELETE FROM endpoints WHERE key = ? AND NOT EXISTS ( \
            SELECT 1 FROM deliveries WHERE endpoint = endpoints.id AND due_at IS NOT NULL)",
        values().text(&key.to_string()),
    )
}
