//! Reading an object member by member, collecting everything that is wrong.

use std::borrow::Cow;

use super::{beginning, json::Json};
use crate::problem::{Code, FieldError, Problem};

/// Everything that is wrong with a value. Never empty.
///
/// One pointer wide: every reader returns one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(Box<Wrong>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Wrong {
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
        Self(Box::new(Wrong {
            first,
            more: Vec::new(),
        }))
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
        let Wrong { first, more } = &mut *self.0;
        for error in core::iter::once(first).chain(more) {
            error.pointer = ["/", &step, &error.pointer].concat();
        }
        self
    }

    /// And what else is wrong.
    #[must_use]
    pub(crate) fn and(self, more: Self) -> Self {
        let mut wrong = self;
        wrong.0.more.push(more.0.first);
        wrong.0.more.extend(more.0.more);
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
        let Wrong { first, more } = *invalid.0;
        let code = first.code;
        let mut errors = vec![first];
        errors.extend(more);
        let detail = match errors.as_slice() {
            [only] => only.detail.clone(),
            several => format!("{} fields of the body are not right.", several.len()),
        };
        Self::of_fields(code, detail, errors)
    }
}

#[inline(never)]
fn missing() -> Invalid {
    Invalid::one(Code::FieldMissing, "A required field is missing.")
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
        let value = self.wanted(name)?;
        self.note(name, read(value))
    }

    /// A member that may be absent or null.
    pub fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&'a Json<'a>) -> Result<T, Invalid>,
    ) -> Option<T> {
        let value = self.present(name)?;
        self.note(name, read(value))
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
    #[inline(always)]
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Invalid> {
        match (self.wrong(), value) {
            (Some(wrong), _) => Err(wrong),
            (None, Some(value)) => Ok(value),
            (None, None) => Err(missing()),
        }
    }

    /// Everything that was wrong, what is left over among it.
    #[inline(never)]
    fn wrong(mut self) -> Option<Invalid> {
        // A body of thousands of unknown members gets a short answer too.
        for (name, _) in core::mem::take(&mut self.left).into_iter().take(20) {
            let shown = beginning(name);
            let unknown = Invalid::one(Code::UnknownField, "There is no such field here.");
            self.blame(shown, unknown);
        }
        self.wrong
    }

    #[inline(never)]
    fn wanted(&mut self, name: &str) -> Option<&'a Json<'a>> {
        let value = self.take(name);
        if value.is_none() {
            let detail = ["`", name, "` is required."].concat();
            self.blame(name, Invalid::one(Code::FieldMissing, detail));
        }
        value
    }

    #[inline(never)]
    fn present(&mut self, name: &str) -> Option<&'a Json<'a>> {
        self.take(name).filter(|value| !matches!(value, Json::Null))
    }

    #[inline(never)]
    fn take(&mut self, name: &str) -> Option<&'a Json<'a>> {
        let at = self.left.iter().position(|(found, _)| found == name)?;
        Some(&self.left.remove(at).1)
    }

    fn note<T>(&mut self, name: &str, result: Result<T, Invalid>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(invalid) => {
                self.blame(name, invalid);
                None
            }
        }
    }

    #[inline(never)]
    fn blame(&mut self, name: &str, invalid: Invalid) {
        invalid.at(name).join(&mut self.wrong);
    }
}
