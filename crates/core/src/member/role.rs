//! Who may do what: the one table of it. The workspace object asks it on every
//! call, and the page is told its answers, so what the page hides cannot be done
//! by the API either (promise 10).

use serde::{Serialize, Serializer};

use crate::{
    input::{Invalid, Json, read},
    problem::{Code, Problem},
};

/// What a member is in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(rename_all = "lowercase"))]
pub enum Role {
    /// Everything in the workspace.
    Administrator,
    /// With API access, the keys whose accounts they are granted; without, nothing.
    Manager,
}

impl Role {
    /// As it is spoken of, stored and sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Manager => "manager",
        }
    }

    /// The reverse; `None` for any other word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "administrator" => Some(Self::Administrator),
            "manager" => Some(Self::Manager),
            _ => None,
        }
    }

    /// Reads a member of a body.
    pub(super) fn read(value: &Json<'_>) -> Result<Self, Invalid> {
        Self::parse(read::string(value)?).ok_or_else(|| {
            Invalid::one(
                Code::InvalidRole,
                "This must be `administrator` or `manager`.",
            )
        })
    }
}

impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What an action wants of whoever does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// To be a member.
    Membership,
    /// To be an administrator, or a manager with API access; of a key, one that
    /// they see.
    ApiAccess,
    /// To be an administrator.
    Administrator,
    /// To hold the root token, in the workspace `default`.
    Root,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident = $name:literal, $need:ident;)*) => {
        /// Something that members may do or not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Action { $($(#[$doc])* $action,)* }

        impl Action {
            /// Every one there is.
            pub const ALL: &'static [Self] = &[$(Self::$action,)*];

            /// As the page knows it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$action => $name,)* }
            }

            const fn need(self) -> Need {
                match self { $(Self::$action => Need::$need,)* }
            }
        }
    };
}

actions! {
    /// Be told who one is, sign out, see one's own sessions and end them.
    OwnSession = "session", Membership;
    /// See where help is, and what is agreed upon.
    ReadSettings = "settings.read", Membership;
    /// See keys, and how they are used.
    ReadKeys = "keys.read", ApiAccess;
    /// See what was done to a key, and by whom.
    ReadAudit = "audit.read", ApiAccess;
    /// See scopes and accounts.
    ReadCatalog = "catalog.read", ApiAccess;
    /// Make keys, also of what another system has.
    CreateKeys = "keys.create", ApiAccess;
    /// Change what is noted of a key, its picture, and what it may do.
    EditKeys = "keys.edit", ApiAccess;
    /// Make another token for a key, and end the one before.
    RotateKeys = "keys.rotate", ApiAccess;
    /// Take keys out of use, and back into it.
    BlockKeys = "keys.block", ApiAccess;
    /// End keys for good.
    RevokeKeys = "keys.revoke", Administrator;
    /// Take keys off all lists.
    DeleteKeys = "keys.delete", Administrator;
    /// Have the token of a recoverable key shown again.
    RevealKeys = "keys.reveal", Administrator;
    /// See who did what in the whole workspace.
    ReadLog = "audit.all", Administrator;
    /// Go through the keys that nobody uses.
    ReviewKeys = "keys.review", Administrator;
    /// Make, edit, retire and delete scopes and accounts.
    ManageCatalog = "catalog.manage", Administrator;
    /// Invite members, change what they may do, suspend and remove them.
    ManageMembers = "members", Administrator;
    /// Make and remove verifiers.
    ManageVerifiers = "verifiers", Administrator;
    /// Say where webhooks go, see what became of each, and send again.
    ManageWebhooks = "webhooks", Administrator;
    /// Change the settings.
    ManageSettings = "settings.edit", Administrator;
    /// Make workspaces, and see which there are.
    ManageWorkspaces = "workspaces", Root;
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Whether a member of `role` may do `action`.
///
/// # Errors
///
/// `api_access_missing`, `role_insufficient`, `root_required`.
pub(super) fn allow(
    role: Role,
    api_access: bool,
    root: bool,
    action: Action,
) -> Result<(), Problem> {
    match (action.need(), role) {
        (Need::Root, _) if root => Ok(()),
        (Need::Root, _) => Err(Problem::new(
            Code::RootRequired,
            "Only the root token may do this, in the workspace `default`.",
        )),
        (Need::Membership, _) | (_, Role::Administrator) => Ok(()),
        (Need::ApiAccess, Role::Manager) if api_access => Ok(()),
        (_, Role::Manager) if !api_access => Err(Problem::new(
            Code::ApiAccessMissing,
            "You have no access to API keys here. An administrator can grant it.",
        )),
        (_, Role::Manager) => Err(Problem::new(
            Code::RoleInsufficient,
            "Only administrators may do this. Ask one of them.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DESIGN, section 10, action by action.
    #[test]
    fn promise_10_the_matrix_of_roles() {
        let members = [
            (Role::Administrator, false),
            (Role::Manager, true),
            (Role::Manager, false),
        ];
        let matrix: Vec<String> = Action::ALL
            .iter()
            .map(|action| {
                let may = members.map(|(role, api_access)| {
                    match allow(role, api_access, false, *action).map_err(|problem| problem.code())
                    {
                        Ok(()) => "yes",
                        Err(Code::RoleInsufficient) => "role",
                        Err(Code::ApiAccessMissing) => "access",
                        Err(Code::RootRequired) => "root",
                        Err(_) => "?",
                    }
                });
                format!("{}: {}", action.as_str(), may.join(" "))
            })
            .collect();
        assert_eq!(
            matrix,
            [
                "session: yes yes yes",
                "settings.read: yes yes yes",
                "keys.read: yes yes access",
                "audit.read: yes yes access",
                "catalog.read: yes yes access",
                "keys.create: yes yes access",
                "keys.edit: yes yes access",
                "keys.rotate: yes yes access",
                "keys.block: yes yes access",
                "keys.revoke: yes role access",
                "keys.delete: yes role access",
                "keys.reveal: yes role access",
                "audit.all: yes role access",
                "keys.review: yes role access",
                "catalog.manage: yes role access",
                "members: yes role access",
                "verifiers: yes role access",
                "webhooks: yes role access",
                "settings.edit: yes role access",
                "workspaces: root root root",
            ]
        );
    }

    #[test]
    fn promise_10_root_may_do_everything_in_the_default_workspace() {
        let refused = |action: &&Action| allow(Role::Administrator, true, true, **action).is_err();
        assert_eq!(Action::ALL.iter().find(refused), None);
    }

    #[test]
    fn a_role_is_a_word() {
        for role in [Role::Administrator, Role::Manager] {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("Administrator"), None);
        assert_eq!(Role::parse("owner"), None);
    }
}
