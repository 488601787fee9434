//! Whom tokens must come from, and for what.

use core::fmt;

use crate::{digits::whole, input::Json};

/// What the operator has set up: the team, and the application that stands
/// before the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    issuer: String,
    audiences: Vec<String>,
}

/// The settings are wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidAccess {
    /// Of the team.
    Team,
    /// Of the audience.
    Audience,
}

impl fmt::Display for InvalidAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Team => "ACCESS_TEAM is not of the form https://team.cloudflareaccess.com",
            Self::Audience => "ACCESS_AUDIENCE is not the audience tag of an application",
        })
    }
}

impl core::error::Error for InvalidAccess {}

/// `http`, on one machine: for trying it out.
const LOCAL: [&str; 2] = ["http://localhost:", "http://127.0.0.1:"];

impl Access {
    /// From the settings: the address of the team, and the audience tag of the
    /// application, or several with blanks between them.
    ///
    /// # Errors
    ///
    /// [`InvalidAccess`].
    pub fn parse(team: &str, audience: &str) -> Result<Self, InvalidAccess> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        let is_plain = |text: &str| !text.is_empty() && text.bytes().all(is_plain);
        let issuer = team.trim().trim_end_matches('/');
        let is_team = match issuer.strip_prefix("https://") {
            Some(host) => is_plain(host),
            None => LOCAL.iter().any(|local| {
                let port = issuer.strip_prefix(local);
                port.and_then(whole).is_some_and(|port| port < 65_536)
            }),
        };
        let audiences: Vec<String> = audience.split_whitespace().map(str::to_owned).collect();
        if !is_team {
            return Err(InvalidAccess::Team);
        }
        if audiences.is_empty() || !audiences.iter().all(|audience| is_plain(audience)) {
            return Err(InvalidAccess::Audience);
        }
        Ok(Self {
            issuer: issuer.to_owned(),
            audiences,
        })
    }

    /// Who signs: the address of the team, without a slash at its end.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Where the team's keys are, as a JSON Web Key Set (RFC 7517).
    #[must_use]
    pub fn keys(&self) -> String {
        let mut address = self.issuer.clone();
        address.push_str("/cdn-cgi/access/certs");
        address
    }

    pub(super) fn is_audience(&self, claim: &Json<'_>) -> bool {
        let Json::String(claim) = claim else {
            return false;
        };
        self.audiences.iter().any(|audience| audience == claim)
    }
}
