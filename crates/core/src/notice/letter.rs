//! A letter about what happened, for people: made when it is sent, so that what it
//! says is true then.

use super::{DAY, Occasion};
use crate::{input::Json, instant::Instant};

/// What is mailed. Both forms say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its subject: one line.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// As HTML.
    pub html: String,
}

/// Around what people wrote: its own direction stays within (Unicode UAX #9). None
/// of it has such a character.
const FIRST_STRONG: char = '\u{2068}';
const POP: char = '\u{2069}';

/// The letter that says what `body` does, which is a payload; with a link to the
/// `page`, if it is known where that is. `None` where there is nothing to say any
/// more: of an end that lies behind, another letter tells.
#[must_use]
pub fn letter(body: &str, page: Option<&str>, now: Instant) -> Option<Letter> {
    let payload = Json::parse_text(body).ok()?;
    let occasion = Occasion::parse(text(&payload, "type")?)?;
    let data = payload.member("data")?;
    let kind = if occasion.is_of_member() {
        "member"
    } else {
        "key"
    };
    let many = data.member("keys");
    let about = data.member(kind).or(many)?;
    let (mut what, mut advice) = words(occasion);
    let mut happened = String::new();
    let mut count = "1";
    if many.is_some() {
        if let Some(Json::Number(keys)) = data.member("count") {
            count = keys;
        }
        happened.push_str(count);
        happened.push_str(if count == "1" {
            " API key"
        } else {
            " API keys"
        });
        if count != "1" {
            (what, advice) = words_of_many(occasion)?;
        }
    } else {
        happened.push_str(if occasion.is_of_member() {
            "The member "
        } else {
            "The API key "
        });
        isolated(text(about, "name")?, &mut happened);
    }
    happened.push_str(what);
    if occasion == Occasion::Expiring {
        left(about, now, &mut happened)?;
    }
    // What it is, and then the rest of the line.
    let mut subject = String::from("Keyway: ");
    subject.push_str(happened.strip_prefix("The ").unwrap_or(&happened));

    let mut out = happened;
    if occasion == Occasion::Expiring
        && let Some(end) = text(about, "expires_at")
    {
        out.push_str(", on ");
        moment(end, &mut out);
    }
    out.push_str(".\n\n");
    out.push_str(advice);
    if occasion == Occasion::Rotated {
        let before = about.member("previous_token");
        match before.and_then(|token| text(token, "ends_at")) {
            Some(end) => {
                out.push_str(" The one before works until ");
                moment(end, &mut out);
                out.push('.');
            }
            None => out.push_str(" The one before does not work any more."),
        }
    }
    out.push('\n');
    if let Some(Json::Array(keys)) = many {
        for key in keys {
            out.push('\n');
            isolated(text(key, "name")?, &mut out);
        }
        let rest = count.parse().unwrap_or(0_usize).saturating_sub(keys.len());
        if rest > 0 {
            out.push_str("\nand ");
            out.push_str(&rest.to_string());
            out.push_str(" more");
        }
        out.push('\n');
    }
    let by = data.member("by").and_then(|by| text(by, "name"));
    for (label, value) in [
        ("Done by: ", by),
        ("Why: ", text(data, "reason")),
        ("Data: ", text(about, "environment")),
        ("Id: ", text(about, "id")),
    ] {
        if let Some(value) = value {
            out.push('\n');
            out.push_str(label);
            isolated(value, &mut out);
        }
    }
    if let Some(at) = text(&payload, "timestamp") {
        out.push_str("\nWhen: ");
        moment(at, &mut out);
    }
    let mut link = String::new();
    if let Some(page) = page {
        link.push_str(page.trim_end_matches('/'));
        if occasion.is_of_member() {
            link.push_str("/#/members");
        } else {
            link.push_str("/#/keys");
            if let Some(id) = text(about, "id") {
                link.push_str("?search=");
                link.push_str(id);
                link.push_str("&status=all");
            }
        }
    }
    let why = if occasion.is_of_member() {
        "You get this because you chose to be told about members."
    } else if many.is_some() {
        "You get this because you chose to be told about keys."
    } else {
        "You get this because you are a contact of this key, or chose to be told about keys."
    };
    let html = html(&out, &link, why);
    if !link.is_empty() {
        out.push_str("\n\nSee it on the page: ");
        out.push_str(&link);
    }
    out.push_str("\n\n");
    out.push_str(why);
    out.push('\n');
    Some(Letter {
        subject,
        text: out,
        html,
    })
}

/// What happened, and what to do.
fn words(occasion: Occasion) -> (&'static str, &'static str) {
    match occasion {
        Occasion::Created => (
            " was created",
            "There is nothing to do: from now on you hear what happens to it.",
        ),
        Occasion::Updated => (
            " was changed",
            "If you use it, look at what it may do now, from where and until when.",
        ),
        Occasion::Blocked => (
            " was blocked",
            "Calls with it are refused until somebody unblocks it. If you need it, ask who blocked \
             it.",
        ),
        Occasion::Unblocked => (
            " is in use again",
            "There is nothing to do: calls with it work as before.",
        ),
        Occasion::Rotated => (
            " has a new token",
            "Put the new token where the one before is used. It is not in this letter: ask who \
             made it.",
        ),
        Occasion::Revoked => (
            " was revoked",
            "Calls with it are refused from now on, for good. If you still need one, ask for \
             another key.",
        ),
        Occasion::Deleted => (
            " was deleted",
            "Calls with it are refused, for good, and it is on no list any more. If you still \
             need one, ask for another key.",
        ),
        Occasion::Revealed => (
            "'s token was shown again",
            "If you do not know why, have the key rotated: then what was seen is of no use.",
        ),
        Occasion::Expiring => (
            " expires in ",
            "From then on calls with it are refused. If it is still needed, give it a later end \
             on the page, or replace it with another key before then.",
        ),
        Occasion::Expired => (
            " has expired",
            "Calls with it are refused now. If it is still needed, give it a later end on the \
             page, or replace it with another key.",
        ),
        Occasion::Unused => (
            " is not used by anybody",
            "If nobody needs it, revoke it on the page: a key that is forgotten is found by \
             others.",
        ),
        Occasion::MemberAdded => (
            " was added",
            "If you did not expect that, look at what they may do, and remove them.",
        ),
        Occasion::MemberChanged => (
            " was changed",
            "If you did not expect that, look at what they may do now.",
        ),
        Occasion::MemberRemoved => (
            " was removed",
            "They are out at once. Rotate the keys whose tokens they may have seen.",
        ),
    }
}

/// The same of several keys, for what is done to several at once.
fn words_of_many(occasion: Occasion) -> Option<(&'static str, &'static str)> {
    Some(match occasion {
        Occasion::Blocked => (
            " were blocked",
            "Calls with them are refused until somebody unblocks them.",
        ),
        Occasion::Unblocked => (
            " are in use again",
            "There is nothing to do: calls with them work as before.",
        ),
        Occasion::Revoked => (
            " were revoked",
            "Calls with them are refused from now on, for good.",
        ),
        Occasion::Deleted => (
            " were deleted",
            "Calls with them are refused, for good, and they are on no list any more.",
        ),
        _ => return None,
    })
}

/// How much time a key has left, in words; `None` where it has none.
fn left(key: &Json<'_>, now: Instant, out: &mut String) -> Option<()> {
    let end = Instant::parse(text(key, "expires_at")?).ok()?;
    let left = end.as_millis() - now.as_millis();
    if left <= 0 {
        return None;
    }
    let hour = DAY / 24;
    let (count, unit) = if left <= DAY {
        ((left + hour - 1) / hour, " hour")
    } else {
        ((left + DAY / 2) / DAY, " day")
    };
    out.push_str(&count.to_string());
    out.push_str(unit);
    if count > 1 {
        out.push('s');
    }
    Some(())
}

fn text<'a>(of: &'a Json<'_>, name: &str) -> Option<&'a str> {
    match of.member(name) {
        Some(Json::String(text)) => Some(text),
        _ => None,
    }
}

/// What people wrote, on one line.
fn isolated(words: &str, out: &mut String) {
    out.push(FIRST_STRONG);
    for c in words.chars() {
        out.push(if c.is_ascii_control() { ' ' } else { c });
    }
    out.push(POP);
}

/// RFC 3339 in UTC, for people.
fn moment(at: &str, out: &mut String) {
    out.push_str(at.get(..10).unwrap_or_default());
    out.push(' ');
    out.push_str(at.get(11..16).unwrap_or_default());
    out.push_str(" UTC");
}

fn html(text: &str, link: &str, why: &str) -> String {
    let mut out = String::from(
        "<!doctype html><html lang=\"en\" dir=\"ltr\"><meta charset=\"utf-8\">\
         <body style=\"font:16px/1.5 sans-serif\"><p>",
    );
    escaped(text, &mut out);
    if !link.is_empty() {
        out.push_str("</p><p><a href=\"");
        escaped(link, &mut out);
        out.push_str("\">See it on the page</a>");
    }
    out.push_str("</p><p><small>");
    out.push_str(why);
    out.push_str("</small></p></body></html>");
    out
}

fn escaped(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("<br>"),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    const END: &str = "2027-01-31T22:59:59.999Z";

    fn about(occasion: Occasion, name: &str) -> Value {
        let kind = if occasion.is_of_member() {
            "member"
        } else {
            "key"
        };
        json!({
            "type": occasion.as_str(),
            "timestamp": "2027-01-17T22:59:59Z",
            "data": {
                kind: { "id": "key_1", "name": name, "environment": "live", "expires_at": END },
                "by": { "name": "Root" },
                "reason": "because\nof <this>",
            },
        })
    }

    fn written(occasion: Occasion, name: &str, now: &str) -> Option<Letter> {
        let now = Instant::parse(now).unwrap();
        let page = Some("https://keys.example.com/");
        letter(&about(occasion, name).to_string(), page, now)
    }

    #[test]
    fn every_occasion_has_a_letter_that_says_what_to_do() {
        for occasion in Occasion::ALL {
            let letter = written(*occasion, "Reporting", "2027-01-17T23:00:00Z").unwrap();
            assert!(letter.subject.starts_with("Keyway: "), "{letter:?}");
            assert!(!letter.subject.contains('\n'));
            assert!(letter.text.contains("Reporting"), "{letter:?}");
            assert!(letter.text.contains("https://keys.example.com/#/"));
            assert!(
                letter
                    .html
                    .contains("<a href=\"https://keys.example.com/#/")
            );
        }
    }

    #[test]
    fn what_is_left_is_true_when_it_is_sent() {
        for (now, left) in [
            ("2027-01-17T23:00:00Z", "expires in 14 days"),
            ("2027-01-29T20:00:00Z", "expires in 2 days"),
            ("2027-01-30T23:00:00Z", "expires in 24 hours"),
            ("2027-01-31T22:30:00Z", "expires in 1 hour"),
        ] {
            let letter = written(Occasion::Expiring, "a", now).unwrap();
            assert!(letter.subject.ends_with(left), "{}", letter.subject);
            assert!(letter.text.contains(", on 2027-01-31 22:59 UTC."));
        }
        assert_eq!(written(Occasion::Expiring, "a", END), None);
    }

    #[test]
    fn a_letter_about_many_keys_says_how_many_and_which_first() {
        let keys = [
            json!({ "id": "key_1", "name": "One" }),
            json!({ "id": "key_2", "name": "<2>" }),
        ];
        let written = |occasion: Occasion, keys: &[Value], count: usize| {
            let body = json!({
                "type": occasion.as_str(), "timestamp": END,
                "data": { "keys": keys, "count": count, "by": { "name": "Root" } },
            });
            let page = Some("https://keys.example.com");
            letter(&body.to_string(), page, Instant::EPOCH).unwrap()
        };
        for (occasion, subject) in [
            (Occasion::Blocked, "Keyway: 37 API keys were blocked"),
            (Occasion::Unblocked, "Keyway: 37 API keys are in use again"),
            (Occasion::Revoked, "Keyway: 37 API keys were revoked"),
            (Occasion::Deleted, "Keyway: 37 API keys were deleted"),
        ] {
            let letter = written(occasion, &keys, 37);
            assert_eq!(letter.subject, subject);
            let named = "\n\u{2068}One\u{2069}\n\u{2068}<2>\u{2069}\nand 35 more\n";
            assert!(letter.text.contains(named), "{}", letter.text);
            assert!(letter.text.contains("https://keys.example.com/#/keys\n"));
            assert!(letter.html.contains("&lt;2&gt;"));
        }
        let one = written(Occasion::Revoked, &keys[..1], 1);
        assert_eq!(one.subject, "Keyway: 1 API key was revoked");
        assert!(one.text.contains("\u{2068}One\u{2069}\n\nDone by: "));
    }

    #[test]
    fn what_people_wrote_neither_reorders_nor_marks_up_the_rest() {
        let letter = written(Occasion::Revoked, "<b>מפתח", "2027-01-17T23:00:00Z").unwrap();
        assert!(
            letter
                .subject
                .contains("\u{2068}<b>מפתח\u{2069} was revoked")
        );
        assert!(letter.text.contains("\u{2068}because of <this>\u{2069}"));
        assert!(letter.html.contains("&lt;b&gt;"));
        assert!(!letter.html.contains("<b>") && !letter.html.contains("<this>"));
    }

    #[test]
    fn it_has_no_link_where_nobody_said_where_the_page_is() {
        let body = about(Occasion::Blocked, "a").to_string();
        let letter = letter(&body, None, Instant::EPOCH).unwrap();
        assert!(!letter.text.contains("page:") && !letter.html.contains("href"));
    }

    proptest! {
        #[test]
        fn promise_11_no_payload_makes_a_letter_panic(body in ".*", name in ".*") {
            let _ = letter(&body, Some(&name), Instant::EPOCH);
            let _ = letter(&about(Occasion::Expiring, &name).to_string(), None, Instant::EPOCH);
        }
    }
}
