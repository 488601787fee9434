//! What somebody may be told of.

use crate::audit::Event;

macro_rules! occasions {
    ($($(#[$doc:meta])* $occasion:ident = $name:literal;)*) => {
        /// What happened, for whoever wants to know. The list grows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum Occasion { $(
            $(#[$doc])*
            #[cfg_attr(feature = "openapi", schema(rename = $name))]
            $occasion,
        )* }

        impl Occasion {
            /// Every one there is.
            pub const ALL: &'static [Self] = &[$(Self::$occasion,)*];

            /// As it is sent, and as it is asked for.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$occasion => $name,)* }
            }
        }
    };
}

occasions! {
    /// A key was made, or imported.
    Created = "key.created";
    /// What is noted of a key is another, or what it may do; or the grace of its
    /// token before ended early.
    Updated = "key.updated";
    /// A key was taken out of use.
    Blocked = "key.blocked";
    /// A key was put back into use.
    Unblocked = "key.unblocked";
    /// A key has another token.
    Rotated = "key.rotated";
    /// A key was ended for good.
    Revoked = "key.revoked";
    /// A key was taken off all lists.
    Deleted = "key.deleted";
    /// The token of a key was shown again.
    Revealed = "key.revealed";
    /// A key ends soon.
    Expiring = "key.expiring";
    /// A key has ended by time.
    Expired = "key.expired";
    /// Nobody has used a key for long.
    Unused = "key.unused";
    /// A member was invited.
    MemberAdded = "member.added";
    /// What a member may do was changed, or how they are known.
    MemberChanged = "member.changed";
    /// A member was removed.
    MemberRemoved = "member.removed";
}

impl Occasion {
    /// Reads the name of one; `None` for any other word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        // Smaller than to search by a closure.
        for occasion in Self::ALL {
            if occasion.as_str() == word {
                return Some(*occasion);
            }
        }
        None
    }

    /// The one that `event` of the log is; `None` where nobody is told of it.
    #[must_use]
    pub fn of(event: Event) -> Option<Self> {
        match event {
            Event::KeyGraceEnded => Some(Self::Updated),
            _ => Self::parse(event.as_str()),
        }
    }

    /// Whether it is about a member, and not about a key.
    #[must_use]
    pub const fn is_of_member(self) -> bool {
        matches!(
            self,
            Self::MemberAdded | Self::MemberChanged | Self::MemberRemoved
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_log_notes_of_keys_and_members_is_told() {
        for event in Event::ALL {
            let name = event.as_str();
            let told = name.starts_with("key.") || name.starts_with("member.");
            assert_eq!(Occasion::of(*event).is_some(), told, "{name}");
        }
        assert_eq!(Occasion::of(Event::KeyGraceEnded), Some(Occasion::Updated));
        assert_eq!(Occasion::of(Event::KeyRevoked), Some(Occasion::Revoked));
    }

    #[test]
    fn every_name_is_read_back() {
        for occasion in Occasion::ALL {
            assert_eq!(Occasion::parse(occasion.as_str()), Some(*occasion));
        }
        assert_eq!(Occasion::parse("key.*"), None);
        assert_eq!(Occasion::parse(""), None);
    }
}
