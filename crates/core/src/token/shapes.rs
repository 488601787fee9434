//! Which texts may be the token of an API client: those of our own shape, and
//! those of the shapes that imported tokens have.

use core::fmt;

use super::{
    ApiPrefix, MANAGEMENT, Malformed, VERIFIER, malformed,
    parse::{outline_api, parse_api},
};
use crate::{base62, digits::whole, environment::Environment};

/// The shapes of a workspace's API tokens.
#[derive(Debug, Clone, Default)]
pub struct Shapes {
    /// Of those that are made here.
    pub prefix: ApiPrefix,
    /// Of those that were made elsewhere.
    pub imported: ImportedShapes,
}

impl Shapes {
    /// Whether `text` is worth looking for among what is remembered: of the
    /// checksum of our own nothing is said. One that is found there needs none, and
    /// working it out takes as long as a hash.
    pub(crate) fn outline(&self, text: &str) -> Result<(), Malformed> {
        match outline_api(text, &self.prefix) || self.is_imported(text) {
            true => Ok(()),
            false => Err(malformed::diagnose_api(text, &self.prefix)),
        }
    }

    /// Whether `text` is worth looking for anywhere.
    pub(crate) fn check(&self, text: &str) -> Result<(), Malformed> {
        match self.is_imported(text) {
            true => Ok(()),
            false => parse_api(text, &self.prefix).map(drop),
        }
    }

    /// What begins as a token of ours is held to our own rules, whatever shapes
    /// there are: another kind of token is no client's, and a mistyped one is none.
    fn is_imported(&self, text: &str) -> bool {
        self.imported.fit(text) && !begins_as_ours(text, self.prefix.as_str())
    }
}

fn begins_as_ours(text: &str, prefix: &str) -> bool {
    match text.split_once('_') {
        Some((MANAGEMENT | VERIFIER, _)) => true,
        Some((first, rest)) if first == prefix => {
            let environment = rest.split('_').next();
            environment.and_then(Environment::parse).is_some()
        }
        _ => false,
    }
}

/// The shapes of tokens that were made elsewhere: the setting `IMPORTED_TOKENS`.
/// None unless the operator says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportedShapes(Vec<Shape>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Shape {
    prefix: String,
    alphabet: Alphabet,
    /// Of what follows the prefix.
    least: usize,
    most: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alphabet {
    Digits,
    Hex,
    Uuid,
    Base32,
    Base62,
    Base64,
    Base64Url,
    Visible,
}

/// A setting that is none, by the number of the shape that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidShape(usize);

impl fmt::Display for InvalidShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "shape {} is not `prefix:alphabet:length`, as `sk_live_:base62:24-32`",
            self.0
        )
    }
}

impl core::error::Error for InvalidShape {}

impl ImportedShapes {
    /// Shapes of one setting at most: a verification may look at each.
    const MAX: usize = 16;
    /// Characters of a token after its prefix. A shorter one could be guessed.
    const LENGTH: core::ops::RangeInclusive<usize> = 12..=512;
    /// Characters of a prefix.
    const PREFIX: usize = 64;

    /// Reads shapes with blanks between: `prefix:alphabet:length`, of which the
    /// length may be a range and the prefix nothing, as in
    /// `sk_live_:base62:24-32 :hex:40`. Nothing at all is no shape.
    ///
    /// # Errors
    ///
    /// [`InvalidShape`] says which one is wrong.
    pub fn parse(text: &str) -> Result<Self, InvalidShape> {
        let mut shapes = Vec::new();
        for word in text.split_ascii_whitespace() {
            let wrong = InvalidShape(shapes.len() + 1);
            let shape = Shape::parse(word).ok_or(wrong)?;
            if shapes.len() == Self::MAX {
                return Err(wrong);
            }
            shapes.push(shape);
        }
        Ok(Self(shapes))
    }

    fn fit(&self, text: &str) -> bool {
        self.0.iter().any(|shape| shape.fits(text))
    }
}

impl Shape {
    fn parse(word: &str) -> Option<Self> {
        let (rest, length) = word.rsplit_once(':')?;
        let (prefix, alphabet) = rest.rsplit_once(':')?;
        let (least, most) = length.split_once('-').unwrap_or((length, length));
        let (least, most) = (count(least)?, count(most)?);
        let bounds = ImportedShapes::LENGTH;
        let fits = prefix.len() <= ImportedShapes::PREFIX
            && prefix.bytes().all(|byte| byte.is_ascii_graphic())
            && bounds.contains(&least)
            && bounds.contains(&most)
            && least <= most
            // It would let nothing through, and somebody believes it does.
            && !begins_as_ours(prefix, ApiPrefix::default().as_str());
        Some(Self {
            prefix: fits.then(|| prefix.to_owned())?,
            alphabet: Alphabet::parse(alphabet)?,
            least,
            most,
        })
    }

    fn fits(&self, text: &str) -> bool {
        text.strip_prefix(self.prefix.as_str()).is_some_and(|rest| {
            (self.least..=self.most).contains(&rest.len())
                && rest.bytes().all(|byte| self.alphabet.has(byte))
        })
    }
}

impl Alphabet {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "digits" => Self::Digits,
            "hex" => Self::Hex,
            "uuid" => Self::Uuid,
            "base32" => Self::Base32,
            "base62" => Self::Base62,
            "base64" => Self::Base64,
            "base64url" => Self::Base64Url,
            "visible" => Self::Visible,
            _ => return None,
        })
    }

    fn has(self, byte: u8) -> bool {
        match self {
            Self::Digits => byte.is_ascii_digit(),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Uuid => byte.is_ascii_hexdigit() || byte == b'-',
            Self::Base32 => matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'2'..=b'7' | b'='),
            Self::Base62 => base62::is_digit(byte),
            Self::Base64 => base62::is_digit(byte) || matches!(byte, b'+' | b'/' | b'='),
            Self::Base64Url => base62::is_digit(byte) || matches!(byte, b'-' | b'_' | b'='),
            Self::Visible => byte.is_ascii_graphic(),
        }
    }
}

fn count(text: &str) -> Option<usize> {
    whole(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::{Token, mint_api, mint_management, mint_verifier};
    use crate::workspace::WorkspaceName;

    struct Counting(u8);

    impl crate::entropy::Entropy for Counting {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), crate::entropy::EntropyError> {
            for byte in bytes {
                self.0 = self.0.wrapping_add(1);
                *byte = self.0;
            }
            Ok(())
        }
    }

    fn shapes(setting: &str) -> Shapes {
        Shapes {
            imported: ImportedShapes::parse(setting).unwrap(),
            ..Shapes::default()
        }
    }

    fn takes(setting: &str, text: &str) -> bool {
        let shapes = shapes(setting);
        let taken = shapes.check(text).is_ok();
        assert_eq!(shapes.outline(text).is_ok(), taken, "{text}");
        taken
    }

    #[test]
    fn a_token_fits_its_shape_and_no_other() {
        let setting = "sk_live_:base62:24-32 legacy-:hex:40 :uuid:36 a:b:visible:12";
        for (text, fits) in [
            (format!("sk_live_{}", "aZ9".repeat(8)), true),
            (format!("sk_live_{}", "a".repeat(32)), true),
            (format!("sk_live_{}", "a".repeat(23)), false),
            (format!("sk_live_{}", "a".repeat(33)), false),
            (format!("sk_live_{}-", "a".repeat(24)), false),
            (format!("sk_test_{}", "a".repeat(24)), false),
            (format!("legacy-{}", "0Fa9".repeat(10)), true),
            (format!("legacy-{}g", "0".repeat(39)), false),
            ("0b0e7d5c-6a51-4c3a-9d4e-0123456789ab".to_owned(), true),
            ("a:b!\"#$%&'()*+,".to_owned(), true),
            ("a:b two  words".to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(takes(setting, &text), fits, "{text}");
        }
    }

    #[test]
    fn a_setting_that_is_none_is_refused_by_the_number_of_its_shape() {
        assert_eq!(ImportedShapes::parse(" "), Ok(ImportedShapes::default()));
        for (bad, at) in [
            ("x", 1),
            ("x:hex", 1),
            ("x:hex:", 1),
            ("x:hex:40 y:letters:40", 2),
            ("x:hex:11", 1),
            ("x:hex:513", 1),
            ("x:hex:40-39", 1),
            ("x:hex:+40", 1),
            ("x:hex:40-", 1),
            ("é:hex:40", 1),
            ("kwm_:base62:40", 1),
            ("kwv_a:base62:40", 1),
            ("kw_live_:base62:40", 1),
            (&"x:hex:40 ".repeat(17), 17),
        ] {
            assert_eq!(ImportedShapes::parse(bad), Err(InvalidShape(at)), "{bad}");
        }
    }

    /// Whatever the operator lets through.
    #[test]
    fn what_begins_as_a_token_of_ours_keeps_our_rules() {
        let all = ":visible:12-512";
        let made = mint_api(&ApiPrefix::default(), Environment::Live, &mut Counting(7)).unwrap();
        assert!(takes(all, made.reveal()));
        let mut mistyped = made.reveal().to_owned();
        mistyped.replace_range(10..11, "?");
        let workspace = WorkspaceName::default_workspace();
        let others: [Token; 2] = [
            mint_management(&workspace, &mut Counting(7)).unwrap(),
            mint_verifier(&workspace, &mut Counting(7)).unwrap(),
        ];
        assert!(shapes(all).check(&mistyped).is_err());
        for other in others {
            assert!(!takes(all, other.reveal()));
        }
        for text in [
            "kwm_anything-at-all",
            "kwv_anything-at-all",
            "kw_test_anything",
        ] {
            assert!(!takes(all, text), "{text}");
        }
        assert!(takes(all, "kw_other_anything"));
        let shapes = Shapes::default();
        assert!(shapes.check("kw_other_anything").is_err());
    }
}
