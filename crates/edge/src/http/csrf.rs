//! A call with the page's cookie must come from the page.
//!
//! The cookie is `SameSite=Strict`; the rest is for what that does not cover,
//! such as a sibling subdomain. A header of our own cannot be sent across
//! origins without a preflight, which is never allowed; `Sec-Fetch-Site` and
//! `Origin` are set by the browser and not by scripts.

use super::header;
use crate::platform::Request;
use keyway_core::problem::{Code, Problem};

/// The page sends it with every call; the value does not matter.
const PAGE: &str = "x-keyway-page";

/// Refuses a call that is not the page's.
///
/// # Errors
///
/// `csrf_refused`.
pub(crate) fn check(request: &Request) -> Result<(), Problem> {
    let headers = &request.headers();
    let url = request.url();
    let evidence = Evidence {
        own_header: header(headers, PAGE)?.is_some(),
        fetch_site: header(headers, "sec-fetch-site")?,
        origin: header(headers, "origin")?,
        host: host(&url),
    };
    if evidence.is_the_page() {
        return Ok(());
    }
    Err(Problem::new(
        Code::CsrfRefused,
        "This call carries the page's cookie, but does not come from the page. Programs use a \
         token instead.",
    ))
}

struct Evidence<'a> {
    own_header: bool,
    fetch_site: Option<String>,
    origin: Option<String>,
    host: &'a str,
}

impl Evidence<'_> {
    fn is_the_page(&self) -> bool {
        let same_site = self
            .fetch_site
            .as_deref()
            .is_none_or(|site| site == "same-origin");
        // Compared without the scheme: behind a TLS terminator the Worker may
        // see http where the page is https.
        let same_origin = self
            .origin
            .as_deref()
            .is_none_or(|origin| after_scheme(origin).is_some() && host(origin) == self.host);
        self.own_header && same_site && same_origin
    }
}

fn after_scheme(url: &str) -> Option<&str> {
    url.split_once(':')?.1.strip_prefix("//")
}

/// Host and port of an absolute address.
fn host(url: &str) -> &str {
    let after = after_scheme(url).unwrap_or(url);
    after.split(['/', '?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(own_header: bool, fetch_site: Option<&str>, origin: Option<&str>) -> bool {
        Evidence {
            own_header,
            fetch_site: fetch_site.map(str::to_owned),
            origin: origin.map(str::to_owned),
            host: host("https://keys.example.com:8443/v1/keys?x"),
        }
        .is_the_page()
    }

    #[test]
    fn only_the_page_is_the_page() {
        let own = Some("https://keys.example.com:8443");
        assert!(of(true, Some("same-origin"), own));
        assert!(
            of(true, None, None),
            "an old browser without Fetch Metadata"
        );
        assert!(!of(false, Some("same-origin"), own));
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(!of(true, Some(site), own), "{site}");
        }
        for origin in [
            "null",
            "",
            "https://keys.example.com",
            "https://evil.example",
            "https://keys.example.com:8443.evil.example",
            "keys.example.com:8443",
        ] {
            assert!(!of(true, Some("same-origin"), Some(origin)), "{origin}");
        }
    }
}
