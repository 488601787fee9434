//! What a reverse proxy is told of a verdict. It reads no body: it looks at the
//! status, and hands headers on.

use super::{Refusal, Verdict};
use crate::{
    grants::{Grantable, Grants},
    token::Malformed,
};

/// The header with the word for how it ended, on every answer to a proxy.
pub const CODE: &str = "x-keyway-code";

/// How a client is told which credential is wanted (RFC 6750, section 3).
pub const CHALLENGE: &str = "Bearer realm=\"keyway\"";

impl Verdict {
    /// The status that a client is to get: 401 where another token would help,
    /// 403 where this one is good, and not for this.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Valid(_) => 200,
            Self::Unavailable => 503,
            Self::Malformed(_) | Self::NotFound => 401,
            Self::Refused(refusal, _) => match refusal {
                Refusal::Revoked
                | Refusal::Blocked
                | Refusal::NotYetValid(_)
                | Refusal::Expired(_)
                | Refusal::Replaced => 401,
                Refusal::WrongEnvironment
                | Refusal::WrongAccount
                | Refusal::InsufficientScope(_)
                | Refusal::IpNotAllowed(_) => 403,
            },
        }
    }

    /// The headers that go with it. None is ever empty: some proxies leave what
    /// the client sent under that name in the place of an empty one.
    #[must_use]
    pub fn headers(&self, stale: bool) -> Vec<(&'static str, String)> {
        let mut headers = vec![(CODE, self.code().to_owned())];
        if let Self::Valid(key) = self {
            headers.push(("x-keyway-key", key.key.to_string()));
            headers.push(("x-keyway-name", encoded(key.name.as_str())));
            headers.push(("x-keyway-environment", key.environment.as_str().to_owned()));
            headers.push(("x-keyway-scopes", listed(&key.scopes)));
            headers.push(("x-keyway-accounts", listed(&key.accounts)));
        }
        if self.status() == 401 {
            headers.push(("www-authenticate", self.challenge()));
        }
        if stale {
            headers.push(("x-keyway-stale", "true".to_owned()));
        }
        headers
    }

    /// Why, for the developer of the client: RFC 6750, section 3.1. Who sent no
    /// token is told no more than that one is wanted.
    fn challenge(&self) -> String {
        let mut challenge = CHALLENGE.to_owned();
        if !matches!(self, Self::Malformed(Malformed::Empty)) {
            challenge.push_str(", error=\"invalid_token\", error_description=\"");
            for c in self.detail().chars() {
                // The section allows no more than this.
                match c {
                    ' '..='~' if c != '"' && c != '\\' => challenge.push(c),
                    _ => challenge.push_str("..."),
                }
            }
            challenge.push('"');
        }
        challenge
    }
}

/// The ids with a space between, `*` for all, and `-`, which is no id, for none.
fn listed<T: Grantable>(grants: &Grants<T>) -> String {
    let text = grants.joined(" ");
    if text.is_empty() {
        "-".to_owned()
    } else {
        text
    }
}

/// A text of any script in a header: as `encodeURIComponent` has it, but for a few
/// marks that it leaves.
fn encoded(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::new();
    let digit = |value: u8| {
        DIGITS
            .get(usize::from(value))
            .map_or('0', |&digit| char::from(digit))
    };
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.extend(['%', digit(byte >> 4), digit(byte & 15)]),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::{
        environment::Environment,
        id::KeyId,
        instant::Instant,
        metadata::Metadata,
        name::Name,
        network::Networks,
        record::{KeyRecord, Standing},
        scope::ScopeId,
        token::TokenKind,
        version::Version,
    };

    fn record(name: &str) -> KeyRecord {
        KeyRecord {
            key: KeyId::parse("key_0123456789ABCDEFGHIJab").unwrap(),
            version: Version::FIRST,
            standing: Standing::Active,
            environment: Environment::Live,
            name: Name::parse(name).unwrap(),
            scopes: Grants::All,
            accounts: Grants::default(),
            allowed_ips: Networks::default(),
            metadata: Metadata::default(),
            not_before: None,
            expires_at: None,
            token_ends_at: None,
        }
    }

    #[test]
    fn what_a_proxy_is_told_of_a_good_key_is_pinned() {
        let mut record = record("Büro, \"1\" – 50%");
        let scopes = ["b:read", "a"].map(|id| ScopeId::parse(id).unwrap());
        record.scopes = Grants::Some(scopes.into_iter().collect());
        let verdict = Verdict::Valid(Rc::new(record.into()));
        let headers = verdict.headers(true);
        let headers: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        assert_eq!(
            headers,
            [
                "x-keyway-code: valid",
                "x-keyway-key: key_0123456789ABCDEFGHIJab",
                "x-keyway-name: B%C3%BCro%2C%20%221%22%20%E2%80%93%2050%25",
                "x-keyway-environment: live",
                "x-keyway-scopes: a b:read",
                "x-keyway-accounts: -",
                "x-keyway-stale: true",
            ]
        );
    }

    #[test]
    fn every_refusal_has_its_status_and_a_challenge_that_fits_into_a_header() {
        let refused = |refusal| Verdict::Refused(refusal, Rc::new(record("x").into()));
        let now = Instant::EPOCH;
        let mut verdicts = vec![
            (Verdict::NotFound, 401),
            (Verdict::Unavailable, 503),
            (refused(Refusal::Revoked), 401),
            (refused(Refusal::Blocked), 401),
            (refused(Refusal::NotYetValid(now)), 401),
            (refused(Refusal::Expired(now)), 401),
            (refused(Refusal::Replaced), 401),
            (refused(Refusal::WrongEnvironment), 403),
            (refused(Refusal::WrongAccount), 403),
            (refused(Refusal::InsufficientScope(Vec::new())), 403),
            (refused(Refusal::IpNotAllowed(None)), 403),
        ];
        for malformed in [
            Malformed::Quoted,
            Malformed::SchemeIncluded,
            Malformed::WhiteSpace,
            Malformed::WrongKind {
                found: TokenKind::Verifier,
                wanted: TokenKind::Api,
            },
            Malformed::UnknownPrefix,
            Malformed::UnknownEnvironment,
            Malformed::TooShort(2),
            Malformed::TooLong(1),
            Malformed::ForbiddenCharacter,
            Malformed::Checksum,
        ] {
            verdicts.push((Verdict::Malformed(malformed), 401));
        }
        for (verdict, status) in verdicts {
            assert_eq!(verdict.status(), status, "{verdict:?}");
            let headers = verdict.headers(false);
            assert_eq!(headers[0], (CODE, verdict.code().to_owned()));
            assert!(headers.iter().all(|(_, value)| value.is_ascii()));
            let challenge = headers.iter().find(|(name, _)| *name == "www-authenticate");
            assert_eq!(challenge.is_some(), status == 401, "{verdict:?}");
            if let Some((_, challenge)) = challenge {
                assert_eq!(challenge.matches('"').count(), 6, "{challenge}");
            }
        }
        let none = Verdict::Malformed(Malformed::Empty).headers(false);
        assert_eq!(none[1], ("www-authenticate", CHALLENGE.to_owned()));
    }
}
