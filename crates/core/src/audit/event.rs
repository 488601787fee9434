//! What can be noted.

macro_rules! events {
    ($($(#[$doc:meta])* $event:ident = $name:literal;)*) => {
        /// What happened. The list grows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum Event { $(
            $(#[$doc])*
            #[cfg_attr(feature = "openapi", schema(rename = $name))]
            $event,
        )* }

        impl Event {
            /// Every one there is.
            pub const ALL: &'static [Self] = &[$(Self::$event,)*];

            /// As it stands in an entry, and as it is asked for.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$event => $name,)* }
            }

            /// The reverse; `None` for any other word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                // Smaller than to search by a closure.
                for event in Self::ALL {
                    if event.as_str() == word {
                        return Some(*event);
                    }
                }
                None
            }
        }
    };
}

events! {
    /// A key was made, or imported.
    KeyCreated = "key.created";
    /// What is noted of a key is another, or what it may do.
    KeyUpdated = "key.updated";
    /// A key was taken out of use.
    KeyBlocked = "key.blocked";
    /// A key was put back into use.
    KeyUnblocked = "key.unblocked";
    /// A key has another token.
    KeyRotated = "key.rotated";
    /// The grace of the token before ended early.
    KeyGraceEnded = "key.grace_ended";
    /// A key was ended for good.
    KeyRevoked = "key.revoked";
    /// A key was taken off all lists.
    KeyDeleted = "key.deleted";
    /// The token of a key was shown again.
    KeyRevealed = "key.revealed";
    /// A scope or an account was made.
    CatalogCreated = "catalog.created";
    /// It was changed, or retired.
    CatalogUpdated = "catalog.updated";
    /// It was deleted.
    CatalogDeleted = "catalog.deleted";
    /// A member was invited.
    MemberAdded = "member.added";
    /// What a member may do was changed, or how they are known.
    MemberChanged = "member.changed";
    /// A member was removed.
    MemberRemoved = "member.removed";
    /// A verifier was made.
    VerifierCreated = "verifier.created";
    /// A verifier has another token.
    VerifierRotated = "verifier.rotated";
    /// The grace of the token before ended early.
    VerifierGraceEnded = "verifier.grace_ended";
    /// A verifier was taken out of service.
    VerifierRemoved = "verifier.removed";
    /// An endpoint for webhooks was made.
    WebhookCreated = "webhook.created";
    /// It was changed, or switched off or on.
    WebhookUpdated = "webhook.updated";
    /// It has another secret.
    WebhookRotated = "webhook.rotated";
    /// It was removed.
    WebhookRemoved = "webhook.removed";
    /// It was sent a trial.
    WebhookTested = "webhook.tested";
    /// What was sent once is sent again.
    DeliveryResent = "delivery.resent";
    /// The settings are others.
    SettingsChanged = "settings.changed";
    /// The keys that nobody uses were gone through.
    ReviewFinished = "review.finished";
    /// Another workspace was made; noted in `default`.
    WorkspaceCreated = "workspace.created";
    /// Somebody signed in.
    SignedIn = "session.created";
    /// Somebody signed out, or was.
    SignedOut = "session.ended";
    /// Somebody wanted what they may not.
    Refused = "right.refused";
}
