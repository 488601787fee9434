//! What a change changed, of anything that is answered as a JSON object.

use std::borrow::Cow;

use crate::input::Json;

type Members<'a> = Vec<(Cow<'a, str>, Json<'a>)>;

/// The members that are not the same in both, once as they were and once as they
/// are: two objects. An absent side is `null`, and then the other is whole. What
/// is shown of a token, its hint, is on neither: the log is read and exported by
/// more people, and kept for longer, than any list of keys.
#[must_use]
pub fn difference(before: Option<&str>, after: Option<&str>) -> (String, String) {
    (unlike(before, after), unlike(after, before))
}

/// The members of `one` that `other` has differently.
fn unlike(one: Option<&str>, other: Option<&str>) -> String {
    let mut out = String::new();
    let json = match one.map(Json::parse_text) {
        Some(Ok(Json::Object(mut members))) => {
            let theirs = match other.map(Json::parse_text) {
                Some(Ok(Json::Object(theirs))) => without_hints(theirs),
                _ => Vec::new(),
            };
            members = without_hints(members);
            members.retain(|member| !theirs.contains(member));
            Json::Object(members)
        }
        _ => Json::Null,
    };
    json.write(&mut out);
    out
}

/// Not of everything that is called so: what people keep with a key may be, too.
fn without_hints(mut members: Members<'_>) -> Members<'_> {
    members.retain(|(name, _)| name != "hint");
    for (name, member) in &mut members {
        if let Json::Object(token) = member
            && matches!(&**name, "token" | "previous_token")
        {
            token.retain(|(name, _)| name != "hint");
        }
    }
    members
}
