//! The shape shared by scope and account ids.

use core::fmt;

/// Characters a slug may have at most.
pub const MAX: usize = 64;

/// The text is not `[a-z0-9][a-z0-9:._-]{0,63}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedSlug;

impl fmt::Display for MalformedSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "1 to 64 lower-case letters, digits and : . _ -, beginning with a letter or digit",
        )
    }
}

impl core::error::Error for MalformedSlug {}

pub(crate) fn check(text: &str) -> Result<(), MalformedSlug> {
    let starts = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let mut bytes = text.bytes();
    let fits = text.len() <= MAX
        && bytes.next().is_some_and(starts)
        && bytes.all(|byte| starts(byte) || b":._-".contains(&byte));
    if fits { Ok(()) } else { Err(MalformedSlug) }
}

/// A newtype over a slug: parsed once, ordered and shown as its text.
macro_rules! slug {
    ($(#[$doc:meta])* $name:ident, $example:literal, $words:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(
            value_type = String, pattern = "^[a-z0-9][a-z0-9:._-]{0,63}$", example = $example,
        ))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Reads `[a-z0-9][a-z0-9:._-]{0,63}`.
            ///
            /// # Errors
            ///
            /// [`MalformedSlug`](crate::slug::MalformedSlug) for anything else.
            pub fn parse(text: &str) -> Result<Self, crate::slug::MalformedSlug> {
                crate::slug::check(text).map(|()| Self(text.to_owned()))
            }

            /// The id as it is stored and sent.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl crate::grants::Grantable for $name {
            const WORDS: &'static Words = &$words;

            fn from_text(text: &str) -> Option<Self> {
                Self::parse(text).ok()
            }

            fn text(&self) -> &str {
                &self.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}

pub(crate) use slug;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_what_the_design_says() {
        for good in ["a", "9", "reporting:read", "a.b_c-d:e", &"a".repeat(64)] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in ["", "*", ":a", "-a", "A", "a b", "é", "a\n", &"a".repeat(65)] {
            assert_eq!(check(bad), Err(MalformedSlug), "{bad}");
        }
        let said = MalformedSlug.to_string();
        assert!(
            said.starts_with(&format!("1 to {MAX} lower-case")),
            "{said}"
        );
    }
}
