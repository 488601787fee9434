//! What else is kept with a key: readers as those of [`read`].

use core::net::IpAddr;

use super::{
    Fields, Invalid, Json,
    read::{self, collected, items, sentence},
};
use crate::{
    contact::{Contact, Email},
    metadata::{InvalidMetadata, Metadata},
    network::{Network, Networks, address},
    problem::Code,
    webhook::{InvalidWebhookUrl, WebhookUrl},
};

/// Contacts of one key at most.
pub const MAX_CONTACTS: usize = 10;
/// Networks of one key at most.
pub const MAX_NETWORKS: usize = 50;

/// A list of [`Contact`]s.
///
/// # Errors
///
/// `too_many_contacts`, or what is wrong with each: `invalid_email` among others.
pub fn contacts(value: &Json<'_>) -> Result<Vec<Contact>, Invalid> {
    let items = items(value, "contact", MAX_CONTACTS, Code::TooManyContacts)?;
    collected(items, contact)
}

fn contact(value: &Json<'_>) -> Result<Contact, Invalid> {
    let mut fields = Fields::of(value)?;
    let name = fields.required("name", read::name);
    let email = fields.required("email", email);
    fields.finish(name.zip(email).map(|(name, email)| Contact { name, email }))
}

/// An [`Email`].
///
/// # Errors
///
/// `invalid_email`.
pub fn email(value: &Json<'_>) -> Result<Email, Invalid> {
    Email::parse(read::string(value)?)
        .map_err(|error| Invalid::one(Code::InvalidEmail, sentence(error)))
}

/// A [`WebhookUrl`].
///
/// # Errors
///
/// `invalid_webhook_url`, `webhook_not_public`.
pub fn webhook_url(value: &Json<'_>) -> Result<WebhookUrl, Invalid> {
    WebhookUrl::parse(read::string(value)?).map_err(|error| {
        let code = match error {
            InvalidWebhookUrl::Malformed => Code::InvalidWebhookUrl,
            InvalidWebhookUrl::NotPublic => Code::WebhookNotPublic,
        };
        Invalid::one(code, sentence(error))
    })
}

/// [`Networks`], of which none is everywhere.
///
/// # Errors
///
/// `too_many_networks`, `invalid_network`.
pub fn networks(value: &Json<'_>) -> Result<Networks, Invalid> {
    let items = items(value, "network", MAX_NETWORKS, Code::TooManyNetworks)?;
    let network = |item: &Json<'_>| {
        Network::parse(read::string(item)?)
            .map_err(|error| Invalid::one(Code::InvalidNetwork, sentence(error)))
    };
    collected(items, network).map(Networks::new)
}

/// The address of a client.
///
/// # Errors
///
/// `invalid_ip`.
pub fn ip(value: &Json<'_>) -> Result<IpAddr, Invalid> {
    address::parse(read::string(value)?).ok_or_else(|| {
        Invalid::one(
            Code::InvalidIp,
            "An address is written as 203.0.113.7 or 2001:db8::7.",
        )
    })
}

/// [`Metadata`]; a change of `before` is merged into it.
///
/// # Errors
///
/// `wrong_type`, `metadata_too_large`, `metadata_too_deep`.
pub fn metadata(value: &Json<'_>, before: Option<&Metadata>) -> Result<Metadata, Invalid> {
    match before {
        None => Metadata::new(value),
        Some(before) => before.merged(value),
    }
    .map_err(|error| {
        let code = match error {
            InvalidMetadata::NotAnObject => Code::WrongType,
            InvalidMetadata::TooLarge(_) => Code::MetadataTooLarge,
            InvalidMetadata::TooDeep => Code::MetadataTooDeep,
        };
        Invalid::one(code, sentence(error))
    })
}
