//! What a key may do, and for whom.

use crate::{
    catalog::{Entry, Words},
    problem::Code,
    slug::slug,
};

slug! {
    /// The immutable id of a scope, used in keys and verifications.
    ScopeId, "reporting:read", Words {
        noun: "scope",
        malformed: Code::MalformedScopeId,
        exists: Code::ScopeExists,
        not_found: Code::ScopeNotFound,
        unknown: Code::UnknownScope,
        retired: Code::RetiredScope,
        not_granted: Code::ScopeNotGranted,
        in_use: Code::ScopeInUse,
        too_many: Code::TooManyScopes,
    }
}

slug! {
    /// The immutable id of an account: for whom a key may do what its scopes say.
    AccountId, "customer-17", Words {
        noun: "account",
        malformed: Code::MalformedAccountId,
        exists: Code::AccountExists,
        not_found: Code::AccountNotFound,
        unknown: Code::UnknownAccount,
        retired: Code::RetiredAccount,
        not_granted: Code::AccountNotGranted,
        in_use: Code::AccountInUse,
        too_many: Code::TooManyAccounts,
    }
}

/// What a key may do.
pub type Scope = Entry<ScopeId>;

/// For whom a key may do it: a named customer or resource of a workspace.
pub type Account = Entry<AccountId>;
