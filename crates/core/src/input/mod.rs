//! From untrusted JSON to the types of this crate.
//!
//! A body is read field by field, and every field that is wrong is named, each
//! with a JSON pointer and a code: a form is mended in one go. Members that are
//! unknown or given twice are refused, because a misspelt `expires_at` that is
//! silently ignored is a key that never expires.

pub mod detail;
mod fields;
pub mod header;
mod json;
pub mod query;
pub mod read;

pub use fields::{Fields, Invalid};
pub use json::Json;
pub(crate) use json::write_text;

/// As much of a name that somebody made up as an answer repeats.
fn beginning(name: &str) -> &str {
    let end = name.char_indices().nth(64).map_or(name.len(), |(at, _)| at);
    name.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests;
