//! What keys of a workspace can be granted by name: its scopes and its accounts.
//!
//! Both are lists that people keep, with the same life: an entry is made, given
//! another name or description, retired, put back, and deleted once no key has
//! it. Its id never changes: keys and verifications name it.

mod book;
mod draft;

use serde::Serialize;

pub use book::{Book, Books};
pub use draft::{EntryDraft, EntryEdit};

use crate::{
    grants::Grantable,
    instant::Instant,
    name::Name,
    problem::{Code, Problem},
    text::Text,
    version::Version,
};

/// What one kind of entry is called, and how it is refused.
#[derive(Debug)]
pub struct Words {
    /// `scope`; an `s` makes it several.
    pub noun: &'static str,
    /// The id is none.
    pub malformed: Code,
    /// The id is taken.
    pub exists: Code,
    /// No entry has the id, where one is asked for.
    pub not_found: Code,
    /// No entry has the id, where it is to be granted.
    pub unknown: Code,
    /// The entry is granted no more.
    pub retired: Code,
    /// Who wants to grant it may not.
    pub not_granted: Code,
    /// Keys have it.
    pub in_use: Code,
    /// More than one key may name.
    pub too_many: Code,
}

/// A scope or an account of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entry<T> {
    /// Used in keys and verifications; never changes.
    pub id: T,
    /// Counts its changes.
    pub version: Version,
    /// What people read.
    pub name: Name,
    /// What it stands for, in a sentence or two.
    pub description: Option<Text>,
    /// A retired one stays in the keys that have it and is granted no more.
    pub retired: bool,
    /// When it was made.
    pub created_at: Instant,
}

impl<T: Grantable> Entry<T> {
    /// A new one of `draft`. Without a name it is called by its id, which always
    /// is one.
    ///
    /// # Errors
    ///
    /// Never in practice: the shape of ids is narrower than that of names.
    pub fn create(draft: EntryDraft<T>, now: Instant) -> Result<Self, Problem> {
        let name = match draft.name {
            Some(name) => name,
            None => Name::parse(draft.id.text()).map_err(|_| Problem::internal())?,
        };
        Ok(Self {
            id: draft.id,
            version: Version::FIRST,
            name,
            description: draft.description,
            retired: false,
            created_at: now,
        })
    }

    /// Makes the changes of `edit`. Whether there were any is the answer; if not,
    /// the version stays.
    pub fn apply(&mut self, edit: EntryEdit) -> bool {
        let EntryEdit {
            name,
            description,
            retired,
        } = edit;
        let before = (self.name.clone(), self.description.clone(), self.retired);
        self.name = name.unwrap_or_else(|| self.name.clone());
        self.description = description.unwrap_or_else(|| self.description.clone());
        self.retired = retired.unwrap_or(self.retired);
        let changed = before != (self.name.clone(), self.description.clone(), self.retired);
        if changed {
            self.version = self.version.next();
        }
        changed
    }
}

/// The refusal to delete an entry that `keys` keys have.
#[must_use]
pub fn in_use<T: Grantable>(id: &T, keys: u64) -> Problem {
    let words = T::WORDS;
    let (noun, id) = (words.noun, id.text());
    let having = if keys == 1 { "key has" } else { "keys have" };
    Problem::new(
        words.in_use,
        format!(
            "{keys} {having} the {noun} `{id}`. Take it from them first, or retire it: then it \
             stays where it is and is granted no more."
        ),
    )
}

/// The refusal of an id that no entry has.
#[must_use]
pub fn not_found<T: Grantable>() -> Problem {
    let words = T::WORDS;
    let noun = words.noun;
    Problem::new(
        words.not_found,
        format!("This workspace has no {noun} of this id."),
    )
}

/// The refusal of an id that another entry has.
#[must_use]
pub fn exists<T: Grantable>(id: &T) -> Problem {
    let words = T::WORDS;
    let (noun, id) = (words.noun, id.text());
    crate::input::Invalid::one(words.exists, format!("The {noun} `{id}` exists already."))
        .at("id")
        .into()
}

#[cfg(test)]
mod tests;
