//! The picture of a key.
//!
//! It is kept and given back as it came, and nothing here decodes it: what is
//! read is the type, the dimensions, and whether the file has both its ends.
//! Browsers make the rest of it, from an answer that can do nothing else.

use serde::Serialize;

use crate::{
    digest::TokenHash,
    problem::{Code, Problem},
};

/// Its width and its height, in pixels.
pub const SIDE: u32 = 128;

/// Bytes at most.
pub const MAX: usize = 64 * 1024;

/// What a picture may be. Formats that can carry scripts are none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// PNG (third edition, 2025).
    Png,
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// WebP (RFC 9649).
    Webp,
}

impl Format {
    /// As it stands in a `Content-Type`.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }

    /// Of a `Content-Type`, with or without parameters (RFC 9110, 8.3.1).
    #[must_use]
    pub fn declared(media_type: &str) -> Option<Self> {
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        [Self::Png, Self::Jpeg, Self::Webp]
            .into_iter()
            .find(|format| essence.eq_ignore_ascii_case(format.media_type()))
    }

    /// Width and height, if the bytes are a file of this format.
    fn dimensions(self, bytes: &[u8]) -> Option<(u32, u32)> {
        match self {
            Self::Png => png(bytes),
            Self::Jpeg => jpeg(bytes),
            Self::Webp => webp(bytes),
        }
    }
}

/// A picture that may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Avatar<'a> {
    /// What it is.
    pub format: Format,
    /// The file.
    pub bytes: &'a [u8],
}

impl<'a> Avatar<'a> {
    /// Reads the body of a request, of what its `Content-Type` says it is.
    ///
    /// # Errors
    ///
    /// `unsupported_media_type`, `body_missing`, `body_too_large`,
    /// `invalid_picture`, `wrong_picture_size`.
    pub fn read(media_type: Option<&str>, bytes: &'a [u8]) -> Result<Self, Problem> {
        let refused = |code, detail| Err(Problem::new(code, detail));
        let Some(format) = media_type.and_then(Format::declared) else {
            return refused(
                Code::UnsupportedMediaType,
                "A picture is a PNG, a JPEG or a WebP, declared as `Content-Type: image/png`, \
                 `image/jpeg` or `image/webp`.",
            );
        };
        if bytes.is_empty() {
            return refused(Code::BodyMissing, "The body must be the picture.");
        }
        if bytes.len() > MAX {
            return refused(
                Code::BodyTooLarge,
                "The picture is too large; at most 64 KB are taken.",
            );
        }
        match format.dimensions(bytes) {
            Some((SIDE, SIDE)) => Ok(Self { format, bytes }),
            Some(_) => refused(
                Code::WrongPictureSize,
                "The picture must be 128 pixels wide and 128 high.",
            ),
            None => refused(
                Code::InvalidPicture,
                "The body is not a whole picture of the type that `Content-Type` says.",
            ),
        }
    }

    /// What tells it from others.
    #[must_use]
    pub fn tag(&self) -> AvatarTag {
        let hash = TokenHash::of_bytes(self.bytes);
        let mut digits = hex::encode(hash.as_bytes());
        digits.truncate(16);
        AvatarTag(digits)
    }
}

/// The beginning of a picture's SHA-256: whoever has one of this tag need not
/// ask for it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9a-f]{16}$", example = "9f86d081884c7d65"))]
#[serde(transparent)]
pub struct AvatarTag(String);

impl AvatarTag {
    /// As it was stored.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// Its digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn big_endian(bytes: &[u8]) -> u32 {
    let digit = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
    bytes.iter().fold(0, digit)
}

fn little_endian(bytes: &[u8]) -> u32 {
    let digit = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
    bytes.iter().rev().fold(0, digit)
}

/// The signature, the header, and the chunk that is the last.
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let whole = bytes.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
        && bytes.ends_with(b"\0\0\0\0IEND\xae\x42\x60\x82");
    let side = |at| bytes.get(at).map(big_endian);
    whole.then_some((side(16..20)?, side(20..24)?))
}

/// From segment to segment, up to the one that begins a frame.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    if !bytes.starts_with(b"\xff\xd8") || !bytes.ends_with(b"\xff\xd9") {
        return None;
    }
    let mut rest = bytes.get(2..)?;
    loop {
        let (&[0xff, marker], segment) = rest.split_first_chunk()? else {
            return None;
        };
        match marker {
            // A byte that only fills.
            0xff => rest = rest.get(1..)?,
            // These have the numbers of frames and are tables.
            0xc4 | 0xc8 | 0xcc => rest = behind(segment)?,
            // Length, precision, height, width.
            0xc0..=0xcf => {
                let height = big_endian(segment.get(3..5)?);
                return Some((big_endian(segment.get(5..7)?), height));
            }
            // What has no length has no place before a frame, nor has a scan.
            0x00..=0xbf | 0xd0..=0xda => return None,
            _ => rest = behind(segment)?,
        }
    }
}

/// What follows a segment, whose length counts itself.
fn behind(segment: &[u8]) -> Option<&[u8]> {
    let length = u16::from_be_bytes(*segment.first_chunk()?);
    segment.get(usize::from(length).max(2)..)
}

/// The container, which says how long it is, and the first of its chunks.
fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at| bytes.get(at).map(little_endian);
    let has = |at, wanted: &[u8]| bytes.get(at) == Some(wanted);
    let length = u32::try_from(bytes.len()).ok()?;
    if !has(0..4, b"RIFF") || !has(8..12, b"WEBP") || number(4..8)?.checked_add(8)? != length {
        return None;
    }
    // From 20 on it is the content of that chunk.
    match bytes.get(12..16)? {
        // A frame that stands alone, behind its start code.
        b"VP8 " if has(23..26, b"\x9d\x01\x2a") && number(20..21)? & 1 == 0 => {
            Some((number(26..28)? & 0x3fff, number(28..30)? & 0x3fff))
        }
        b"VP8L" if has(20..21, b"\x2f") => {
            let sides = number(21..25)?;
            let side = |bits: u32| (bits & 0x3fff).saturating_add(1);
            Some((side(sides), side(sides >> 14)))
        }
        b"VP8X" => {
            let side = |at| Some(number(at)?.saturating_add(1));
            Some((side(24..27)?, side(27..30)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
