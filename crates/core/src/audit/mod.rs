//! What was done, by whom: one entry per change, each bound to the one before, so
//! that whoever has the last link of the chain can tell whether anything before it
//! was changed, taken out or moved.

mod chain;
mod difference;
mod event;
mod list;

pub use chain::{Broken, Checked, Link, chained, check};
pub use difference::{called, difference, is_changed};
pub use event::Event;
pub use list::AuditList;

use crate::{input::write_text, instant::Instant, member::Actor, text::Text};

/// By what somebody was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// The token itself was sent with the call.
    Token,
    /// A signed-in page.
    Page,
    /// The word of Cloudflare Access, with which a page signs in.
    Access,
}

impl Via {
    /// As it stands in an entry.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Page => "page",
            Self::Access => "access",
        }
    }
}

/// Characters of what a header says that are noted at most.
const MAX_HEADER: usize = 64;

/// Where a call came from and what it is called, as headers say: noted as it is,
/// or not at all. Anybody might have written them who stands before this Worker.
#[must_use]
pub fn from_header(value: Option<String>) -> String {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b".:-".contains(&byte);
    value
        .filter(|value| value.len() <= MAX_HEADER && value.bytes().all(known))
        .unwrap_or_default()
}

/// What is noted of a change. Never a token: what is shown of a thing has none.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Counts the entries of a workspace, from 1.
    pub number: i64,
    /// When.
    pub at: Instant,
    /// What.
    pub event: Event,
    /// Who.
    pub by: &'a Actor,
    /// By what they were known.
    pub via: Via,
    /// What it was done to: its id, or nothing where it is the workspace itself.
    pub about: &'a str,
    /// What that was called at the time.
    pub name: &'a str,
    /// What was different before, as a JSON object.
    pub before: &'a str,
    /// And what that is now.
    pub after: &'a str,
    /// Why, if somebody said so.
    pub reason: Option<&'a Text>,
    /// From which address.
    pub address: Option<&'a str>,
    /// Which request, as the platform calls it.
    pub request: Option<&'a str>,
}

impl Entry<'_> {
    /// The entry as JSON, but for how it hangs together with the others. It is
    /// stored, shown and exported in this very form: another order of its members
    /// would be another hash.
    #[must_use]
    pub fn body(&self) -> String {
        let mut out = format!("{{\"number\":{},\"at\":\"{}\"", self.number, self.at);
        let (id, event) = (self.by.id.to_string(), self.event.as_str());
        for (name, text) in [
            (",\"event\":", event),
            (",\"by\":", id.as_str()),
            (",\"by_name\":", &self.by.name),
            (",\"via\":", self.via.as_str()),
            (",\"about\":", self.about),
            (",\"name\":", self.name),
            (",\"reason\":", self.reason.map_or("", Text::as_str)),
            (",\"address\":", self.address.unwrap_or_default()),
            (",\"request\":", self.request.unwrap_or_default()),
        ] {
            out.push_str(name);
            if text.is_empty() {
                out.push_str("null");
            } else {
                write_text(text, &mut out);
            }
        }
        out.push_str(",\"before\":");
        out.push_str(self.before);
        out.push_str(",\"after\":");
        out.push_str(self.after);
        out.push('}');
        out
    }
}

#[cfg(test)]
mod tests;
