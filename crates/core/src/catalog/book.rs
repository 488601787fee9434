//! What may be granted now.

use crate::{
    grants::{Grantable, Grants, IdSet},
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
    /// What whoever grants may grant; everything, unless somebody has a say in it.
    limit: Grants<T>,
}

impl<T> Default for Book<T> {
    fn default() -> Self {
        Self {
            grantable: IdSet::default(),
            retired: IdSet::default(),
            limit: Grants::All,
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
    /// In the hands of somebody who may grant what `limit` does.
    #[must_use]
    pub fn within(self, limit: &Grants<T>) -> Self
    where
        T: Clone,
    {
        Self {
            limit: limit.clone(),
            ..self
        }
    }

    /// Whether all there is may be granted, as one.
    ///
    /// # Errors
    ///
    /// `scope_not_granted`, and the same of accounts.
    pub fn all_grantable(&self) -> Result<(), Invalid> {
        match self.limit {
            Grants::All => Ok(()),
            Grants::Some(_) => {
                let (noun, code) = (T::WORDS.noun, T::WORDS.not_granted);
                Err(Invalid::one(
                    code,
                    format!("You may not grant every {noun}, only those that you are granted."),
                ))
            }
        }
    }

    /// Whether `id` may be granted.
    ///
    /// # Errors
    ///
    /// `unknown_scope`, `retired_scope` or `scope_not_granted`, and the same of
    /// accounts.
    pub fn grantable(&self, id: &T) -> Result<(), Invalid> {
        let words = T::WORDS;
        let (noun, text) = (words.noun, id.text());
        // First, so that nobody learns what else there is.
        if !self.limit.allow(id) {
            Err(Invalid::one(
                words.not_granted,
                format!("You may not grant the {noun} `{text}`. Ask an administrator."),
            ))
        } else if self.grantable.contains(id) {
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
