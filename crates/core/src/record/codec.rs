//! The bytes of a record.
//!
//! ```text
//! format (1 byte, 1) · kind (1 byte) · field*
//! field: tag (1 byte) · length (2 bytes, big-endian) · value
//! ```
//!
//! Fields come in ascending order of their tags and at most once; one that is
//! absent has no value. A tag that this version does not know makes the record
//! unreadable rather than wider than its author meant: the reader then asks the
//! workspace object. Written by hand, because it is read on every cold
//! verification and the shape must not follow a library's.

use core::fmt;

use super::{KeyRecord, Standing, VerifierRecord};
use crate::{
    environment::Environment,
    grants::{Grantable, Grants},
    id::{Id, Kind},
    instant::Instant,
    metadata::Metadata,
    name::Name,
    network::Networks,
    version::Version,
};

const FORMAT: u8 = 1;
const KEY: u8 = 1;
const VERIFIER: u8 = 2;

const ID: u8 = 1;
const VERSION: u8 = 2;
const STANDING: u8 = 3;
const NAME: u8 = 4;
const ENVIRONMENT: u8 = 5;
const SCOPES: u8 = 6;
const ACCOUNTS: u8 = 7;
const NOT_BEFORE: u8 = 8;
const EXPIRES_AT: u8 = 9;
const TOKEN_ENDS_AT: u8 = 10;
const ALLOWED_IPS: u8 = 11;
const METADATA: u8 = 12;

/// The bytes are not a record that this version can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordError {
    /// Written by a version of another format.
    UnknownFormat,
    /// A record of something else, such as a verifier's where a key's belongs.
    WrongKind,
    /// Cut off, out of order, or with a field that is unknown or unreadable.
    Unreadable,
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownFormat => "the record is of an unknown format",
            Self::WrongKind => "the record is of another kind",
            Self::Unreadable => "the record cannot be read",
        })
    }
}

impl core::error::Error for RecordError {}

/// A field of the record has more than 65,535 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordTooLarge;

impl fmt::Display for RecordTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field of the record is too large to be published")
    }
}

impl core::error::Error for RecordTooLarge {}

/// Something that is published under a digest.
pub trait Record: Sized {
    /// Its bytes.
    ///
    /// # Errors
    ///
    /// [`RecordTooLarge`]; the limits on input keep records far below.
    fn encode(&self) -> Result<Vec<u8>, RecordTooLarge>;

    /// From its bytes, all of them.
    ///
    /// # Errors
    ///
    /// [`RecordError`] for anything that [`Record::encode`] does not write.
    fn decode(bytes: &[u8]) -> Result<Self, RecordError>;
}

impl Record for KeyRecord {
    fn encode(&self) -> Result<Vec<u8>, RecordTooLarge> {
        let mut out = Writer::new(KEY);
        out.field(ID, self.key.to_string().as_bytes())?;
        out.field(VERSION, &self.version.get().to_be_bytes())?;
        out.field(STANDING, &[self.standing.to_byte()])?;
        out.field(NAME, self.name.as_str().as_bytes())?;
        out.field(ENVIRONMENT, self.environment.as_str().as_bytes())?;
        out.field(SCOPES, self.scopes.to_stored().as_bytes())?;
        out.field(ACCOUNTS, self.accounts.to_stored().as_bytes())?;
        out.instant(NOT_BEFORE, self.not_before)?;
        out.instant(EXPIRES_AT, self.expires_at)?;
        out.instant(TOKEN_ENDS_AT, self.token_ends_at)?;
        // Most keys have neither.
        if !self.allowed_ips.is_empty() {
            out.field(ALLOWED_IPS, self.allowed_ips.to_stored().as_bytes())?;
        }
        if !self.metadata.is_empty() {
            out.field(METADATA, self.metadata.as_str().as_bytes())?;
        }
        Ok(out.bytes)
    }

    fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut input = Reader::new(bytes, KEY)?;
        let record = Self {
            key: input.required(ID, id)?,
            version: input.required(VERSION, version)?,
            standing: input.required(STANDING, standing)?,
            name: input.required(NAME, name)?,
            environment: input.required(ENVIRONMENT, |value| Environment::parse(text(value)?))?,
            scopes: input.required(SCOPES, grants)?,
            accounts: input.required(ACCOUNTS, grants)?,
            not_before: input.optional(NOT_BEFORE, instant)?,
            expires_at: input.optional(EXPIRES_AT, instant)?,
            token_ends_at: input.optional(TOKEN_ENDS_AT, instant)?,
            allowed_ips: input.optional(ALLOWED_IPS, networks)?.unwrap_or_default(),
            metadata: input.optional(METADATA, metadata)?.unwrap_or_default(),
        };
        input.finish(record)
    }
}

impl Record for VerifierRecord {
    fn encode(&self) -> Result<Vec<u8>, RecordTooLarge> {
        let mut out = Writer::new(VERIFIER);
        out.field(ID, self.verifier.to_string().as_bytes())?;
        out.field(VERSION, &self.version.get().to_be_bytes())?;
        out.field(STANDING, &[self.standing.to_byte()])?;
        out.field(NAME, self.name.as_str().as_bytes())?;
        out.instant(TOKEN_ENDS_AT, self.token_ends_at)?;
        Ok(out.bytes)
    }

    fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut input = Reader::new(bytes, VERIFIER)?;
        let record = Self {
            verifier: input.required(ID, id)?,
            version: input.required(VERSION, version)?,
            standing: input.required(STANDING, standing)?,
            name: input.required(NAME, name)?,
            token_ends_at: input.optional(TOKEN_ENDS_AT, instant)?,
        };
        input.finish(record)
    }
}

fn text(value: &[u8]) -> Option<&str> {
    core::str::from_utf8(value).ok()
}

fn id<K: Kind>(value: &[u8]) -> Option<Id<K>> {
    Id::parse(text(value)?).ok()
}

fn name(value: &[u8]) -> Option<Name> {
    let text = text(value)?;
    // What people send may have white space around it, what is written has not.
    Name::parse(text).ok().filter(|name| name.as_str() == text)
}

fn version(value: &[u8]) -> Option<Version> {
    Version::new(u32::from_be_bytes(value.try_into().ok()?))
}

fn standing(value: &[u8]) -> Option<Standing> {
    match value {
        [byte] => Standing::from_byte(*byte),
        _ => None,
    }
}

fn instant(value: &[u8]) -> Option<Instant> {
    Instant::from_millis(i64::from_be_bytes(value.try_into().ok()?))
}

fn grants<T: Grantable>(value: &[u8]) -> Option<Grants<T>> {
    Grants::from_stored(text(value)?)
}

fn networks(value: &[u8]) -> Option<Networks> {
    let text = text(value)?;
    // Absent where there are none, and written in one way only.
    Networks::from_stored(text).filter(|found| !found.is_empty() && found.to_stored() == text)
}

fn metadata(value: &[u8]) -> Option<Metadata> {
    Metadata::from_stored(text(value)?.to_owned()).filter(|found| !found.is_empty())
}

struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    fn new(kind: u8) -> Self {
        Self {
            bytes: vec![FORMAT, kind],
        }
    }

    fn field(&mut self, tag: u8, value: &[u8]) -> Result<(), RecordTooLarge> {
        let length = u16::try_from(value.len()).map_err(|_| RecordTooLarge)?;
        self.bytes.push(tag);
        self.bytes.extend_from_slice(&length.to_be_bytes());
        self.bytes.extend_from_slice(value);
        Ok(())
    }

    fn instant(&mut self, tag: u8, value: Option<Instant>) -> Result<(), RecordTooLarge> {
        match value {
            Some(at) => self.field(tag, &at.as_millis().to_be_bytes()),
            None => Ok(()),
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8], wanted: u8) -> Result<Self, RecordError> {
        match bytes.split_first_chunk::<2>() {
            Some(([FORMAT, kind], rest)) if *kind == wanted => Ok(Self { rest }),
            Some(([FORMAT, _], _)) => Err(RecordError::WrongKind),
            Some(_) => Err(RecordError::UnknownFormat),
            None => Err(RecordError::Unreadable),
        }
    }

    fn optional<T>(
        &mut self,
        wanted: u8,
        parse: impl Fn(&'a [u8]) -> Option<T>,
    ) -> Result<Option<T>, RecordError> {
        match self.rest.split_first_chunk::<3>() {
            Some(([tag, high, low], rest)) if *tag == wanted => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                let (value, rest) = rest
                    .split_at_checked(length)
                    .ok_or(RecordError::Unreadable)?;
                self.rest = rest;
                parse(value).map(Some).ok_or(RecordError::Unreadable)
            }
            _ => Ok(None),
        }
    }

    fn required<T>(
        &mut self,
        wanted: u8,
        parse: impl Fn(&'a [u8]) -> Option<T>,
    ) -> Result<T, RecordError> {
        self.optional(wanted, parse)?.ok_or(RecordError::Unreadable)
    }

    fn finish<T>(self, record: T) -> Result<T, RecordError> {
        if self.rest.is_empty() {
            Ok(record)
        } else {
            Err(RecordError::Unreadable)
        }
    }
}

#[cfg(test)]
mod tests;
