//! Pins the members of a JSON object: one more or one less is a change of the contract.

use serde_json::Value;

/// The members of an object, sorted.
#[must_use]
pub fn members(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect();
    names.sort_unstable();
    names
}

/// # Panics
/// When `value` is not an object of exactly these members.
#[track_caller]
pub fn assert_members(value: &Value, names: &[&str]) {
    let mut wanted = names.to_vec();
    wanted.sort_unstable();
    assert_eq!(members(value), wanted, "the members of {value}");
}
