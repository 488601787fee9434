//! People, and programs that act as one.

mod draft;
mod edit;
mod role;

use serde::{Serialize, Serializer};

use crate::{
    catalog::Books,
    contact::Email,
    grants::Grants,
    id::MemberId,
    input::Invalid,
    instant::Instant,
    key::Key,
    name::Name,
    problem::{Code, Problem},
    scope::{AccountId, ScopeId},
    token::Hint,
    version::Version,
};

#[cfg(feature = "openapi")]
pub use draft::MemberDraftSchema;
pub use draft::{MemberDraft, MemberTokenDraft};
pub use edit::MemberEdit;
pub use role::{Action, Role};

/// Who did something, as it is kept with what was done: the name stays as it
/// was, whatever becomes of the member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Actor {
    /// The member.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^mem_[0-9A-Za-z]{22}$", example = "mem_0000000000000000000000"))]
    pub id: MemberId,
    /// Their name at the time.
    pub name: String,
}

impl Actor {
    /// The holder of the root token.
    #[must_use]
    pub fn root() -> Self {
        Self {
            id: MemberId::ROOT,
            name: "Root".to_owned(),
        }
    }
}

/// What somebody may do, and with which keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// What they are.
    pub role: Role,
    /// Whether a manager may do anything with keys.
    pub api_access: bool,
    /// Whose keys a manager sees, and may grant.
    pub accounts: Grants<AccountId>,
    /// What a manager may grant.
    pub scopes: Grants<ScopeId>,
    /// Whether they make workspaces: the root token does, and nobody who is invited.
    pub root: bool,
}

impl Rights {
    /// Those of an administrator, who needs no more than that.
    #[must_use]
    pub fn administrator() -> Self {
        Self {
            role: Role::Administrator,
            api_access: true,
            accounts: Grants::All,
            scopes: Grants::All,
            root: false,
        }
    }

    /// Whether they allow `action`, whatever it is done to.
    ///
    /// # Errors
    ///
    /// `api_access_missing`, `role_insufficient`, `root_required`.
    pub fn allow(&self, action: Action) -> Result<(), Problem> {
        role::allow(self.role, self.api_access, self.root, action)
    }

    /// Everything that they allow.
    pub fn allowed(&self) -> impl Iterator<Item = Action> {
        let all = Action::ALL.iter().copied();
        all.filter(|action| self.allow(*action).is_ok())
    }

    /// Whose keys they show; `None` stands for everybody's.
    #[must_use]
    pub fn sight(&self) -> Option<&Grants<AccountId>> {
        match self.role {
            Role::Administrator => None,
            Role::Manager => Some(&self.accounts),
        }
    }

    /// Which scopes they show; `None` stands for all.
    #[must_use]
    pub fn scope_sight(&self) -> Option<&Grants<ScopeId>> {
        match self.role {
            Role::Administrator => None,
            Role::Manager => Some(&self.scopes),
        }
    }

    /// Whether they show `key`: one that is not shown does not exist for them.
    #[must_use]
    pub fn show(&self, key: &Key) -> bool {
        self.sight().is_none_or(|sight| sight.cover(&key.accounts))
    }

    /// Whether they allow having a new token of `key` in hand. With it one may do
    /// whatever the key may, so the key must not be granted more than its rotator
    /// might grant.
    ///
    /// # Errors
    ///
    /// `scope_not_granted`.
    pub fn allow_token_of(&self, key: &Key) -> Result<(), Problem> {
        match self.role {
            Role::Administrator => Ok(()),
            Role::Manager if self.scopes.cover(&key.scopes) => Ok(()),
            Role::Manager => Err(Problem::new(
                Code::ScopeNotGranted,
                "This key has scopes that you may not grant, so a token of it is not for you. Ask \
                 an administrator.",
            )),
        }
    }

    /// What of `books` they may grant.
    #[must_use]
    pub fn within(&self, books: Books) -> Books {
        match self.role {
            Role::Administrator => books,
            Role::Manager => Books {
                scopes: books.scopes.within(&self.scopes),
                accounts: books.accounts.within(&self.accounts),
            },
        }
    }
}

/// The refusal of an address that another member has.
#[must_use]
pub fn exists() -> Problem {
    Invalid::one(
        Code::MemberExists,
        "A member of this e-mail address exists already.",
    )
    .at("email")
    .into()
}

/// A person, or a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(rename_all = "lowercase"))]
pub enum MemberKind {
    /// Somebody with an e-mail address, by which they are known.
    Person,
    /// A program: a manager without an address.
    Service,
}

impl MemberKind {
    /// As it is sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Service => "service",
        }
    }
}

impl Serialize for MemberKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A member, as administrators see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The member.
    pub id: MemberId,
    /// Counts the changes.
    pub version: Version,
    /// What they are called.
    pub name: Name,
    /// By which a person is known; a program has none.
    pub email: Option<Email>,
    /// What they may do.
    pub rights: Rights,
    /// A suspended member may do nothing until they are let back in.
    pub suspended: bool,
    /// Whether they chose to be told of what happens, by e-mail.
    pub notices: bool,
    /// Their management token, if they have one.
    pub token: Option<MemberToken>,
    /// When they were invited.
    pub created_at: Instant,
    /// By whom.
    pub created_by: Actor,
}

/// A member's management token, as far as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberToken {
    /// What may be shown of it.
    pub hint: Hint,
    /// When it was made.
    pub created_at: Instant,
    /// Not good from this on; null for no end.
    pub expires_at: Option<Instant>,
    /// When it was last sent; about a minute late.
    pub last_used_at: Option<Instant>,
}

impl Member {
    /// A new one of `draft`, without a token yet.
    #[must_use]
    pub fn invite(draft: MemberDraft, id: MemberId, by: Actor, now: Instant) -> Self {
        let MemberDraft {
            name,
            email,
            rights,
            ..
        } = draft;
        Self {
            id,
            version: Version::FIRST,
            name,
            email,
            rights,
            suspended: false,
            notices: false,
            token: None,
            created_at: now,
            created_by: by,
        }
    }

    /// A person or a program.
    #[must_use]
    pub fn kind(&self) -> MemberKind {
        match self.email {
            Some(_) => MemberKind::Person,
            None => MemberKind::Service,
        }
    }

    /// As what they do is signed.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor {
            id: self.id,
            name: self.name.as_str().to_owned(),
        }
    }

    /// Whether the workspace is in their hands.
    #[must_use]
    pub fn leads(&self) -> bool {
        self.rights.role == Role::Administrator && !self.suspended
    }

    /// Whether the workspace can do without them, of which `others` lead it.
    ///
    /// # Errors
    ///
    /// `last_administrator`.
    pub fn spare(&self, others: u64) -> Result<(), Problem> {
        if self.leads() && others == 0 {
            return Err(Problem::new(
                Code::LastAdministrator,
                "This is the last administrator. Make somebody else one first.",
            ));
        }
        Ok(())
    }

    /// As it is answered.
    #[must_use]
    pub fn view(self) -> MemberView {
        MemberView {
            id: self.id,
            version: self.version,
            kind: self.kind(),
            name: self.name,
            email: self.email,
            role: self.rights.role,
            api_access: self.rights.api_access,
            accounts: self.rights.accounts,
            scopes: self.rights.scopes,
            suspended: self.suspended,
            notices: self.notices,
            token: self.token,
            created_at: self.created_at,
            created_by: self.created_by,
        }
    }
}

/// A member.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Member))]
pub struct MemberView {
    /// The member.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^mem_[0-9A-Za-z]{22}$", example = "mem_0000000000000000000000"))]
    pub id: MemberId,
    /// Counts the changes.
    pub version: Version,
    /// A person or a program.
    pub kind: MemberKind,
    /// What they are called.
    pub name: Name,
    /// By which a person is known; null for a program.
    pub email: Option<Email>,
    /// What they are.
    pub role: Role,
    /// Whether a manager may do anything with keys. Administrators always may.
    pub api_access: bool,
    /// Whose keys a manager sees, and may grant: a key is seen if all its accounts
    /// are among these.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::grants::GrantSchema>))]
    pub accounts: Grants<AccountId>,
    /// What a manager may grant.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::grants::GrantSchema>))]
    pub scopes: Grants<ScopeId>,
    /// A suspended member may do nothing until they are let back in.
    pub suspended: bool,
    /// Whether they are told by e-mail of what happens to the keys that they see, and
    /// if they manage members, to those. A program never is.
    pub notices: bool,
    /// Their management token; null if they have none.
    pub token: Option<MemberToken>,
    /// When they were invited.
    pub created_at: Instant,
    /// By whom.
    pub created_by: Actor,
}

#[cfg(test)]
mod tests;
