//! Sign-in by Cloudflare Access: who somebody is, by the word of the identity
//! provider that stands before the page.
//!
//! Access sends a JSON Web Token (RFC 7519) with every request that it lets
//! through. What it says counts once its signature is good; that is asked of the
//! platform, by the key of the team that the token names. Everything else is
//! decided here, and the algorithm is not the token's choice (RFC 8725, section
//! 3.1): RS256 is what Access signs with, and nothing else is taken.

mod team;

pub use team::{Access, InvalidAccess};

use crate::{base64, contact::Email, input::Json, instant::Instant};

/// The header in which Access sends it.
pub const HEADER: &str = "cf-access-jwt-assertion";

/// Bytes of a token, beyond what headers take.
const MAX: usize = 16 * 1024;

/// How far the clock of Access may be ahead of ours, in seconds.
const LEEWAY: i64 = 60;

/// Why a token lets nobody in, in words for the person who is kept out, who has
/// the token, and for the operator they show it to.
pub type Refusal = &'static str;

/// A token whose signature has not been looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion<'a> {
    signed: &'a str,
    signature: Vec<u8>,
    key_id: String,
    email: Email,
}

impl<'a> Assertion<'a> {
    /// Reads a token, and refuses what its signature could not mend: so nobody
    /// makes us ask for keys by a token that is not for us.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    pub fn read(text: &'a str, access: &Access, now: Instant) -> Result<Self, Refusal> {
        const ODD: Refusal = "What Cloudflare Access sent is no token of it.";
        let (signed, signature) = text.rsplit_once('.').ok_or(ODD)?;
        let (header, claims) = signed.split_once('.').ok_or(ODD)?;
        if text.len() > MAX {
            return Err(ODD);
        }
        let (header, claims) = (
            base64::decode(header).ok_or(ODD)?,
            base64::decode(claims).ok_or(ODD)?,
        );
        let header = Json::parse(&header).map_err(|_| ODD)?;
        let claims = Json::parse(&claims).map_err(|_| ODD)?;
        let signature = base64::decode(signature).ok_or(ODD)?;

        // What is critical to it is nothing that we know (RFC 7515, section 4.1.11).
        if text_of(&header, "alg") != Some("RS256") || header.member("crit").is_some() {
            return Err("The token of Cloudflare Access is not signed with RS256.");
        }
        let key_id = text_of(&header, "kid").ok_or(ODD)?.to_owned();
        if text_of(&claims, "iss") != Some(access.issuer()) {
            return Err("The token of Cloudflare Access is another team's.");
        }
        let is_for_us = match claims.member("aud") {
            Some(Json::Array(audiences)) => audiences.iter().any(|one| access.is_audience(one)),
            Some(one) => access.is_audience(one),
            None => false,
        };
        if !is_for_us {
            return Err("The token of Cloudflare Access is for another application.");
        }
        let now = now.as_millis() / 1000;
        if seconds(&claims, "exp").is_none_or(|end| end <= now) {
            return Err("The token of Cloudflare Access has expired. Load the page again.");
        }
        if claims.member("nbf").is_some()
            && seconds(&claims, "nbf").is_none_or(|start| start > now + LEEWAY)
        {
            return Err("The token of Cloudflare Access is not good yet.");
        }
        let email = text_of(&claims, "email").and_then(|text| Email::parse(text).ok());
        let email = email.ok_or(
            "The token of Cloudflare Access names nobody. A program needs a management token of \
             its own.",
        )?;
        Ok(Self {
            signed,
            signature,
            key_id,
            email,
        })
    }

    /// Which of the team's keys it says that it was signed with.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// What was signed.
    #[must_use]
    pub fn signed(&self) -> &'a str {
        self.signed
    }

    /// The signature of that.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Whose it is, given whether the signature is good: `None` stands for a key
    /// that the team does not have.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    pub fn email(self, is_good: Option<bool>) -> Result<Email, Refusal> {
        match is_good {
            Some(true) => Ok(self.email),
            Some(false) => Err("The signature of the token of Cloudflare Access is wrong."),
            None => Err("The team at Cloudflare Access has no such key."),
        }
    }
}

fn text_of<'a>(object: &'a Json<'_>, name: &str) -> Option<&'a str> {
    match object.member(name) {
        Some(Json::String(text)) => Some(text),
        _ => None,
    }
}

/// A time in whole seconds. A fraction is dropped, so that the end comes early.
fn seconds(claims: &Json<'_>, name: &str) -> Option<i64> {
    let Some(Json::Number(number)) = claims.member(name) else {
        return None;
    };
    let whole = number.split('.').next().unwrap_or(number);
    whole.parse().ok()
}

#[cfg(test)]
mod tests;
