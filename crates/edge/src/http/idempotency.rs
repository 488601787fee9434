//! The `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header-07).

use keyway_core::problem::{Code, Problem};
use worker::Headers;

use super::header;

/// The key, if there is one. The draft has it in quotes, most clients send it
/// bare: both are taken, and mean the same.
///
/// # Errors
///
/// `invalid_idempotency_key`.
pub(crate) fn key(headers: &Headers) -> Result<Option<String>, Problem> {
    header(headers, "idempotency-key")?
        .map(|value| parse(&value))
        .transpose()
}

fn parse(value: &str) -> Result<String, Problem> {
    let value = value.trim();
    let bare = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value);
    let fits = (1..=255).contains(&bare.len())
        && bare
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b','));
    if fits {
        return Ok(bare.to_owned());
    }
    Err(Problem::new(
        Code::InvalidIdempotencyKey,
        "An Idempotency-Key is one word of 1 to 255 visible ASCII characters, without commas; a \
         UUID is a good one.",
    ))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn quoted_and_bare_mean_the_same() {
        assert_eq!(parse("\"8e03978e-40d5\"").unwrap(), "8e03978e-40d5");
        assert_eq!(parse("8e03978e-40d5").unwrap(), "8e03978e-40d5");
        for bad in ["", "\"\"", "a b", "a, b", "\"", "é", &"x".repeat(256)] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
