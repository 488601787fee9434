//! Keys of an older system.

use keyway_core::{
    api::{ImportOutcome, ImportedKey, ImportedKeys},
    digest::Peppers,
    id::KeyId,
    input::{Invalid, Json},
    key::{ImportItem, digest_exists, read_import},
    problem::{Code, Problem},
    token::Token,
};

use super::{
    create::{Made, add, no_vault, settle},
    tokens,
};
use crate::{
    http::respond,
    ledger::Fault,
    platform::Response,
    workspace::{changes::Act, idempotency::Request, vault::Kept},
};

/// What became of one key.
struct Became {
    result: ImportOutcome,
    id: Option<KeyId>,
    token: Option<Token>,
    problem: Option<Problem>,
}

fn exists(id: KeyId) -> Became {
    Became {
        result: ImportOutcome::Exists,
        id: Some(id),
        token: None,
        problem: None,
    }
}

fn refused(invalid: Invalid) -> Became {
    Became {
        result: ImportOutcome::Refused,
        id: None,
        token: None,
        problem: Some(invalid.into()),
    }
}

/// `POST /v1/keys/import`: each key on its own, so one that is refused holds up
/// none, and all that are made in one transaction. Publishing is left to the
/// alarm, which goes on from one batch to the next: an invocation may not write
/// a thousand times to the store.
pub(in crate::workspace) fn import(
    act: &Act<'_>,
    kept: Vec<Option<Kept>>,
) -> Result<Response, Problem> {
    let peppers = act.peppers()?;
    let import = Import {
        act,
        peppers: &peppers,
    };
    let became = import.make(&Json::parse(&act.call.body)?, kept)?;
    let results = became.iter().map(shown).collect();
    respond::json(200, &ImportedKeys { results })
}

struct Import<'a> {
    act: &'a Act<'a>,
    peppers: &'a Peppers,
}

impl Import<'_> {
    fn make(&self, body: &Json<'_>, kept: Vec<Option<Kept>>) -> Result<Vec<Became>, Problem> {
        let (ledger, caller, call) = (self.act.ledger, self.act.caller, self.act.call);
        let repeatable = Request::of(caller, call, &call.body);
        let before = match &repeatable {
            Some(request) => request.result(ledger)?.unwrap_or_default(),
            None => String::new(),
        };
        let items = read_import(body, &caller.books(ledger)?, call.now)?;
        let is_minted = |item: &ImportItem| item.imported.is_none();
        if repeatable.is_none() && items.iter().flatten().any(is_minted) {
            return Err(Problem::new(
                Code::IdempotencyKeyRequired,
                "A key without `sha256` gets a token, and a repeated call would make another one: \
                 send an Idempotency-Key, a new one for each call and the same for its repetition.",
            ));
        }
        // A line for each key: its id, or nothing where it was refused.
        let (mut before, mut kept) = (before.split('\n'), kept.into_iter());
        let mut became = Vec::with_capacity(items.len());
        let mut ids = String::new();
        for (index, item) in items.into_iter().enumerate() {
            let (before, kept) = (before.next().unwrap_or_default(), kept.next().flatten());
            let one = match item {
                // Before it is judged: what was right at the first request, such as
                // an expiry, need not be right any more.
                _ if !before.is_empty() => {
                    let id = KeyId::parse(before);
                    exists(id.map_err(|_| Fault::column("idempotency.result"))?)
                }
                Ok(item) => self.one(item, index, kept)?,
                Err(invalid) => refused(invalid),
            };
            if let Some(id) = one.id {
                ids.push_str(&id.to_string());
            }
            ids.push('\n');
            became.push(one);
        }
        if let Some(repeatable) = repeatable {
            repeatable.note(ledger, &ids)?;
        }
        Ok(became)
    }

    /// Nothing is written of a key that is refused. A fault undoes the whole call.
    fn one(&self, item: ImportItem, index: usize, kept: Option<Kept>) -> Result<Became, Problem> {
        let ImportItem {
            mut draft,
            imported,
        } = item;
        let url = draft.webhook_url.as_ref();
        if let Err(own) = self.act.call.refuse_own(url, "webhook_url") {
            return Ok(refused(own.at(index).at("keys")));
        }
        settle(self.act, &mut draft)?;
        let made = match (imported, kept) {
            (Some(imported), _) => {
                if let Some(key) = tokens::owner(self.act.ledger, &imported.hash)? {
                    return Ok(match key.is_still(draft, imported.hint) {
                        true => exists(key.id),
                        false => refused(digest_exists(index)),
                    });
                }
                Made::Elsewhere(imported)
            }
            (None, Some(kept)) => Made::Kept(kept),
            (None, None) if draft.recoverable => {
                return Ok(refused(no_vault().at(index).at("keys")));
            }
            (None, None) => Made::Now,
        };
        let (key, token) = add(self.act, self.peppers, draft, made)?;
        Ok(Became {
            result: ImportOutcome::Created,
            id: Some(key.id),
            token,
            problem: None,
        })
    }
}

fn shown(became: &Became) -> ImportedKey<'_> {
    ImportedKey {
        result: became.result,
        id: became.id,
        token: became.token.as_ref().map(Token::reveal),
        problem: became.problem.as_ref().map(Problem::document),
    }
}
