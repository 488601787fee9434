//! What a change changed, of anything that is answered as a JSON object.

use std::borrow::Cow;

use crate::input::{Json, write_text};

type Member<'a> = (Cow<'a, str>, Json<'a>);
type Members<'a> = Vec<Member<'a>>;

/// The members that are not the same in both, once as they were and once as they
/// are: two objects. An absent side is `null`, and then the other is whole. What
/// is shown of a token, its hint, is on neither: the log is read and exported by
/// more people, and kept for longer, than any list of keys.
#[must_use]
pub fn difference(before: Option<&str>, after: Option<&str>) -> (String, String) {
    (unlike(before, after), unlike(after, before))
}

/// The id and the name of what is answered so, if it has them.
#[must_use]
pub fn called(json: Option<&str>) -> (String, String) {
    let (mut id, mut called) = (String::new(), String::new());
    for (name, value) in members(json).unwrap_or_default() {
        if let Json::String(text) = value {
            match &*name {
                "id" => id = text.into_owned(),
                "name" => called = text.into_owned(),
                _ => {}
            }
        }
    }
    (id, called)
}

/// Whether one of the members of these names is another after than it was before.
#[must_use]
pub fn is_changed(before: Option<&str>, after: &str, names: &[&str]) -> bool {
    let before = members(before).unwrap_or_default();
    let after = members(Some(after)).unwrap_or_default();
    names
        .iter()
        .any(|name| value(&before, name) != value(&after, name))
}

fn value<'a, 'b>(members: &'a [Member<'b>], name: &str) -> Option<&'a Json<'b>> {
    let (_, value) = members.iter().find(|(found, _)| found == name)?;
    Some(value)
}

/// The members of `one` that `other` has differently.
fn unlike(one: Option<&str>, other: Option<&str>) -> String {
    let mut out = String::new();
    match members(one) {
        None => out.push_str("null"),
        Some(ours) => write(&ours, &members(other).unwrap_or_default(), &mut out),
    }
    out
}

fn members(text: Option<&str>) -> Option<Members<'_>> {
    match Json::parse_text(text?) {
        Ok(Json::Object(members)) => Some(members),
        Ok(_) | Err(_) => None,
    }
}

fn write(ours: &[Member<'_>], theirs: &[Member<'_>], out: &mut String) {
    let mut before = '{';
    for member in ours {
        let (name, value) = member;
        if name == "hint" || theirs.contains(member) {
            continue;
        }
        out.push(core::mem::replace(&mut before, ','));
        write_text(name, out);
        out.push(':');
        match value {
            // What people keep with a key may have a hint of theirs.
            Json::Object(token) if name.ends_with("token") => write(token, &[], out),
            _ => value.write(out),
        }
    }
    out.push_str(if before == '{' { "{}" } else { "}" });
}
