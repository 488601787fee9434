//! Where webhooks go: the workspace's own endpoints and those of keys, what each has
//! asked for, and what became of what was sent there.

mod delivery;
mod draft;
mod events;

use serde::Serialize;

pub use delivery::{Delivery, DeliveryList, key_asked};
pub use draft::{EndpointDraft, EndpointEdit, SecretRequest};
pub use events::Events;

use crate::{
    id::{EndpointId, KeyId},
    instant::Instant,
    member::Actor,
    problem::{Code, Problem},
    text::Text,
    webhook::WebhookUrl,
};

/// Endpoints of a workspace at most, besides those of its keys.
pub const MAX_ENDPOINTS: i64 = 20;

/// An endpoint, as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Webhook))]
pub struct Endpoint {
    /// The endpoint.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^whk_[0-9A-Za-z]{22}$", example = "whk_4fK9wQm2ZtR7xB1nC8dE0a"))]
    pub id: EndpointId,
    /// Whose own it is; null for the workspace's.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^key_[0-9A-Za-z]{22}$"))]
    pub key: Option<KeyId>,
    /// Where it is. That of a key is the key's `webhook_url`.
    pub url: WebhookUrl,
    /// What it is for.
    pub description: Option<Text>,
    /// What it is told of: the names of events; of every one where there are none.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::notice::Occasion>))]
    pub events: Events,
    /// Whether anything is sent there.
    pub active: bool,
    /// Since when nothing is.
    pub disabled_at: Option<Instant>,
    /// Why: somebody switched it off (`by_hand`), it answered 410 (`gone`), or it took
    /// nothing for as long as one message is tried (`failing`). The list grows.
    #[cfg_attr(feature = "openapi", schema(example = "failing"))]
    pub disabled_why: Option<String>,
    /// Until when webhooks are signed with the secret before, too.
    pub previous_secret_ends_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// When it last took something.
    pub delivered_at: Option<Instant>,
    /// How many of the last 20 deliveries to it have failed, or have failed so far.
    pub recent_failures: i64,
}

impl Endpoint {
    /// Changes what `edit` says.
    ///
    /// # Errors
    ///
    /// `webhook_of_key`.
    pub fn apply(&mut self, edit: EndpointEdit, now: Instant) -> Result<(), Problem> {
        if let Some(url) = edit.url {
            self.is_the_workspaces()?;
            self.url = url;
        }
        if let Some(description) = edit.description {
            self.description = description;
        }
        if let Some(events) = edit.events {
            self.events = events;
        }
        match edit.active {
            Some(true) => {
                self.disabled_at = None;
                self.disabled_why = None;
            }
            // What has stopped for another reason stays so.
            Some(false) if self.active => {
                self.disabled_at = Some(now);
                self.disabled_why = Some("by_hand".to_owned());
            }
            _ => {}
        }
        self.active = self.disabled_at.is_none();
        Ok(())
    }

    /// That of a key comes, moves and goes with it.
    ///
    /// # Errors
    ///
    /// `webhook_of_key`.
    pub fn is_the_workspaces(&self) -> Result<(), Problem> {
        match self.key {
            None => Ok(()),
            Some(_) => Err(Problem::new(
                Code::WebhookOfKey,
                "This webhook is a key's own. Change or take away the key's `webhook_url` instead.",
            )),
        }
    }

    /// Whether something can be sent there.
    ///
    /// # Errors
    ///
    /// `webhook_disabled`.
    pub fn is_on(&self) -> Result<(), Problem> {
        match self.active {
            true => Ok(()),
            false => Err(Problem::new(
                Code::WebhookDisabled,
                "This webhook is switched off. Switch it on first.",
            )),
        }
    }

    /// What is sent there for a trial.
    #[must_use]
    pub fn trial(&self, by: &Actor, now: Instant) -> String {
        let mut out = String::from("{\"type\":\"webhook.test\",\"timestamp\":\"");
        out.push_str(&now.to_string());
        out.push_str("\",\"data\":{\"webhook\":{\"id\":\"");
        out.push_str(&self.id.to_string());
        out.push_str("\"},\"by\":{\"id\":\"");
        out.push_str(&by.id.to_string());
        out.push_str("\",\"name\":");
        crate::input::write_text(&by.name, &mut out);
        out.push_str("}}}");
        out
    }
}

#[cfg(test)]
mod tests;
