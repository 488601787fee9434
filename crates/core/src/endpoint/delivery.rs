//! What became of what was sent.

use serde::Serialize;

use crate::{
    digits::whole,
    id::{EndpointId, KeyId},
    input::query::{invalid, parameters, unknown},
    instant::Instant,
    problem::Problem,
};

/// One way that a message goes, and how far that got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Delivery {
    /// The delivery.
    #[cfg_attr(feature = "openapi", schema(pattern = "^dlv_[0-9A-Za-z]{22}$"))]
    pub id: String,
    /// The message. Receivers know it by this, `webhook-id`, whenever it comes again.
    #[cfg_attr(feature = "openapi", schema(pattern = "^msg_[0-9A-Za-z]{22}$"))]
    pub message: String,
    /// What is told.
    #[cfg_attr(feature = "openapi", schema(example = "key.revoked"))]
    pub event: String,
    /// Of which key, if it is one.
    #[cfg_attr(feature = "openapi", schema(pattern = "^key_[0-9A-Za-z]{22}$"))]
    pub key: Option<String>,
    /// The endpoint that it goes to.
    #[cfg_attr(feature = "openapi", schema(pattern = "^whk_[0-9A-Za-z]{22}$"))]
    pub webhook: Option<String>,
    /// Or the e-mail address.
    pub address: Option<String>,
    /// When it happened.
    pub created_at: Instant,
    /// How often it was tried.
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub attempts: i64,
    /// When it was last.
    pub tried_at: Option<Instant>,
    /// When it is next; null once it has ended.
    pub next_attempt_at: Option<Instant>,
    /// `pending`, `delivered` or `failed`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^(pending|delivered|failed)$"))]
    pub outcome: String,
    /// The HTTP status of the last answer, if there was one.
    pub status: Option<i64>,
    /// What went wrong where there was none, in a word as `timeout` or `network`. The
    /// list grows.
    #[cfg_attr(feature = "openapi", schema(example = "timeout"))]
    pub why: Option<String>,
}

/// Whose own endpoint `GET /v1/webhooks` is asked for, from `key=key_…`; the
/// workspace's where no key is named.
///
/// # Errors
///
/// `unknown_parameter` or `invalid_parameter`.
pub fn key_asked(query: &str) -> Result<Option<KeyId>, Problem> {
    let mut key = None;
    for (name, value) in parameters(query)? {
        if name != "key" {
            return Err(unknown());
        }
        key = KeyId::parse(&value).ok();
        if key.is_none() {
            return Err(invalid("key", "it is the id of a key"));
        }
    }
    Ok(key)
}

/// What `GET /v1/deliveries` is asked for. All conditions hold at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryList {
    /// What goes there.
    pub webhook: Option<EndpointId>,
    /// What is of this key.
    pub key: Option<KeyId>,
    /// How it ended: `pending`, `delivered` or `failed`.
    pub outcome: Option<&'static str>,
    /// How many, 1–200.
    pub limit: i64,
    /// The number of the last one of the page before.
    pub after: Option<i64>,
}

impl DeliveryList {
    /// Reads `webhook=whk_…&outcome=failed&limit=50&cursor=…`, without the `?`.
    ///
    /// # Errors
    ///
    /// `unknown_parameter` or `invalid_parameter`.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        let mut list = Self {
            limit: 50,
            ..Self::default()
        };
        for (name, value) in parameters(query)? {
            let (is_right, why) = match name.as_str() {
                "webhook" => {
                    list.webhook = EndpointId::parse(&value).ok();
                    (list.webhook.is_some(), "it is the id of a webhook")
                }
                "key" => {
                    list.key = KeyId::parse(&value).ok();
                    (list.key.is_some(), "it is the id of a key")
                }
                "outcome" => {
                    list.outcome = match value.as_str() {
                        "pending" => Some("pending"),
                        "delivered" => Some("delivered"),
                        "failed" => Some("failed"),
                        _ => None,
                    };
                    let why = "it is `pending`, `delivered` or `failed`";
                    (list.outcome.is_some(), why)
                }
                "limit" => {
                    list.limit = whole(&value).unwrap_or_default();
                    let is_right = (1..=200).contains(&list.limit);
                    (is_right, "it is a number from 1 to 200")
                }
                "cursor" => {
                    list.after = whole(&value);
                    (list.after.is_some(), "it is the `next_cursor` of a page")
                }
                _ => return Err(unknown()),
            };
            if !is_right {
                return Err(invalid(&name, why));
            }
        }
        Ok(list)
    }
}
