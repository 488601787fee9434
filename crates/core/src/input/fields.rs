//! Reading an object member by member, collecting everything that is wrong.

use std::borrow::Cow;

use super::json::Json;
use crate::problem::{Code, FieldError, Problem};

/// Everything that is wrong with a value. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    first: FieldError,
    more: Vec<FieldError>,
}

impl Invalid {
    /// One thing wrong with the value itself.
    #[must_use]
    pub fn one(code: Code, detail: impl Into<String>) -> Self {
        let first = FieldError {
            pointer: String::new(),
            code,
            detail: detail.into(),
        };
        Self {
            first,
            more: Vec::new(),
        }
    }

    /// A value of another type than `wanted` (a noun with its article).
    #[must_use]
    pub fn wrong_type(wanted: &str, found: &Json<'_>) -> Self {
        Self::one(
            Code::WrongType,
            format!("This must be {wanted}, not {}.", found.described()),
        )
    }

    /// The same, one level down: at the member or index `step`.
    #[must_use]
    pub fn at(mut self, step: impl core::fmt::Display) -> Self {
        // RFC 6901, section 3.
        let step = step.to_string().replace('~', "~0").replace('/', "~1");
        for error in core::iter::once(&mut self.first).chain(&mut self.more) {
            error.pointer = format!("/{step}{}", error.pointer);
        }
        self
    }

    /// And what else is wrong.
    #[must_use]
    pub(crate) fn and(self, more: Self) -> Self {
        let mut wrong = self;
        wrong.more.push(more.first);
        wrong.more.extend(more.more);
        wrong
    }

    /// Joins what was found wrong before.
    #[inline(never)]
    pub(super) fn join(self, wrong: &mut Option<Self>) {
        *wrong = Some(match wrong.take() {
            None => self,
            Some(before) => before.and(self),
        });
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        let code = invalid.first.code;
        let mut errors = vec![invalid.first];
        errors.extend(invalid.more);
        let detail = match errors.as_slice() {
            [only] => only.detail.clone(),
            several => format!("{} fields of the body are not right.", several.len()),
        };
        Self::of_fields(code, detail, errors)
    }
}

/// The members of an object, of which each is asked for once.
pub struct Fields<'a> {
    left: Vec<&'a (Cow<'a, str>, Json<'a>)>,
    wrong: Option<Invalid>,
}

impl<'a> Fields<'a> {
    /// Begins with the members of `body`.
    ///
    /// # Errors
    ///
    /// When it is not an object.
    pub fn of(body: &'a Json<'a>) -> Result<Self, Invalid> {
        match body {
            Json::Object(members) => Ok(Self {
                left: members.iter().collect(),
                wrong: None,
            }),
            other => Err(Invalid::wrong_type("an object", other)),
        }
    }

    /// A member that must be there. `None` when it is missing or wrong, which
    /// [`Fields::finish`] will say.
    pub fn required<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&'a Json<'a>) -> Result<T, Invalid>,
    ) -> Option<T> {
        match self.take(name) {
            Some(value) => self.note(name, read(value)),
            None => self.note(
                name,
                Err(Invalid::one(
                    Code::FieldMissing,
                    format!("`{name}` is required."),
                )),
            ),
        }
    }

    /// A member that may be absent or null.
    pub fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&'a Json<'a>) -> Result<T, Invalid>,
    ) -> Option<T> {
        match self.take(name) {
            None | Some(Json::Null) => None,
            Some(value) => self.note(name, read(value)),
        }
    }

    /// A member of a merge patch (RFC 7396) that cannot be taken away: absent or
    /// another value.
    pub fn changed<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&'a Json<'a>) -> Result<T, Invalid>,
    ) -> Option<T> {
        let value = self.take(name)?;
        self.note(name, read(value))
    }

    /// A member of a merge patch that can: absent, null (`Some(None)`), or another
    /// value.
    pub fn cleared_or<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&'a Json<'a>) -> Result<T, Invalid>,
    ) -> Option<Option<T>> {
        match self.take(name)? {
            Json::Null => Some(None),
            value => self.note(name, read(value)).map(Some),
        }
    }

    /// `value`, if nothing was wrong and no member is left over.
    ///
    /// # Errors
    ///
    /// Everything that was wrong, in the order in which it was asked for.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Invalid> {
        let missing = || Invalid::one(Code::FieldMissing, "A required field is missing.");
        match self.wrong() {
            Some(wrong) => Err(wrong),
            None => value.ok_or_else(missing),
        }
    }

    /// Everything that was wrong, what is left over among it.
    fn wrong(mut self) -> Option<Invalid> {
        // A body of thousands of unknown members gets a short answer too.
        for (name, _) in core::mem::take(&mut self.left).into_iter().take(20) {
            let shown: String = name.chars().take(64).collect();
            let unknown = Invalid::one(Code::UnknownField, "There is no such field here.");
            self.note::<()>(&shown, Err(unknown));
        }
        self.wrong
    }

    fn take(&mut self, name: &str) -> Option<&'a Json<'a>> {
        let at = self.left.iter().position(|(found, _)| found == name)?;
        Some(&self.left.remove(at).1)
    }

    fn note<T>(&mut self, name: &str, result: Result<T, Invalid>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(invalid) => {
                invalid.at(name).join(&mut self.wrong);
                None
            }
        }
    }
}
