//! One value each: the words for what can be wrong with it.

use super::{Invalid, Json};
use crate::{
    catalog::Book,
    environment::Environment,
    grants::{Grantable, Grants, IdSet},
    instant::Instant,
    name::Name,
    problem::Code,
    slug::MalformedSlug,
    text::Text,
};

/// Scopes or accounts that one key names, or one verification asks for, at most.
/// `["*"]` is for more.
pub const MAX_IDS: usize = 500;

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

/// `true` or `false`.
///
/// # Errors
///
/// `wrong_type`.
pub fn boolean(value: &Json<'_>) -> Result<bool, Invalid> {
    match value {
        Json::Bool(value) => Ok(*value),
        other => Err(Invalid::wrong_type("a boolean", other)),
    }
}

/// A whole number, far from where doubles end being exact.
///
/// # Errors
///
/// `wrong_type`.
pub fn whole(value: &Json<'_>) -> Result<i64, Invalid> {
    const MOST: u64 = 1_000_000_000_000_000;
    match value {
        Json::Number(number) => {
            // 1.0 is one.
            let digits = match number.split_once('.') {
                Some((digits, rest)) if rest.bytes().all(|byte| byte == b'0') => digits,
                _ => number,
            };
            let whole = digits.parse().ok();
            whole
                .filter(|whole: &i64| whole.unsigned_abs() <= MOST)
                .ok_or_else(|| Invalid::one(Code::WrongType, "This must be a whole number."))
        }
        other => Err(Invalid::wrong_type("a whole number", other)),
    }
}

/// The id of a scope or an account.
///
/// # Errors
///
/// `malformed_scope_id`, `malformed_account_id`.
pub fn id<T: Grantable>(value: &Json<'_>) -> Result<T, Invalid> {
    let text = string(value)?;
    T::from_text(text).ok_or_else(|| {
        let words = T::WORDS;
        let noun = words.noun;
        Invalid::one(
            words.malformed,
            format!("The id of a {noun} is {MalformedSlug}."),
        )
    })
}

/// A list of ids, of which each counts once.
///
/// # Errors
///
/// `too_many_scopes`, `too_many_accounts`, or what is wrong with each.
pub fn id_list<T: Grantable>(value: &Json<'_>) -> Result<IdSet<T>, Invalid> {
    each(value, id)
}

/// What a key is granted: ids of entries in `book`, or `["*"]`. What it has
/// already may stay, whatever became of the entry.
///
/// # Errors
///
/// As [`id_list`], and `wildcard_not_alone`, `unknown_scope`, `retired_scope`,
/// `scope_not_granted`, the last three of accounts as well.
pub fn granted<T: Grantable>(
    value: &Json<'_>,
    book: &Book<T>,
    already: &Grants<T>,
) -> Result<Grants<T>, Invalid> {
    let is_wildcard =
        |item: &Json<'_>| matches!(item, Json::String(text) if text == Grants::<T>::WILDCARD);
    match value {
        Json::Array(items) if items.iter().any(is_wildcard) => match items.as_slice() {
            [_] => {
                if *already != Grants::All {
                    book.all_grantable()?;
                }
                Ok(Grants::All)
            }
            _ => Err(Invalid::one(
                Code::WildcardNotAlone,
                format!(
                    "`*` grants every {}; it stands alone in the list.",
                    T::WORDS.noun
                ),
            )),
        },
        _ => each(value, |item| {
            let id = id(item)?;
            if !already.named().any(|has| *has == id) {
                book.grantable(&id)?;
            }
            Ok(id)
        })
        .map(Grants::Some),
    }
}

fn each<T: Grantable>(
    value: &Json<'_>,
    read: impl Fn(&Json<'_>) -> Result<T, Invalid>,
) -> Result<IdSet<T>, Invalid> {
    let words = T::WORDS;
    let items = items(value, words.noun, MAX_IDS, words.too_many)?;
    collected(items, read).map(|ids| ids.into_iter().collect())
}

/// The items of a list of several of `noun`, at most `most` of them.
pub(crate) fn items<'a, 'b>(
    value: &'a Json<'b>,
    noun: &str,
    most: usize,
    too_many: Code,
) -> Result<&'a [Json<'b>], Invalid> {
    match value {
        Json::Array(items) if items.len() > most => Err(Invalid::one(
            too_many,
            format!(
                "At most {most} {noun}s can be named; these are {}.",
                items.len()
            ),
        )),
        Json::Array(items) => Ok(items),
        other => Err(Invalid::wrong_type(&format!("a list of {noun}s"), other)),
    }
}

/// What was read of each item, or everything that is wrong with any.
pub(crate) fn collected<'a, 'b, T>(
    items: &'a [Json<'b>],
    read: impl Fn(&'a Json<'b>) -> Result<T, Invalid>,
) -> Result<Vec<T>, Invalid> {
    let mut found = Vec::new();
    let mut wrong: Option<Invalid> = None;
    for (index, item) in items.iter().enumerate() {
        match read(item) {
            Ok(item) => found.push(item),
            Err(invalid) => blame(invalid, index, &mut wrong),
        }
    }
    wrong.map_or(Ok(found), Err)
}

#[inline(never)]
fn blame(invalid: Invalid, index: usize, wrong: &mut Option<Invalid>) {
    invalid.at(index).join(wrong);
}

/// The words of an error, which are lower-case ASCII at the start, as a sentence.
pub(super) fn sentence(error: impl core::fmt::Display) -> String {
    let mut text = error.to_string();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text.push('.');
    text
}
