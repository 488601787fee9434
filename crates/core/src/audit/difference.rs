//! What a change changed, of anything that is answered as a JSON object.

use crate::input::Json;

/// The members that are not the same in both, once as they were and once as they
/// are: two objects. An absent side is `null`, and then the other is whole.
#[must_use]
pub fn difference(before: Option<&str>, after: Option<&str>) -> (String, String) {
    let (Some(one), Some(other)) = (before, after) else {
        let whole = |side: Option<&str>| side.unwrap_or("null").to_owned();
        return (whole(before), whole(after));
    };
    (unlike(one, other), unlike(other, one))
}

/// The members of `one` that `other` has differently.
fn unlike(one: &str, other: &str) -> String {
    let read = |text| match Json::parse_text(text) {
        Ok(Json::Object(members)) => members,
        // Ours always are; nothing is lost if not, for the whole is kept.
        Ok(_) | Err(_) => Vec::new(),
    };
    let (mut members, theirs) = (read(one), read(other));
    members.retain(|member| !theirs.contains(member));
    let mut out = String::new();
    Json::Object(members).write(&mut out);
    out
}
