//! Longer texts that people write: descriptions and reasons.

use core::fmt;

use serde::Serialize;

use crate::name;

/// A text of up to 500 characters, line breaks allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, max_length = 500))]
#[serde(transparent)]
pub struct Text(String);

/// The text is too long or has a control character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidText;

impl fmt::Display for InvalidText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "at most {} characters, without control characters",
            Text::MAX
        )
    }
}

impl core::error::Error for InvalidText {}

impl Text {
    /// Characters (Unicode scalar values) at most.
    pub const MAX: usize = 500;

    /// Reads a text; white space around it is dropped, and of nothing nothing
    /// remains.
    ///
    /// # Errors
    ///
    /// [`InvalidText`] when it is too long or has control characters
    /// other than line breaks and tabs.
    pub fn parse(text: &str) -> Result<Option<Self>, InvalidText> {
        let text = text.trim();
        let forbidden = |c: char| name::is_forbidden(c) && !matches!(c, '\n' | '\r' | '\t');
        if text.chars().any(forbidden) || text.chars().count() > Self::MAX {
            return Err(InvalidText);
        }
        Ok((!text.is_empty()).then(|| Self(text.to_owned())))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_line_breaks_and_nothing_else_that_is_invisible() {
        assert_eq!(Text::parse(" a\nb\t").unwrap().unwrap().as_str(), "a\nb");
        assert_eq!(Text::parse("  "), Ok(None));
        assert_eq!(Text::parse("a\0"), Err(InvalidText));
        assert_eq!(Text::parse("a\u{202e}"), Err(InvalidText));
        assert!(Text::parse(&"é".repeat(500)).is_ok());
        assert_eq!(Text::parse(&"é".repeat(501)), Err(InvalidText));
    }
}
