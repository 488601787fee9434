//! The picture of a key.

use keyway_core::{
    avatar::{Avatar, Format, MAX},
    problem::Code,
};

/// Bytes are a picture of one format at most, of the size that they say, and of
/// no length but their own; what is taken is kept as it is.
pub fn run(bytes: &[u8]) {
    let formats = [Format::Png, Format::Jpeg, Format::Webp];
    let taken = formats.into_iter().filter(|format| is(*format, bytes));
    assert!(taken.count() <= 1);
    let other = Avatar::read(Some("image/svg+xml"), bytes).unwrap_err();
    assert_eq!(other.code(), Code::UnsupportedMediaType);
}

fn is(format: Format, bytes: &[u8]) -> bool {
    let read = |bytes| Avatar::read(Some(format.media_type()), bytes).map_err(|p| p.code());
    match read(bytes) {
        Ok(avatar) => {
            assert_eq!((avatar.format, avatar.bytes), (format, bytes));
            assert!(bytes.len() <= MAX);
            assert_eq!(avatar.tag().as_str().len(), 16);
            let longer = [bytes, &[0]].concat();
            let refused = read(&longer).unwrap_err();
            assert!(matches!(refused, Code::InvalidPicture | Code::BodyTooLarge));
            true
        }
        Err(code) => {
            let known = [
                Code::BodyMissing,
                Code::BodyTooLarge,
                Code::InvalidPicture,
                Code::WrongPictureSize,
            ];
            assert!(known.contains(&code), "{code:?}");
            false
        }
    }
}
