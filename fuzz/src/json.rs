//! Bodies as another reader sees them, and the places in them.

use keyway_core::input::Json;
use serde_json::Value;

/// Whether two readers of one body saw the same.
pub(crate) fn same(ours: &Json<'_>, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(one), Value::Bool(other)) => one == other,
        (Json::Number(one), Value::Number(other)) => one.parse().ok() == other.as_f64(),
        (Json::String(one), Value::String(other)) => one == other,
        (Json::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().zip(theirs).all(|(one, other)| same(one, other))
        }
        (Json::Object(ours), Value::Object(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().all(|(name, one)| {
                    let other = theirs.get(&**name);
                    other.is_some_and(|other| same(one, other))
                })
        }
        _ => false,
    }
}

/// What a pointer (RFC 6901) points to.
pub(crate) fn at<'a>(body: &'a Json<'a>, pointer: &str) -> Option<&'a Json<'a>> {
    let Some(steps) = pointer.strip_prefix('/') else {
        return pointer.is_empty().then_some(body);
    };
    steps.split('/').try_fold(body, |value, step| {
        let step = step.replace("~1", "/").replace("~0", "~");
        match value {
            Json::Object(members) => members
                .iter()
                .find(|(name, _)| *name == step)
                .map(|(_, member)| member),
            Json::Array(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        }
    })
}
