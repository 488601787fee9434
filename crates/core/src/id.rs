//! Identifiers: a kind and 22 base62 characters (131 bits), as `key_…`.

use core::{fmt, hash::Hash, marker::PhantomData};

use serde::{Serialize, Serializer};

use crate::{
    base62,
    entropy::{Entropy, EntropyError},
};

/// Characters after the prefix.
const BODY: usize = 22;

/// What an [`Id`] identifies. A type, so that no key id is taken for a member's.
pub trait Kind: Copy + Eq + Hash + fmt::Debug {
    /// What every id of the kind begins with, the underscore included.
    const PREFIX: &'static str;
}

/// An identifier of one kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id<K> {
    body: [u8; BODY],
    kind: PhantomData<K>,
}

/// The text is not an identifier of the kind that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MalformedId {
    prefix: &'static str,
}

impl fmt::Display for MalformedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "an id of this kind is {} and {BODY} letters or digits",
            self.prefix
        )
    }
}

impl core::error::Error for MalformedId {}

impl<K: Kind> Id<K> {
    /// A new identifier that nothing else has.
    ///
    /// # Errors
    ///
    /// When the source of randomness fails.
    pub fn mint(entropy: &mut impl Entropy) -> Result<Self, EntropyError> {
        Ok(Self::from_body(base62::random(entropy)?))
    }

    const fn from_body(body: [u8; BODY]) -> Self {
        Self {
            body,
            kind: PhantomData,
        }
    }

    /// What follows the prefix, in ASCII.
    #[must_use]
    pub fn body(&self) -> &[u8; BODY] {
        &self.body
    }

    /// The reverse; `None` for another alphabet.
    #[must_use]
    pub fn from_bytes(body: [u8; BODY]) -> Option<Self> {
        let fits = body.iter().copied().all(base62::is_digit);
        fits.then(|| Self::from_body(body))
    }

    /// Reads an identifier of this kind.
    ///
    /// # Errors
    ///
    /// [`MalformedId`] for another prefix, length or alphabet.
    pub fn parse(text: &str) -> Result<Self, MalformedId> {
        text.strip_prefix(K::PREFIX)
            .and_then(|body| <[u8; BODY]>::try_from(body.as_bytes()).ok())
            .and_then(Self::from_bytes)
            .ok_or(MalformedId { prefix: K::PREFIX })
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(K::PREFIX)?;
        f.write_str(core::str::from_utf8(&self.body).map_err(|_| fmt::Error)?)
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident, $id:ident, $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $kind;

        impl Kind for $kind {
            const PREFIX: &'static str = $prefix;
        }

        $(#[$doc])*
        pub type $id = Id<$kind>;
    )*};
}

kinds! {
    /// A key: `key_…`.
    KeyKind, KeyId, "key_";
    /// A member of a workspace: `mem_…`.
    MemberKind, MemberId, "mem_";
    /// A verifier: `ver_…`.
    VerifierKind, VerifierId, "ver_";
    /// A signed-in page: `ses_…`.
    SessionKind, SessionId, "ses_";
    /// Where webhooks are sent: `whk_…`.
    EndpointKind, EndpointId, "whk_";
    /// What is told, to whomever: `msg_…`.
    MessageKind, MessageId, "msg_";
    /// One way that a message goes: `dlv_…`.
    DeliveryKind, DeliveryId, "dlv_";
}

impl MemberId {
    /// The holder of the root token: a Worker secret, not a row.
    pub const ROOT: Self = Self::from_body([b'0'; BODY]);
}

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::{
        PartialSchema, ToSchema,
        openapi::{ObjectBuilder, RefOr, Schema, Type},
    };

    use super::{BODY, Id, Kind};

    impl<K: Kind> PartialSchema for Id<K> {
        fn schema() -> RefOr<Schema> {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .pattern(Some(format!("^{}[0-9A-Za-z]{{{BODY}}}$", K::PREFIX)))
                .build()
                .into()
        }
    }

    impl<K: Kind> ToSchema for Id<K> {
        fn name() -> std::borrow::Cow<'static, str> {
            std::borrow::Cow::Owned(format!("{}id", K::PREFIX))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::testing::Seeded;

    #[test]
    fn an_id_reads_back_and_only_as_its_own_kind() {
        let id = KeyId::mint(&mut Seeded::new(1)).unwrap();
        let text = id.to_string();
        assert_eq!(text.len(), 26);
        assert_eq!(KeyId::parse(&text), Ok(id));
        assert!(MemberId::parse(&text).is_err());
        for other in [
            "",
            "key_",
            "key_short",
            &format!("{text}x"),
            &text.replace('_', "-"),
        ] {
            assert!(KeyId::parse(other).is_err(), "{other}");
        }
        assert!(KeyId::parse("key_000000000000000000000é").is_err());
    }

    #[test]
    fn the_root_member_has_an_id_like_any_other() {
        assert_eq!(MemberId::ROOT.to_string(), "mem_0000000000000000000000");
        assert_eq!(
            MemberId::parse("mem_0000000000000000000000"),
            Ok(MemberId::ROOT)
        );
    }
}
