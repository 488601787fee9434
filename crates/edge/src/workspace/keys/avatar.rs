//! The picture of a key. It is no part of what is published, so nobody has to
//! be told of another one, and the key's version stays.

use keyway_core::{
    audit::Event,
    avatar::Avatar,
    id::KeyId,
    input::query,
    problem::{Code, Problem},
};

use super::{read, rows};
use crate::{
    http::respond,
    ledger::{Ledger, values},
    platform::Response,
    route::Manage,
    workspace::{Call, audit, authority::Caller},
};

/// `PUT`, `GET` and `DELETE /v1/keys/{id}/avatar`
pub(in crate::workspace) fn answer(
    ledger: &Ledger,
    caller: &Caller,
    route: &Manage,
    id: KeyId,
    call: &Call,
) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let mut key = rows::find(ledger, caller, id)?;
    if matches!(route, Manage::ReadAvatar(_)) {
        return show(ledger, id);
    }
    key.can_change_avatar()?;
    let avatar = match route {
        Manage::PutAvatar(_) => Some(Avatar::read(call.media_type.as_deref(), &call.body)?),
        _ => None,
    };
    let tag = avatar.as_ref().map(Avatar::tag);
    if tag != key.avatar {
        let before = audit::shown_key(&key, call)?;
        key.avatar = tag;
        ledger.commit(&mut || {
            rows::forget_avatar(ledger, id)?;
            if let (Some(avatar), Some(tag)) = (&avatar, &key.avatar) {
                ledger.run(
                    "INSERT INTO avatars (key, tag, media_type, bytes) VALUES (?, ?, ?, ?)",
                    values()
                        .text(&id.to_string())
                        .text(tag.as_str())
                        .text(avatar.format.media_type())
                        .blob(avatar.bytes),
                )?;
            }
            let event = Event::KeyUpdated;
            audit::note_key(ledger, caller, call, event, Some(&before), &key, None)
        })?;
    }
    read(ledger, caller, id, call)
}

fn show(ledger: &Ledger, id: KeyId) -> Result<Response, Problem> {
    let found = ledger.first(
        "SELECT bytes, media_type, '\"' || tag || '\"' FROM avatars WHERE key = ?",
        values().text(&id.to_string()),
        |row| Ok((row.bytes(), row.text(), row.text())),
    )?;
    let Some((bytes, media_type, tag)) = found else {
        return Err(Problem::new(
            Code::AvatarNotFound,
            "This key has no picture.",
        ));
    };
    respond::picture(&bytes, &media_type, &tag)
}
