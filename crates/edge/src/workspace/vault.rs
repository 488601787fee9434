//! Copies of tokens: made with a key that is recoverable, and revealed.

use futures_util::{FutureExt, future::LocalBoxFuture};
use js_sys::{Promise, Uint8Array, futures::JsFuture};
use keyway_core::{
    api::RevealedToken,
    audit::Event,
    digest::PepperNumber,
    entropy::Entropy,
    id::KeyId,
    input::query,
    key::Decision,
    problem::{Code, Problem},
    secret::Secret,
    token::Token,
    vault::{self, NONCE, SealedToken, VaultKey},
    workspace::WorkspaceName,
};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use worker::Env;

use super::{
    Call, Workspace, audit,
    authority::Caller,
    keys::{self, tokens},
};
use crate::{
    config,
    http::respond,
    ledger::{Fault, Ledger, values},
    log,
    platform::{self, Response},
    random::Platform,
};

#[wasm_bindgen(module = "/src/vault.js")]
extern "C" {
    fn seal(key: &[u8], nonce: &[u8], about: &str, text: &str) -> Promise;
    fn open(key: &[u8], nonce: &[u8], about: &str, sealed: &[u8]) -> Promise;
}

/// A token with its copy, made before the transaction that writes them: a
/// transaction cannot wait for the cipher.
pub(super) struct Kept {
    pub(super) id: KeyId,
    pub(super) token: Token,
    pub(super) copy: SealedToken,
}

/// Makes the copies of `tokens`, each in its place; none where the operator has
/// set no vault key.
pub(super) fn keep<'a>(
    env: &'a Env,
    workspace: &'a WorkspaceName,
    tokens: Vec<Option<(KeyId, Token)>>,
) -> LocalBoxFuture<'a, Result<Vec<Option<Kept>>, Problem>> {
    async move {
        let mut kept = Vec::new();
        let Some(with) = config::vault_keys(env).pop() else {
            return Ok(kept);
        };
        let key = with.cipher_key(workspace);
        for token in tokens {
            let Some((id, token)) = token else {
                kept.push(None);
                continue;
            };
            let mut nonce = [0; NONCE];
            Platform.fill(&mut nonce).map_err(tokens::dry)?;
            let about = vault::about(workspace, id);
            let sealed = JsFuture::from(seal(&*key, &nonce, &about, token.reveal())).await;
            let bytes = sealed.map_err(fault)?.unchecked_into::<Uint8Array>();
            kept.push(Some(Kept {
                id,
                token,
                copy: SealedToken {
                    number: with.number(),
                    nonce,
                    bytes: bytes.to_vec(),
                },
            }));
        }
        Ok(kept)
    }
    .boxed_local()
}

/// Notes the copy of a key's current token in the place of the one before; none
/// where there is none any more. Within the transaction of the change.
pub(super) fn note(ledger: &Ledger, key: KeyId, copy: Option<&SealedToken>) -> Result<(), Fault> {
    ledger.run(
        "DELETE FROM vault WHERE key = ?",
        values().text(&key.to_string()),
    )?;
    let Some(copy) = copy else {
        return Ok(());
    };
    ledger.run(
        "INSERT INTO vault (key, vault_key, nonce, sealed) VALUES (?, ?, ?, ?)",
        values()
            .text(&key.to_string())
            .number(copy.number.get())
            .blob(&copy.nonce)
            .blob(&copy.bytes),
    )
}

fn find(ledger: &Ledger, key: KeyId) -> Result<Option<SealedToken>, Fault> {
    ledger.first(
        "SELECT vault_key, nonce, sealed FROM vault WHERE key = ?",
        values().text(&key.to_string()),
        |row| {
            let number = u8::try_from(row.integer()).ok().and_then(PepperNumber::new);
            Ok(SealedToken {
                number: number.ok_or_else(|| Fault::column("vault.vault_key"))?,
                nonce: row.blob(),
                bytes: row.bytes(),
            })
        },
    )
}

impl Workspace {
    /// `POST /v1/keys/{id}/reveal`
    pub(super) async fn reveal(
        &self,
        caller: &Caller,
        id: KeyId,
        call: &Call,
    ) -> Result<Response, Problem> {
        query::nothing(&call.query)?;
        let reason = call.reason()?;
        let ledger = self.ledger();
        keys::find(&ledger, caller, id)?.can_be_revealed()?;
        let copy = find(&ledger, id)?.ok_or_else(|| {
            Problem::new(
                Code::NotRecoverable,
                "No copy of this token is kept. Rotate the key: its new token has one.",
            )
        })?;
        let with = config::vault_keys(&self.env)
            .into_iter()
            .find(|key: &VaultKey| key.number() == copy.number)
            .ok_or_else(|| {
                Problem::new(
                    Code::NotConfigured,
                    format!(
                        "The operator has taken away VAULT_KEY_{}, with which this token was \
                         encrypted.",
                        copy.number.get()
                    ),
                )
            })?;
        let about = vault::about(&call.workspace, id);
        let key = with.cipher_key(&call.workspace);
        let opened = JsFuture::from(open(&*key, &copy.nonce, &about, &copy.bytes)).await;
        let text = opened.map_err(fault)?.as_string();
        let token = Secret::new(text.ok_or_else(Problem::internal)?);
        // What was read before the wait may be over: the key revoked, its token
        // another one. And no token leaves without a note of it.
        let caller = &self.caller(&ledger, call)?;
        let key = ledger.atomically(|| {
            let mut key = keys::find(&ledger, caller, id)?;
            key.can_be_revealed()?;
            if find(&ledger, id)?.as_ref() != Some(&copy) {
                return Err(Problem::new(
                    Code::Unavailable,
                    "The key was changed meanwhile. Ask again.",
                ));
            }
            let before = audit::shown_key(&key, call)?;
            key.revealed = Some(Decision {
                at: call.now,
                by: caller.actor.clone(),
                reason: reason.clone(),
            });
            keys::save_revealed(&ledger, &key)?;
            let (event, before) = (Event::KeyRevealed, Some(before.as_str()));
            audit::note_key(&ledger, caller, call, event, before, &key, reason.as_ref())?;
            Ok(key)
        })?;
        let answer = RevealedToken {
            key: key.view(call.now),
            token: token.reveal(),
        };
        respond::json(200, &answer)
    }
}

fn fault(error: JsValue) -> Problem {
    // A copy that somebody changed is told by its tag, without saying what it is.
    log::fault("vault", platform::words(&error));
    Problem::internal()
}
