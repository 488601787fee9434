//! Whom to tell about a key.

use core::fmt;

use serde::Serialize;

use crate::name::{self, Name};

/// A technical contact of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contact {
    /// Who.
    pub name: Name,
    /// Where they are written to.
    pub email: Email,
}

/// An address for e-mail: `local@domain`, of any script, without the quoted and
/// commented forms of RFC 5322, which no mail form takes. Whether somebody reads
/// what is sent there, only a message shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = Email, max_length = 254, example = "ops@example.com"))]
#[serde(transparent)]
pub struct Email(String);

/// The text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidEmail;

impl fmt::Display for InvalidEmail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an e-mail address looks like name@example.com")
    }
}

impl core::error::Error for InvalidEmail {}

impl Email {
    /// Bytes at most (RFC 5321, section 4.5.3.1, less the brackets of a path).
    const MAX: usize = 254;
    const MAX_LOCAL: usize = 64;

    /// Reads an address; white space around it is dropped.
    ///
    /// # Errors
    ///
    /// [`InvalidEmail`].
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim();
        let odd = |c: char| {
            c.is_whitespace() || name::is_forbidden(c) || r#""(),:;<>[\]"#.chars().any(|no| no == c)
        };
        let (local, domain) = text.split_once('@').ok_or(InvalidEmail)?;
        let good_label = |label: &str| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .chars()
                    .all(|c| !odd(c) && (!c.is_ascii() || c.is_ascii_alphanumeric() || c == '-'))
        };
        let is_good = text.len() <= Self::MAX
            && (1..=Self::MAX_LOCAL).contains(&local.len())
            && !local.chars().any(odd)
            && local.split('.').all(|part| !part.is_empty())
            && domain.split('.').count() > 1
            && domain.split('.').all(good_label);
        is_good.then(|| Self(text.to_owned())).ok_or(InvalidEmail)
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Of a list of contacts, in the words of the store: each name and each address
/// on a line of its own.
#[must_use]
pub fn to_stored(contacts: &[Contact]) -> String {
    let mut lines = String::new();
    for contact in contacts {
        lines.extend([contact.name.as_str(), "\n", contact.email.as_str(), "\n"]);
    }
    lines
}

/// The reverse of [`to_stored`].
#[must_use]
pub fn from_stored(lines: &str) -> Option<Vec<Contact>> {
    let mut lines = lines.lines();
    let mut contacts = Vec::new();
    while let Some(name) = lines.next() {
        contacts.push(Contact {
            name: Name::parse(name).ok()?,
            email: Email::parse(lines.next()?).ok()?,
        });
    }
    Some(contacts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_that_people_have() {
        for good in [
            "ops@example.com",
            "first.last+tag@sub.example.co",
            "o'neil_x%y@example.com",
            "用户@例子.广告",
            "x@xn--fsq.example",
        ] {
            assert_eq!(Email::parse(good).unwrap().as_str(), good);
        }
        assert_eq!(Email::parse(" a@b.c\n").unwrap().as_str(), "a@b.c");
    }

    #[test]
    fn what_is_none() {
        for bad in [
            "",
            "ops",
            "@example.com",
            "ops@",
            "ops@localhost",
            "ops@example.",
            "ops@.com",
            "ops@-a.com",
            "ops@a_b.com",
            "a@b@example.com",
            "a b@example.com",
            "a,b@example.com",
            "<a@example.com>",
            "a..b@example.com",
            ".a@example.com",
            "a@example.com\r\nBcc: x@example.com",
            &format!("{}@example.com", "x".repeat(65)),
            &format!("x@{}.com", "a.".repeat(130)),
        ] {
            assert_eq!(Email::parse(bad), Err(InvalidEmail), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn promise_11_contacts_come_back_from_the_store(
            people in prop::collection::vec((any::<String>(), any::<String>()), 0..4),
        ) {
            let contacts: Vec<_> = people.iter().filter_map(|(name, local)| Some(Contact {
                name: Name::parse(name).ok()?,
                email: Email::parse(&format!("{local}@example.com")).ok()?,
            })).collect();
            prop_assert_eq!(from_stored(&to_stored(&contacts)), Some(contacts));
        }
    }
}
