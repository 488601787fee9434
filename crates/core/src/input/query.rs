//! The query part of an address.

use super::beginning;
use crate::problem::{Code, Problem};

/// Parameters of one address, far beyond what any route takes.
const MAX_PARAMETERS: usize = 32;

/// The parameters, decoded as a form encodes them (WHATWG URL, section 5.1).
///
/// # Errors
///
/// `invalid_parameter` for one that is given twice or is not UTF-8.
pub fn parameters(query: &str) -> Result<Vec<(String, String)>, Problem> {
    let mut found: Vec<(String, String)> = Vec::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let name = decoded(name).ok_or_else(|| invalid("", "it is no text"))?;
        let value = decoded(value).ok_or_else(|| invalid(&name, "it is no text"))?;
        if found.iter().any(|(known, _)| *known == name) {
            return Err(invalid(&name, "it is given twice"));
        }
        if found.len() == MAX_PARAMETERS {
            return Err(unknown());
        }
        found.push((name, value));
    }
    Ok(found)
}

fn decoded(text: &str) -> Option<String> {
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            _ => byte,
        });
    }
    String::from_utf8(out).ok()
}

/// For the routes without parameters.
///
/// # Errors
///
/// `unknown_parameter` for any.
pub fn nothing(query: &str) -> Result<(), Problem> {
    if query.is_empty() {
        Ok(())
    } else {
        Err(unknown())
    }
}
/// The refusal of a parameter; `why` is a sentence without its end.
pub(crate) fn invalid(name: &str, why: &str) -> Problem {
    let name = beginning(name);
    Problem::new(
        Code::InvalidParameter,
        format!("The parameter `{name}` is not right: {why}."),
    )
}

/// The refusal of a parameter that the route does not have.
pub(crate) fn unknown() -> Problem {
    Problem::new(
        Code::UnknownParameter,
        "The address has a query parameter that is unknown here.",
    )
}
