//! One value each: the words for what can be wrong with it.

use super::{Invalid, Json};
use crate::{
    environment::Environment,
    grants::{Grants, IdSet},
    instant::Instant,
    name::Name,
    problem::Code,
    scope::{AccountId, ScopeBook, ScopeId},
    text::Text,
};

/// Scopes one key names, or one verification asks for, at most. `["*"]` is for more.
pub const MAX_SCOPES: usize = 100;

/// Any text.
///
/// # Errors
///
/// `wrong_type`; so for every reader here.
pub fn string<'a>(value: &'a Json<'_>) -> Result<&'a str, Invalid> {
    match value {
        Json::String(text) => Ok(text),
        other => Err(Invalid::wrong_type("a string", other)),
    }
}

/// A [`Name`].
///
/// # Errors
///
/// `invalid_name` says what is wrong with it.
pub fn name(value: &Json<'_>) -> Result<Name, Invalid> {
    Name::parse(string(value)?).map_err(|error| Invalid::one(Code::InvalidName, sentence(error)))
}

/// A [`Text`]; nothing but white space is none.
///
/// # Errors
///
/// `invalid_text`.
pub fn text(value: &Json<'_>) -> Result<Option<Text>, Invalid> {
    Text::parse(string(value)?).map_err(|error| Invalid::one(Code::InvalidText, sentence(error)))
}

/// `live` or `test`.
///
/// # Errors
///
/// `invalid_environment`.
pub fn environment(value: &Json<'_>) -> Result<Environment, Invalid> {
    Environment::parse(string(value)?)
        .ok_or_else(|| Invalid::one(Code::InvalidEnvironment, "This must be `live` or `test`."))
}

/// An [`Instant`].
///
/// # Errors
///
/// `invalid_time`.
pub fn instant(value: &Json<'_>) -> Result<Instant, Invalid> {
    Instant::parse(string(value)?)
        .map_err(|error| Invalid::one(Code::InvalidTime, format!("This is {error}.")))
}

/// The id of a scope.
///
/// # Errors
///
/// `malformed_scope_id`.
pub fn scope(value: &Json<'_>) -> Result<ScopeId, Invalid> {
    ScopeId::parse(string(value)?).map_err(|error| {
        Invalid::one(
            Code::MalformedScopeId,
            format!("The id of a scope is {error}."),
        )
    })
}

/// The id of an account.
///
/// # Errors
///
/// `malformed_account_id`.
pub fn account(value: &Json<'_>) -> Result<AccountId, Invalid> {
    AccountId::parse(string(value)?).map_err(|error| {
        Invalid::one(
            Code::MalformedAccountId,
            format!("The id of an account is {error}."),
        )
    })
}

/// A list of scope ids, of which each counts once.
///
/// # Errors
///
/// `too_many_scopes`, or what is wrong with each.
pub fn scope_list(value: &Json<'_>) -> Result<IdSet<ScopeId>, Invalid> {
    each_scope(value, scope)
}

/// What a key is granted: ids of scopes in `book`, or `["*"]`.
///
/// # Errors
///
/// As [`scope_list`], and `wildcard_not_alone`, `unknown_scope`, `retired_scope`.
pub fn granted_scopes(value: &Json<'_>, book: &ScopeBook) -> Result<Grants<ScopeId>, Invalid> {
    let is_wildcard =
        |item: &Json<'_>| matches!(item, Json::String(text) if text == Grants::<ScopeId>::WILDCARD);
    match value {
        Json::Array(items) if items.iter().any(is_wildcard) => match items.as_slice() {
            [_] => Ok(Grants::All),
            _ => Err(Invalid::one(
                Code::WildcardNotAlone,
                "`*` grants every scope; it stands alone in the list.",
            )),
        },
        _ => each_scope(value, |item| {
            let id = scope(item)?;
            book.grantable(&id)?;
            Ok(id)
        })
        .map(Grants::Some),
    }
}

fn each_scope(
    value: &Json<'_>,
    read: impl Fn(&Json<'_>) -> Result<ScopeId, Invalid>,
) -> Result<IdSet<ScopeId>, Invalid> {
    let items = match value {
        Json::Array(items) => items,
        other => return Err(Invalid::wrong_type("a list of scope ids", other)),
    };
    if items.len() > MAX_SCOPES {
        return Err(Invalid::one(
            Code::TooManyScopes,
            format!(
                "At most {MAX_SCOPES} scopes can be named; these are {}.",
                items.len()
            ),
        ));
    }
    let mut found = IdSet::default();
    let mut wrong: Option<Invalid> = None;
    for (index, item) in items.iter().enumerate() {
        match read(item).map_err(|invalid| invalid.at(index)) {
            Ok(id) => {
                found.insert(id);
            }
            Err(invalid) => {
                wrong = Some(match wrong {
                    Some(wrong) => wrong.and(invalid),
                    None => invalid,
                });
            }
        }
    }
    wrong.map_or(Ok(found), Err)
}

/// The words of an error, which are lower-case ASCII at the start, as a sentence.
fn sentence(error: impl core::fmt::Display) -> String {
    let mut text = error.to_string();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text.push('.');
    text
}
