//! What someone wants to be different about a member.

use super::{Member, Role};
use crate::{
    catalog::Books,
    contact::Email,
    grants::Grants,
    input::{Fields, Invalid, Json, detail, read},
    name::Name,
    problem::{Code, Problem},
    scope::{AccountId, ScopeId},
};

/// What is to be different: `PATCH /v1/members/{id}` (RFC 7396). What is `None`
/// stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EditMember))]
pub struct MemberEdit {
    /// Another name.
    #[cfg_attr(feature = "openapi", schema(value_type = Name, required = false))]
    pub name: Option<Name>,
    /// Another address. A person stays a person and a program a program.
    #[cfg_attr(feature = "openapi", schema(value_type = Email, required = false))]
    pub email: Option<Email>,
    /// Another role.
    #[cfg_attr(feature = "openapi", schema(value_type = Role, required = false))]
    pub role: Option<Role>,
    /// Whether a manager may do anything with keys from now on.
    #[cfg_attr(feature = "openapi", schema(value_type = bool, required = false))]
    pub api_access: Option<bool>,
    /// Whose keys a manager sees from now on: all of them, not what is added.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::grants::GrantSchema>, required = false, max_items = 500))]
    pub accounts: Option<Grants<AccountId>>,
    /// What a manager may grant, likewise.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::grants::GrantSchema>, required = false, max_items = 500))]
    pub scopes: Option<Grants<ScopeId>>,
    /// True keeps the member from everything, false lets them back in.
    #[cfg_attr(feature = "openapi", schema(value_type = bool, required = false))]
    pub suspended: Option<bool>,
    /// Whether a person is told of what happens, by e-mail, from now on.
    #[cfg_attr(feature = "openapi", schema(value_type = bool, required = false))]
    pub notices: Option<bool>,
}

impl MemberEdit {
    /// Reads the body of a request about `member`, in a workspace that grants what
    /// `books` hold.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>, member: &Member, books: &Books) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let name = fields.changed("name", read::name);
        let email = fields.changed("email", |value| match &member.email {
            Some(_) => detail::email(value),
            None => Err(Invalid::one(
                Code::InvalidEmail,
                "A program has no e-mail address.",
            )),
        });
        let role = fields.changed("role", |value| match (Role::read(value)?, &member.email) {
            (Role::Administrator, None) => Err(Invalid::one(
                Code::InvalidRole,
                "A program is a manager. An administrator has an e-mail address.",
            )),
            (role, _) => Ok(role),
        });
        let api_access = fields.changed("api_access", read::boolean);
        let accounts = fields.changed("accounts", |value| {
            read::granted(value, &books.accounts, &member.rights.accounts)
        });
        let scopes = fields.changed("scopes", |value| {
            read::granted(value, &books.scopes, &member.rights.scopes)
        });
        let suspended = fields.changed("suspended", read::boolean);
        let notices = fields.changed("notices", |value| {
            match (read::boolean(value)?, &member.email) {
                (true, None) => Err(Invalid::one(
                    Code::InvalidEmail,
                    "A program has no e-mail address.",
                )),
                (notices, _) => Ok(notices),
            }
        });
        fields.finish(Some(Self {
            name,
            email,
            role,
            api_access,
            accounts,
            scopes,
            suspended,
            notices,
        }))
    }
}

impl Member {
    /// As it is after `edit`; of the others in the workspace, `others` lead it. If
    /// nothing is different, the version stays.
    ///
    /// # Errors
    ///
    /// `last_administrator`.
    pub fn edited(&self, edit: MemberEdit, others: u64) -> Result<Self, Problem> {
        let mut next = self.clone();
        let MemberEdit {
            name,
            email,
            role,
            api_access,
            accounts,
            scopes,
            suspended,
            notices,
        } = edit;
        set(&mut next.name, name);
        if email.is_some() {
            next.email = email;
        }
        set(&mut next.rights.role, role);
        set(&mut next.rights.api_access, api_access);
        set(&mut next.rights.accounts, accounts);
        set(&mut next.rights.scopes, scopes);
        set(&mut next.suspended, suspended);
        set(&mut next.notices, notices);
        if !next.leads() {
            self.spare(others)?;
        }
        if next != *self {
            next.version = self.version.next();
        }
        Ok(next)
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}
