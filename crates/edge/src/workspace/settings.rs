//! `/v1/settings`: what the people of this workspace have settled for all of it.

use keyway_core::{
    api::OneSettings,
    audit::Event,
    input::{Json, query},
    problem::Problem,
    settings::{Settings, SettingsEdit},
};

use super::{Call, audit, authority::Caller, notices};
use crate::{
    http::respond,
    ledger::{Fault, Ledger, values},
    platform::Response,
};

/// `GET` without an `edit`, `PATCH` with one.
pub(super) fn answer(
    ledger: &Ledger,
    caller: &Caller,
    edit: bool,
    bound_millis: i64,
    call: &Call,
) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let edit = if edit {
        Some(SettingsEdit::read(&Json::parse(&call.body)?)?)
    } else {
        None
    };
    // Nothing waits in here, so nobody comes between.
    let mut settings = read(ledger)?;
    if let Some(edit) = edit {
        call.precondition.check(settings.version)?;
        let (before, notices) = (audit::shown(&settings)?, settings.notices.clone());
        if settings.apply(edit) {
            let after = audit::shown(&settings)?;
            ledger.commit(&mut || {
                ledger.run(
                    "INSERT INTO settings (name, value) VALUES ('people', ?) \
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    values().text(&settings.to_stored()),
                )?;
                let now = &settings.notices;
                if (&now.expiry_days, now.unused_days)
                    != (&notices.expiry_days, notices.unused_days)
                {
                    notices::look_at_all(ledger)?;
                }
                let (event, before, after) = (
                    Event::SettingsChanged,
                    Some(before.as_str()),
                    Some(after.as_str()),
                );
                audit::note_change(ledger, caller, call, event, "", before, after, None)
            })?;
        }
    }
    let tag = settings.version.tag();
    let answer = OneSettings {
        settings: &settings,
        bound_seconds: bound_millis / 1_000,
        email: call.mails,
    };
    respond::tagged(200, &answer, &tag)
}

/// As they are now.
pub(super) fn read(ledger: &Ledger) -> Result<Settings, Fault> {
    let stored = ledger.first(
        "SELECT value FROM settings WHERE name = 'people'",
        values(),
        |row| Ok(row.text()),
    )?;
    match stored {
        None => Ok(Settings::default()),
        Some(stored) => {
            Settings::from_stored(&stored).ok_or_else(|| Fault::column("settings.people"))
        }
    }
}
