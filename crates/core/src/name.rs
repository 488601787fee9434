//! Names that people give to things.

use core::fmt;

use serde::Serialize;

/// A label of 1 to 100 characters, in any script, without white space around
/// it and without characters that would let it pass for another one.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 100, example = "Reporting job"))]
#[serde(transparent)]
pub struct Name(String);

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidName {
    /// Nothing but white space.
    Empty,
    /// More than [`Name::MAX`] characters; this many.
    TooLong(usize),
    /// A control character, or one that reorders the text around it.
    Forbidden(char),
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a name needs at least one visible character"),
            Self::TooLong(found) => {
                f.write_str("a name has at most 100 characters; this one has ")?;
                f.write_str(&found.to_string())
            }
            Self::Forbidden(found) => {
                let digits = hex::encode_upper(u32::from(*found).to_be_bytes());
                let digits = digits.trim_start_matches('0');
                f.write_str("a name has no control or text-direction characters; this one has U+")?;
                f.write_str("0000".get(digits.len()..).unwrap_or_default())?;
                f.write_str(digits)
            }
        }
    }
}

impl core::error::Error for InvalidName {}

impl Name {
    /// Characters (Unicode scalar values) a name has at most.
    pub const MAX: usize = 100;

    /// Reads a name; white space around it is dropped.
    ///
    /// # Errors
    ///
    /// [`InvalidName`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let text = text.trim();
        if let Some(found) = text.chars().find(|&c| is_forbidden(c)) {
            return Err(InvalidName::Forbidden(found));
        }
        if text.chars().all(is_invisible) {
            return Err(InvalidName::Empty);
        }
        // Each has one byte that does not continue another. `chars().count()` is made
        // for long texts, and takes 1 KB.
        match text.bytes().filter(|byte| byte & 0xc0 != 0x80).count() {
            length if length > Self::MAX => Err(InvalidName::TooLong(length)),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Control characters break lists and logs; embeddings, overrides, isolates and
/// line separators let one name be shown as another. The plain direction marks
/// (U+200E, U+200F, U+061C) and joiners stay: Arabic, Hebrew and Persian need them.
pub(crate) fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_may_be_of_any_script() {
        for text in [
            "a",
            "مفتاح التقارير",
            "מפתח",
            "报告",
            "👩‍🔧 robot",
            &"é".repeat(100),
        ] {
            assert_eq!(Name::parse(text).unwrap().as_str(), text);
        }
        assert_eq!(Name::parse("  Reporting ").unwrap().as_str(), "Reporting");
    }

    #[test]
    fn what_is_wrong_with_a_name_is_said() {
        assert_eq!(Name::parse(""), Err(InvalidName::Empty));
        assert_eq!(Name::parse(" \u{200b}\u{a0} "), Err(InvalidName::Empty));
        assert_eq!(
            Name::parse(&"x".repeat(101)),
            Err(InvalidName::TooLong(101))
        );
        assert_eq!(Name::parse("a\0b"), Err(InvalidName::Forbidden('\0')));
        assert_eq!(Name::parse("a\nb"), Err(InvalidName::Forbidden('\n')));
        assert_eq!(
            Name::parse("a\u{202e}b"),
            Err(InvalidName::Forbidden('\u{202e}'))
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_number() {
        for (found, end) in [
            (InvalidName::TooLong(101), "; this one has 101"),
            (InvalidName::Forbidden('\u{7}'), "; this one has U+0007"),
            (InvalidName::Forbidden('\u{202e}'), "; this one has U+202E"),
            (
                InvalidName::Forbidden('\u{10fffd}'),
                "; this one has U+10FFFD",
            ),
        ] {
            let said = found.to_string();
            assert!(said.ends_with(end), "{said}");
        }
        let most = format!("at most {} characters", Name::MAX);
        assert!(InvalidName::TooLong(101).to_string().contains(&most));
    }

    proptest! {
        #[test]
        fn promise_11_no_text_makes_the_parser_panic(text in any::<String>()) {
            if let Ok(name) = Name::parse(&text) {
                prop_assert!(name.as_str().chars().count() <= Name::MAX);
                prop_assert_eq!(Name::parse(name.as_str()), Ok(name));
            }
        }
    }
}
