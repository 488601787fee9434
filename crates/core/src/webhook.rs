//! Where a key's own events are sent.

use core::fmt;

use serde::Serialize;

use crate::digits::whole;

/// An `https` address on the public internet, by name.
///
/// The grammar is narrower than the URL standard's, so that this parser and the
/// one of the runtime that sends can never see two different hosts in one text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^https://", max_length = 2_000, example = "https://hooks.example.com/keyway"))]
#[serde(transparent)]
pub struct WebhookUrl(String);

/// Why a text is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidWebhookUrl {
    /// Not `https://`, or not a URL that everybody reads in one way.
    Malformed,
    /// A name that is not public, or an address in place of a name.
    NotPublic,
}

impl fmt::Display for InvalidWebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => {
                "a webhook's address begins with https:// and a host name, without user name, \
                 blanks and fragment"
            }
            Self::NotPublic => {
                "a webhook's host is a public name such as hooks.example.com, not an address and \
                 not a name of a local network"
            }
        })
    }
}

impl core::error::Error for InvalidWebhookUrl {}

/// Top-level names that are not of the public internet: RFC 6761, RFC 6762
/// (appendix G), RFC 7686, RFC 8375 and RFC 9476.
const PRIVATE: &[&str] = &[
    "alt",
    "arpa",
    "corp",
    "example",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "test",
];

impl WebhookUrl {
    const MAX: usize = 2_000;

    /// Reads an address; white space around it is dropped.
    ///
    /// # Errors
    ///
    /// [`InvalidWebhookUrl`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, InvalidWebhookUrl> {
        use InvalidWebhookUrl::{Malformed, NotPublic};

        let text = text.trim();
        if text.len() > Self::MAX {
            return Err(Malformed);
        }
        let host = host(text).ok_or(Malformed)?;
        let mut labels = host.rsplit('.');
        // Names of addresses end in a number; those of networks at home in one of
        // these words, or have one word only.
        let top = labels.next().unwrap_or_default();
        let is_public = top.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
            && is_label(top)
            && !PRIVATE.contains(&top)
            && host.len() <= 253
            && labels.clone().count() > 0
            && labels.all(is_label);
        is_public.then(|| Self(text.to_owned())).ok_or(NotPublic)
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its host's name.
    #[must_use]
    pub fn host(&self) -> &str {
        host(&self.0).unwrap_or_default()
    }
}

/// Whether `text` has only what a URL has without a fragment, written plainly.
pub(crate) fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !br##""#<>\^`{|}"##.contains(&byte);
    text.bytes().all(plain)
}

/// What stands where the host does in a plain `https` URL. Whether it is one is
/// not looked at, but the port behind it is.
pub(crate) fn host(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").filter(|rest| is_plain(rest))?;
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let Some((host, port)) = authority.split_once(':') else {
        return Some(authority);
    };
    let is_port = whole(port).is_some_and(|port| (1..65_536).contains(&port));
    is_port.then_some(host)
}

/// The host of an address that people open.
#[must_use]
pub fn host_of(link: &str) -> Option<&str> {
    host(link.split('#').next()?)
}

/// Whether `label` may stand between the dots of a host's name.
pub(crate) fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn public_addresses() {
        for good in [
            "https://hooks.example.com",
            "https://hooks.example.com/",
            "https://a.b.co:8443/x/y?z=1&q=%20",
            "https://xn--bcher-kva.de/hook",
            "https://1.example.com?x",
        ] {
            assert_eq!(WebhookUrl::parse(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn what_is_sent_nowhere() {
        use InvalidWebhookUrl::{Malformed, NotPublic};
        for (bad, why) in [
            ("", Malformed),
            ("hooks.example.com", Malformed),
            ("http://hooks.example.com", Malformed),
            ("HTTPS://hooks.example.com", Malformed),
            ("https:/hooks.example.com", Malformed),
            ("https:\\\\hooks.example.com", Malformed),
            ("https://hooks.example.com/#x", Malformed),
            ("https://hooks.example.com:0/", Malformed),
            ("https://hooks.example.com:65536/", Malformed),
            ("https://hooks.example.com:/", Malformed),
            ("https://hooks.example.com:+1/", Malformed),
            ("https://a b.example.com/", Malformed),
            ("https://bücher.de/", Malformed),
            ("https://a@example.com/", NotPublic),
            ("https://a:1@example.com/", Malformed),
            ("https:///example.com/", NotPublic),
            ("https://Hooks.example.com/", NotPublic),
            ("https://hooks.example.com./", NotPublic),
            ("https://localhost/", NotPublic),
            ("https://a.localhost/", NotPublic),
            ("https://printer.local/", NotPublic),
            ("https://metadata.google.internal/", NotPublic),
            ("https://intra/", NotPublic),
            ("https://127.0.0.1/", NotPublic),
            ("https://10.1/", NotPublic),
            ("https://2130706433/", NotPublic),
            ("https://0x7f.1/", NotPublic),
            ("https://a.0x7f/", NotPublic),
            ("https://[::1]/", NotPublic),
            ("https://a..com/", NotPublic),
            ("https://-a.com/", NotPublic),
            ("https://a_b.com/", NotPublic),
            ("https://a%2eb.com/", NotPublic),
        ] {
            let found = WebhookUrl::parse(bad).unwrap_err();
            // Which of the two it is matters less than that it is refused.
            assert!(found == why || bad.contains('['), "{bad}: {found:?}");
        }
    }

    /// What the runtime, which follows the URL standard, makes of an address.
    #[track_caller]
    fn assert_read_alike(text: &str) {
        let Ok(read) = WebhookUrl::parse(text) else {
            return;
        };
        // Nothing is sent to what it does not read, such as `xn--a0.a`, which stands
        // for no name.
        let Ok(theirs) = url::Url::parse(read.as_str()) else {
            return;
        };
        assert_eq!(theirs.scheme(), "https", "{text}");
        assert_eq!(theirs.host_str(), host(read.as_str()), "{text}");
        assert!(
            matches!(theirs.host(), Some(url::Host::Domain(_))),
            "{text}"
        );
        assert_eq!(
            (theirs.username(), theirs.password(), theirs.fragment()),
            ("", None, None)
        );
    }

    proptest! {
        #[test]
        fn the_urls_standard_reads_the_same_host(
            host in "([a-z0-9.-]{1,20}|[0-9x.]{1,12}|xn--[a-z0-9-]{1,10}|[!-~]{1,12})",
            rest in "(:[0-9]{0,6})?[/?]?[!-~]{0,12}", top in "(|\\.[a-z]{1,5}|\\.0x[0-9a-f]{1,2}|\\.)",
        ) {
            assert_read_alike(&format!("https://{host}{top}{rest}"));
            assert_read_alike(&format!("https://{rest}{host}{top}"));
        }

        #[test]
        fn promise_11_no_text_makes_the_parser_panic(text in any::<String>(), rest in "[ -~]{0,40}") {
            let _ = WebhookUrl::parse(&text);
            let _ = WebhookUrl::parse(&format!("https://{rest}"));
        }
    }
}
