//! What may be granted now.

use crate::{
    grants::{Grantable, IdSet},
    input::Invalid,
    scope::{AccountId, ScopeId},
};

/// What keys of a workspace may be granted now.
#[derive(Debug, Clone, Default)]
pub struct Books {
    /// What they may do.
    pub scopes: Book<ScopeId>,
    /// For whom.
    pub accounts: Book<AccountId>,
}

/// The entries of a workspace, as far as granting them goes.
#[derive(Debug, Clone)]
pub struct Book<T> {
    grantable: IdSet<T>,
    retired: IdSet<T>,
}

impl<T> Default for Book<T> {
    fn default() -> Self {
        Self {
            grantable: IdSet::default(),
            retired: IdSet::default(),
        }
    }
}

impl<T: Ord> FromIterator<(T, bool)> for Book<T> {
    /// From the ids, and whether each is retired.
    fn from_iter<I: IntoIterator<Item = (T, bool)>>(entries: I) -> Self {
        let mut book = Self::default();
        for (id, is_retired) in entries {
            let set = if is_retired {
                &mut book.retired
            } else {
                &mut book.grantable
            };
            set.insert(id);
        }
        book
    }
}

impl<T: Grantable> Book<T> {
    /// Whether `id` may be granted.
    ///
    /// # Errors
    ///
    /// `unknown_scope` or `retired_scope`, and the same of accounts.
    pub fn grantable(&self, id: &T) -> Result<(), Invalid> {
        let words = T::WORDS;
        let (noun, text) = (words.noun, id.text());
        if self.grantable.contains(id) {
            Ok(())
        } else if self.retired.contains(id) {
            Err(Invalid::one(
                words.retired,
                format!("The {noun} `{text}` is retired and granted no more."),
            ))
        } else {
            Err(Invalid::one(
                words.unknown,
                format!("This workspace has no {noun} `{text}`. Create it first."),
            ))
        }
    }
}
