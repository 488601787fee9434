//! What the people of a workspace have settled about notices.

use serde::Serialize;

use crate::{
    digits::whole,
    input::{Fields, Invalid, Json, read},
    problem::Code,
};

/// What is told of keys, and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = NoticeSettings))]
pub struct Notices {
    /// How many days ahead of a key's end it is told, from the longest to the
    /// shortest; 0 is on the day, 12 hours ahead. Of the end itself is told in any
    /// case.
    #[cfg_attr(feature = "openapi", schema(max_items = 10, example = json!([14, 3, 1, 0])))]
    pub expiry_days: Vec<u16>,
    /// After how many days without use a key counts as unused; null: it is never
    /// told.
    pub unused_days: Option<u16>,
    /// Whether the contacts of keys get e-mail.
    pub email_contacts: bool,
}

impl Default for Notices {
    fn default() -> Self {
        Self {
            expiry_days: vec![14, 3, 1, 0],
            unused_days: Some(90),
            email_contacts: true,
        }
    }
}

/// What is to be different about it (RFC 7396). What is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EditNoticeSettings))]
pub struct NoticesEdit {
    /// Other leads: 0 to 365 days, up to ten.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<u16>, required = false, max_items = 10, example = json!([14, 3, 1, 0])))]
    pub expiry_days: Option<Vec<u16>>,
    /// Another time without use, 1 to 3650 days, or null for none.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u16>, minimum = 1, maximum = 3_650))]
    pub unused_days: Option<Option<u16>>,
    /// Whether contacts get e-mail from now on.
    #[cfg_attr(feature = "openapi", schema(value_type = bool, required = false))]
    pub email_contacts: Option<bool>,
}

/// Leads at most.
const LEADS: usize = 10;
const LONGEST_LEAD: u16 = 365;
const LONGEST_UNUSED: u16 = 3_650;

impl NoticesEdit {
    /// Reads the member `notices` of an edit.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(value: &Json<'_>) -> Result<Self, Invalid> {
        let mut fields = Fields::of(value)?;
        let expiry_days = fields.changed("expiry_days", leads);
        let unused_days = fields.cleared_or("unused_days", |value| {
            days(value, 1, LONGEST_UNUSED, "This is 1 to 3650 days, or null.")
        });
        let email_contacts = fields.changed("email_contacts", read::boolean);
        fields.finish(Some(Self {
            expiry_days,
            unused_days,
            email_contacts,
        }))
    }
}

fn days(value: &Json<'_>, least: u16, most: u16, what: &'static str) -> Result<u16, Invalid> {
    let days = u16::try_from(read::whole(value)?).ok();
    days.filter(|days| (least..=most).contains(days))
        .ok_or_else(|| Invalid::one(Code::InvalidDays, what))
}

/// Each once, the longest first.
fn leads(value: &Json<'_>) -> Result<Vec<u16>, Invalid> {
    const WHAT: &str = "A lead is 0 to 365 days, and there are up to ten.";
    let Json::Array(items) = value else {
        return Err(Invalid::wrong_type("a list", value));
    };
    if items.len() > LEADS {
        return Err(Invalid::one(Code::InvalidDays, WHAT));
    }
    let mut leads: Vec<u16> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let lead = days(item, 0, LONGEST_LEAD, WHAT).map_err(|wrong| wrong.at(index))?;
        // So few that a sort would be the larger code.
        let place = leads.iter().take_while(|other| **other > lead).count();
        if leads.get(place) != Some(&lead) {
            leads.insert(place, lead);
        }
    }
    Ok(leads)
}

impl Notices {
    /// Makes the changes of `edit`.
    pub fn apply(&mut self, edit: NoticesEdit) {
        if let Some(expiry_days) = edit.expiry_days {
            self.expiry_days = expiry_days;
        }
        if let Some(unused_days) = edit.unused_days {
            self.unused_days = unused_days;
        }
        if let Some(email_contacts) = edit.email_contacts {
            self.email_contacts = email_contacts;
        }
    }

    /// In the words of the store: the leads, the days without use and whether
    /// contacts are written to, with a blank between them.
    #[must_use]
    pub fn to_stored(&self) -> String {
        let mut out = String::new();
        for lead in &self.expiry_days {
            out.push_str(&lead.to_string());
            out.push(',');
        }
        out.push(' ');
        if let Some(days) = self.unused_days {
            out.push_str(&days.to_string());
        }
        out.push_str(if self.email_contacts { " mail" } else { " " });
        out
    }

    /// The reverse.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let mut expiry_days = Vec::new();
        for lead in parts.next()?.split_terminator(',') {
            expiry_days.push(whole(lead)?.try_into().ok()?);
        }
        let unused_days = match parts.next()? {
            "" => None,
            days => Some(whole(days)?.try_into().ok()?),
        };
        let email_contacts = match parts.next()? {
            "" => false,
            "mail" => true,
            _ => return None,
        };
        parts.next().is_none().then_some(Self {
            expiry_days,
            unused_days,
            email_contacts,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::problem::Problem;

    fn edit(body: &str) -> Result<NoticesEdit, Problem> {
        let body = Json::parse(body.as_bytes())?;
        Ok(NoticesEdit::read(&body)?)
    }

    #[test]
    fn leads_are_sorted_and_each_once() {
        let read = edit(r#"{"expiry_days":[1,14,1,0,30],"unused_days":null}"#).unwrap();
        let mut notices = Notices::default();
        notices.apply(read);
        assert_eq!(notices.expiry_days, [30, 14, 1, 0]);
        assert_eq!((notices.unused_days, notices.email_contacts), (None, true));
        assert_eq!(edit("{}").unwrap(), NoticesEdit::default());
    }

    #[test]
    fn each_thing_that_is_wrong_is_named_where_it_is() {
        let wrong =
            edit(r#"{"expiry_days":[1,366],"unused_days":0,"email_contacts":null,"days":1}"#)
                .unwrap_err();
        let found: Vec<_> = wrong
            .errors()
            .iter()
            .map(|error| (error.pointer.as_str(), error.code.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("/expiry_days/1", "invalid_days"),
                ("/unused_days", "invalid_days"),
                ("/email_contacts", "wrong_type"),
                ("/days", "unknown_field"),
            ]
        );
        for bad in [
            r#"{"expiry_days":[0,1,2,3,4,5,6,7,8,9,10]}"#,
            r#"{"expiry_days":[-1]}"#,
            r#"{"expiry_days":["1"]}"#,
            r#"{"expiry_days":null}"#,
            r#"{"unused_days":70000}"#,
            "[]",
        ] {
            assert!(edit(bad).is_err(), "{bad}");
        }
    }

    /// The stored shape. A change here makes what is stored unreadable.
    #[test]
    fn the_stored_shape_is_pinned() {
        let silent = Notices {
            expiry_days: Vec::new(),
            unused_days: None,
            email_contacts: false,
        };
        for (notices, stored) in [(Notices::default(), "14,3,1,0, 90 mail"), (silent, "  ")] {
            assert_eq!(notices.to_stored(), stored);
            assert_eq!(Notices::from_stored(stored), Some(notices));
        }
        for unreadable in [
            "",
            "14, 90",
            "14, 90 yes",
            "x, 90 mail",
            "14, x mail",
            "   ",
        ] {
            assert_eq!(Notices::from_stored(unreadable), None, "{unreadable:?}");
        }
    }

    proptest! {
        #[test]
        fn they_come_back_from_the_store(
            expiry_days in prop::collection::vec(any::<u16>(), 0..10),
            unused_days in any::<Option<u16>>(), email_contacts in any::<bool>(),
        ) {
            let notices = Notices { expiry_days, unused_days, email_contacts };
            prop_assert_eq!(Notices::from_stored(&notices.to_stored()), Some(notices));
        }
    }
}
