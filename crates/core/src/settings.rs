//! What the people of a workspace have settled for all of it.

use core::fmt;

use serde::Serialize;

use crate::{
    contact::Email,
    input::{Fields, Invalid, Json, header::Precondition, read},
    notice::{Notices, NoticesEdit},
    problem::Code,
    version::Version,
    webhook,
};

/// The settings of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Settings {
    /// Counts their changes.
    pub version: Version,
    /// Where people read how keys are used here; in every refusal that the
    /// workspace answers.
    pub docs_url: Option<Link>,
    /// Whom they ask: an e-mail address or a page; likewise.
    pub support_contact: Option<SupportContact>,
    /// Whether a key is created locked where its creation does not say.
    pub locked_by_default: bool,
    /// What is told of keys, and to whom.
    pub notices: Notices,
}

impl Default for Settings {
    /// Of a workspace in which nobody has settled anything.
    fn default() -> Self {
        Self {
            version: Version::FIRST,
            docs_url: None,
            support_contact: None,
            locked_by_default: false,
            notices: Notices::default(),
        }
    }
}

impl Settings {
    /// Makes the changes of `edit`. Whether there were any is the answer; if not,
    /// the version stays.
    pub fn apply(&mut self, edit: SettingsEdit) -> bool {
        let before = self.to_stored();
        if let Some(docs_url) = edit.docs_url {
            self.docs_url = docs_url;
        }
        if let Some(support_contact) = edit.support_contact {
            self.support_contact = support_contact;
        }
        if let Some(locked) = edit.locked_by_default {
            self.locked_by_default = locked;
        }
        if let Some(notices) = edit.notices {
            self.notices.apply(notices);
        }
        let changed = self.to_stored() != before;
        if changed {
            self.version = self.version.next();
        }
        changed
    }

    /// In the words of the store: the version as its tag and each setting on a
    /// line of its own, an empty one where there is none. Notices as nobody has settled
    /// them take no line: what an older version wrote has none.
    #[must_use]
    pub fn to_stored(&self) -> String {
        let locked = if self.locked_by_default { "locked" } else { "" };
        let mut lines = self.version.tag();
        lines.extend([
            "\n",
            self.docs_url(),
            "\n",
            self.support_contact(),
            "\n",
            locked,
            "\n",
        ]);
        if self.notices != Notices::default() {
            lines.extend([self.notices.to_stored().as_str(), "\n"]);
        }
        lines
    }

    /// Where the documentation is; empty if nowhere.
    #[must_use]
    pub fn docs_url(&self) -> &str {
        self.docs_url.as_ref().map_or("", Link::as_str)
    }

    /// Whom people ask; empty if nobody.
    #[must_use]
    pub fn support_contact(&self) -> &str {
        let contact = self.support_contact.as_ref();
        contact.map_or("", SupportContact::as_str)
    }

    /// The reverse of [`Settings::to_stored`].
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let Precondition::Version(version) = Precondition::parse(lines.next()) else {
            return None;
        };
        let docs_url = match lines.next()? {
            "" => None,
            text => Some(Link::parse(text).ok()?),
        };
        let support_contact = match lines.next()? {
            "" => None,
            text => Some(SupportContact::parse(text).ok()?),
        };
        let locked_by_default = match lines.next()? {
            "" => false,
            "locked" => true,
            _ => return None,
        };
        let notices = match lines.next() {
            None => Notices::default(),
            Some(text) => Notices::from_stored(text)?,
        };
        // What a newer version wrote is not guessed at.
        lines.next().is_none().then_some(Self {
            version,
            docs_url,
            support_contact,
            locked_by_default,
            notices,
        })
    }
}

/// What is to be different: `PATCH /v1/settings` (RFC 7396). What is `None`
/// stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EditSettings))]
pub struct SettingsEdit {
    /// Another address, or null for none.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Link>))]
    pub docs_url: Option<Option<Link>>,
    /// Another contact, or null for none.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<SupportContact>))]
    pub support_contact: Option<Option<SupportContact>>,
    /// Another default.
    #[cfg_attr(feature = "openapi", schema(value_type = bool, required = false))]
    pub locked_by_default: Option<bool>,
    /// What is to be different about notices.
    #[cfg_attr(feature = "openapi", schema(value_type = NoticesEdit, required = false))]
    pub notices: Option<NoticesEdit>,
}

impl SettingsEdit {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let docs_url = fields.cleared_or("docs_url", docs_url as Read);
        let support_contact = fields.cleared_or("support_contact", support_contact as Read);
        let locked_by_default = fields.changed("locked_by_default", read::boolean);
        let notices = fields.changed("notices", NoticesEdit::read);
        fields.finish(Some(Self {
            docs_url: docs_url.map(|text| text.map(Link)),
            support_contact: support_contact.map(|text| text.map(SupportContact)),
            locked_by_default,
            notices,
        }))
    }
}

/// Both are read as texts, and by a pointer: so there is one copy of what reads
/// a member, and not two.
type Read = fn(&Json<'_>) -> Result<String, Invalid>;

fn docs_url(value: &Json<'_>) -> Result<String, Invalid> {
    match Link::parse(read::string(value)?) {
        Ok(Link(text)) => Ok(text),
        Err(InvalidLink) => Err(Invalid::one(Code::InvalidLink, InvalidLink::DETAIL)),
    }
}

fn support_contact(value: &Json<'_>) -> Result<String, Invalid> {
    match SupportContact::parse(read::string(value)?) {
        Ok(SupportContact(text)) => Ok(text),
        Err(InvalidSupportContact) => Err(Invalid::one(
            Code::InvalidSupportContact,
            InvalidSupportContact::DETAIL,
        )),
    }
}

/// An `https` address that people open. It may be of their own network, because
/// nothing but their browser ever goes there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^https://", max_length = 500, example = "https://docs.example.com/keys"))]
#[serde(transparent)]
pub struct Link(String);

/// The text is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidLink;

impl InvalidLink {
    const DETAIL: &str = "An address begins with https:// and a host name, without user name and \
                          blanks, and has at most 500 characters.";
}

impl fmt::Display for InvalidLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::DETAIL)
    }
}

impl core::error::Error for InvalidLink {}

impl Link {
    const MAX: usize = 500;

    /// Reads an address; white space around it is dropped.
    ///
    /// # Errors
    ///
    /// [`InvalidLink`].
    pub fn parse(text: &str) -> Result<Self, InvalidLink> {
        let text = text.trim();
        // A place on the page: in the documentation of many the keys have one.
        let (page, place) = text.split_once('#').unwrap_or((text, ""));
        let is_good = text.len() <= Self::MAX
            && webhook::is_plain(place)
            && webhook::host(page).is_some_and(|host| host.split('.').all(webhook::is_label));
        is_good.then(|| Self(text.to_owned())).ok_or(InvalidLink)
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where help is to be had: an address for e-mail, or a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, max_length = 500, example = "api-team@example.com"))]
#[serde(transparent)]
pub struct SupportContact(String);

/// The text is neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidSupportContact;

impl InvalidSupportContact {
    const DETAIL: &str =
        "A contact is an e-mail address such as name@example.com, or begins with https://.";
}

impl fmt::Display for InvalidSupportContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::DETAIL)
    }
}

impl core::error::Error for InvalidSupportContact {}

impl SupportContact {
    /// Reads a contact; white space around it is dropped.
    ///
    /// # Errors
    ///
    /// [`InvalidSupportContact`].
    pub fn parse(text: &str) -> Result<Self, InvalidSupportContact> {
        let text = text.trim();
        if Link::parse(text).is_err() && Email::parse(text).is_err() {
            return Err(InvalidSupportContact);
        }
        Ok(Self(text.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;
    use proptest::prelude::*;

    fn settled() -> Settings {
        Settings {
            version: Version::new(7).unwrap(),
            docs_url: Some(Link::parse("https://docs.example.com/#keys").unwrap()),
            support_contact: Some(SupportContact::parse("ops@example.com").unwrap()),
            locked_by_default: true,
            notices: Notices::default(),
        }
    }

    fn edit(body: &str) -> Result<SettingsEdit, Problem> {
        let body = Json::parse(body.as_bytes())?;
        Ok(SettingsEdit::read(&body)?)
    }

    /// The stored shape. A change here makes what is stored unreadable.
    #[test]
    fn the_stored_shape_is_pinned() {
        for (settings, stored) in [
            (Settings::default(), "\"1\"\n\n\n\n"),
            (
                settled(),
                "\"7\"\nhttps://docs.example.com/#keys\nops@example.com\nlocked\n",
            ),
            (
                Settings {
                    notices: Notices {
                        unused_days: None,
                        ..Notices::default()
                    },
                    ..Settings::default()
                },
                "\"1\"\n\n\n\n14,3,1,0,  mail\n",
            ),
        ] {
            assert_eq!(settings.to_stored(), stored);
            assert_eq!(Settings::from_stored(stored), Some(settings));
        }
        for unreadable in [
            "",
            "\"1\"\n\n\n",
            "\"0\"\n\n\n\n",
            "1\n\n\n\n",
            "\n\n\n\n",
            "\"1\"\nhttp://a.example\n\n\n",
            "\"1\"\n\nnobody\n\n",
            "\"1\"\n\n\nyes\n",
            "\"1\"\n\n\n\nmore\n",
            "\"1\"\n\n\n\n14, 90 mail\nmore\n",
        ] {
            assert_eq!(Settings::from_stored(unreadable), None, "{unreadable:?}");
        }
    }

    #[test]
    fn addresses_that_people_open() {
        for good in [
            "https://docs.example.com",
            "https://docs.example.com/keys?lang=en#how-to%20rotate",
            "https://wiki.corp:8443/keys",
            "https://intranet/",
            "https://10.0.0.1/docs",
        ] {
            assert_eq!(Link::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "https://",
            "https:///docs",
            "http://docs.example.com",
            "javascript:alert(1)",
            "docs.example.com",
            "https://me@docs.example.com/",
            "https://docs.example.com:0/",
            "https://Docs.example.com/",
            "https://docs..example.com/",
            "https://docs.example.com/a b",
            "https://docs.example.com/#a#b",
            "https://docs.example.com/#\"x",
            "https://docs.example.com/\nx",
            "https://dócs.example.com/",
            &format!("https://docs.example.com/{}", "x".repeat(500)),
        ] {
            assert_eq!(Link::parse(bad), Err(InvalidLink), "{bad}");
        }
    }

    #[test]
    fn a_contact_is_an_e_mail_address_or_a_page() {
        for good in [
            "ops@example.com",
            "https://help.example.com/",
            "用户@例子.广告",
        ] {
            assert_eq!(SupportContact::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "Ops",
            "ops@localhost",
            "mailto:ops@example.com",
            "http://help.example.com/",
            "+49 30 123",
        ] {
            assert_eq!(
                SupportContact::parse(bad),
                Err(InvalidSupportContact),
                "{bad}"
            );
        }
    }

    #[test]
    fn an_edit_changes_what_it_names_and_counts_it() {
        let mut settings = settled();
        assert!(!settings.apply(edit("{}").unwrap()));
        assert!(!settings.apply(edit(r#"{"locked_by_default":true}"#).unwrap()));
        assert_eq!(settings, settled());
        assert!(settings.apply(edit(r#"{"docs_url":null,"locked_by_default":false}"#).unwrap()));
        assert_eq!(
            settings,
            Settings {
                version: Version::new(8).unwrap(),
                docs_url: None,
                locked_by_default: false,
                ..settled()
            }
        );
    }

    #[test]
    fn each_thing_that_is_wrong_is_named_where_it_is() {
        let problem = edit(
            r#"{"docs_url":"docs","support_contact":"Ops","locked_by_default":null,"name":"x"}"#,
        )
        .unwrap_err();
        let found: Vec<_> = problem
            .errors()
            .iter()
            .map(|error| (error.pointer.as_str(), error.code.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("/docs_url", "invalid_link"),
                ("/support_contact", "invalid_support_contact"),
                ("/locked_by_default", "wrong_type"),
                ("/name", "unknown_field"),
            ]
        );
    }

    proptest! {
        #[test]
        fn promise_11_settings_come_back_from_the_store(
            docs_url in any::<String>(), rest in "[ -~]{0,40}", contact in any::<String>(),
            version in 1_u32.., locked_by_default in any::<bool>(), email_contacts in any::<bool>(),
        ) {
            let link = |text: &str| Link::parse(text).ok();
            let settings = Settings {
                version: Version::new(version).unwrap(),
                docs_url: link(&docs_url).or_else(|| link(&format!("https://a.example/{rest}"))),
                support_contact: SupportContact::parse(&format!("{contact}@example.com")).ok(),
                locked_by_default,
                notices: Notices { email_contacts, ..Notices::default() },
            };
            prop_assert_eq!(Settings::from_stored(&settings.to_stored()), Some(settings));
        }
    }
}
