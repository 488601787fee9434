//! What of a key is found by searching.

use js_sys::JsString;
use keyway_core::key::Key;

use crate::{
    clock,
    ledger::{Fault, Ledger, values},
};

/// A text without regard to case and to the ways in which Unicode writes one
/// character: as the runtime does it, which has the tables.
pub(in crate::workspace) fn fold(text: &str) -> String {
    JsString::from(text)
        .normalize("NFKC")
        .to_lower_case()
        .into()
}

/// Notes anew what the list sorts and searches the key by. Within the transaction
/// of the change.
pub(super) fn index(ledger: &Ledger, key: &Key) -> Result<(), Fault> {
    let id = key.id.to_string();
    let mut text = format!("{}\n{}\n", key.name, key.hint.as_str());
    let now = clock::now();
    if let Some(previous) = key.previous.as_ref().filter(|old| old.ends_at > now) {
        text.extend([previous.hint.as_str(), "\n"]);
    }
    // The letters of a kind would be found in every key.
    text.extend(id.split('_').skip(1));
    for contact in &key.contacts {
        text.extend(["\n", contact.name.as_str(), "\n", contact.email.as_str()]);
    }
    ledger.run(
        "DELETE FROM key_search WHERE rowid = (SELECT number FROM keys WHERE id = ?)",
        values().text(id.as_str()),
    )?;
    if key.deleted_at.is_some() {
        return Ok(());
    }
    ledger.run(
        "UPDATE keys SET folded_name = ?2, folded = ?3 WHERE id = ?1",
        values()
            .text(id.as_str())
            .text(&fold(key.name.as_str()))
            .text(&fold(&text)),
    )?;
    ledger.run(
        "INSERT INTO key_search (rowid, text) SELECT number, folded FROM keys WHERE id = ?",
        values().text(&id),
    )
}
