//! What someone wants of an endpoint.

use super::Events;
use crate::{
    input::{Fields, Invalid, Json, detail, read},
    key::grace,
    text::Text,
    webhook::WebhookUrl,
};

/// An endpoint as it is asked for: `POST /v1/webhooks`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CreateWebhook))]
pub struct EndpointDraft {
    /// Where it is.
    pub url: WebhookUrl,
    /// What it is for.
    pub description: Option<Text>,
    /// What it is to be told of: of everything where nothing is said, or `[]`.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<crate::notice::Occasion>>))]
    pub events: Events,
}

impl EndpointDraft {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let url = fields.required("url", detail::webhook_url);
        let description = fields.optional("description", read::text).flatten();
        let events = fields.optional("events", Events::read);
        fields.finish(url.map(|url| Self {
            url,
            description,
            events: events.unwrap_or_else(Events::all),
        }))
    }
}

/// What is to be different: `PATCH /v1/webhooks/{id}` (RFC 7396). What is `None`
/// stays. It has no version, so the last who writes is right.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EditWebhook))]
pub struct EndpointEdit {
    /// Another address; not of a key's own endpoint.
    #[cfg_attr(feature = "openapi", schema(value_type = WebhookUrl, required = false))]
    pub url: Option<WebhookUrl>,
    /// Another description, or null for none.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Text>))]
    pub description: Option<Option<Text>>,
    /// What it is told of from now on: all of it, not what is added.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::notice::Occasion>, required = false))]
    pub events: Option<Events>,
    /// False: nothing is sent there. True: it is again, whatever stopped it.
    #[cfg_attr(feature = "openapi", schema(value_type = bool, required = false))]
    pub active: Option<bool>,
}

impl EndpointEdit {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let url = fields.changed("url", detail::webhook_url);
        let description = fields.cleared_or("description", read::text);
        let events = fields.changed("events", Events::read);
        let active = fields.changed("active", read::boolean);
        fields.finish(Some(Self {
            url,
            description: description.map(Option::flatten),
            events,
            active,
        }))
    }
}

/// What is asked of a new secret: the body of `POST /v1/webhooks/{id}/rotate`, which
/// may be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = RotateWebhook))]
pub struct SecretRequest {
    /// For how many seconds webhooks are signed with the secret of now, too: a day
    /// unless said otherwise, else none or an hour to 30 days.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::key::GraceSchema>))]
    pub grace_seconds: i64,
}

impl Default for SecretRequest {
    fn default() -> Self {
        Self {
            grace_seconds: 86_400,
        }
    }
}

impl SecretRequest {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let grace_seconds = fields.optional("grace_seconds", grace);
        fields.finish(Some(
            grace_seconds.map_or_else(Self::default, |it| Self { grace_seconds: it }),
        ))
    }
}
