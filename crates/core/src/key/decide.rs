//! What people decide of keys, of one or of several at once.

use super::Key;
use crate::{
    id::KeyId,
    input::{Fields, Invalid, Json, read},
    instant::Instant,
    member::{Action, Actor},
    problem::{Code, Problem},
    text::Text,
};

/// Keys that one call may decide of.
const MAX_KEYS: usize = 100;

/// What is decided of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(rename_all = "lowercase"))]
pub enum Change {
    /// Take it out of use until it is unblocked.
    Block,
    /// Put it back into use.
    Unblock,
    /// End it for good.
    Revoke,
    /// Take it off all lists, ended.
    Delete,
}

impl Change {
    /// What members have to be allowed for it.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Self::Block | Self::Unblock => Action::BlockKeys,
            Self::Revoke => Action::RevokeKeys,
            Self::Delete => Action::DeleteKeys,
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "block" => Self::Block,
            "unblock" => Self::Unblock,
            "revoke" => Self::Revoke,
            "delete" => Self::Delete,
            _ => return None,
        })
    }
}

impl Key {
    /// Makes the change. Whether anything is different is the answer.
    ///
    /// # Errors
    ///
    /// `key_revoked`.
    pub fn change(
        &mut self,
        change: Change,
        by: Actor,
        reason: Option<Text>,
        now: Instant,
    ) -> Result<bool, Problem> {
        match change {
            Change::Block => self.block(by, reason, now),
            Change::Unblock => self.unblock(),
            Change::Revoke => Ok(self.revoke(by, reason, now)),
            Change::Delete => Ok(self.delete(by, reason, now)),
        }
    }
}

/// The same for several keys: the body of `POST /v1/keys/bulk`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ChangeKeys))]
pub struct BulkRequest {
    /// What is decided.
    pub action: Change,
    /// Of which keys.
    #[cfg_attr(feature = "openapi", schema(inline, min_items = 1, max_items = 100))]
    pub ids: Vec<KeyId>,
    /// Why; kept with each key.
    pub reason: Option<Text>,
}

impl BulkRequest {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let action = fields.required("action", |value| {
            Change::parse(read::string(value)?).ok_or_else(|| {
                Invalid::one(
                    Code::InvalidAction,
                    "This must be `block`, `unblock`, `revoke` or `delete`.",
                )
            })
        });
        let ids = fields.required("ids", |value| {
            let items = read::items(value, "key", MAX_KEYS, Code::TooManyKeys)?;
            if items.is_empty() {
                return Err(Invalid::one(Code::FieldMissing, "Name one key or more."));
            }
            read::collected(items, |item| {
                let id = KeyId::parse(read::string(item)?);
                id.map_err(|error| Invalid::one(Code::InvalidId, format!("Not an id: {error}.")))
            })
        });
        let reason = fields.optional("reason", read::text).flatten();
        fields.finish(action.zip(ids).map(|(action, ids)| Self {
            action,
            ids,
            reason,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<BulkRequest, Problem> {
        Ok(BulkRequest::read(&Json::parse(body.as_bytes())?)?)
    }

    #[test]
    fn what_to_do_with_which_keys() {
        let id = "key_0123456789ABCDEFGHIJab";
        let body = format!(r#"{{"action":"revoke","ids":["{id}"],"reason":"left"}}"#);
        let request = read(&body).unwrap();
        assert_eq!(request.action, Change::Revoke);
        assert_eq!(request.ids, [KeyId::parse(id).unwrap()]);
        assert_eq!(request.reason.unwrap().as_str(), "left");
    }

    #[test]
    fn what_is_wrong_is_said_by_place() {
        let many = vec![r#""key_0123456789ABCDEFGHIJab""#; 101].join(",");
        for (body, code, pointer) in [
            (r#"{"ids":["x"]}"#.to_owned(), Code::FieldMissing, "/action"),
            (
                r#"{"action":"expire","ids":["key_0123456789ABCDEFGHIJab"]}"#.to_owned(),
                Code::InvalidAction,
                "/action",
            ),
            (
                r#"{"action":"block","ids":[]}"#.to_owned(),
                Code::FieldMissing,
                "/ids",
            ),
            (
                r#"{"action":"block","ids":["key_0123456789ABCDEFGHIJab","x"]}"#.to_owned(),
                Code::InvalidId,
                "/ids/1",
            ),
            (
                format!(r#"{{"action":"block","ids":[{many}]}}"#),
                Code::TooManyKeys,
                "/ids",
            ),
        ] {
            let problem = read(&body).unwrap_err();
            let errors = problem.errors();
            assert!(
                errors
                    .iter()
                    .any(|error| error.code == code && error.pointer == pointer),
                "{body}: {errors:?}"
            );
        }
    }
}
