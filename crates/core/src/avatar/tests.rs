use proptest::prelude::*;

use super::*;

/// Made by an encoder that is not ours.
const FILES: [(&str, Format, &[u8]); 6] = [
    (
        "png",
        Format::Png,
        include_bytes!("../../../../fuzz/corpus/avatar/png"),
    ),
    (
        "jpeg",
        Format::Jpeg,
        include_bytes!("../../../../fuzz/corpus/avatar/jpeg"),
    ),
    (
        "jpeg-progressive",
        Format::Jpeg,
        include_bytes!("../../../../fuzz/corpus/avatar/jpeg-progressive"),
    ),
    (
        "webp-lossy",
        Format::Webp,
        include_bytes!("../../../../fuzz/corpus/avatar/webp-lossy"),
    ),
    (
        "webp-lossless",
        Format::Webp,
        include_bytes!("../../../../fuzz/corpus/avatar/webp-lossless"),
    ),
    (
        "webp-extended",
        Format::Webp,
        include_bytes!("../../../../fuzz/corpus/avatar/webp-extended"),
    ),
];

const NARROW: [(Format, &[u8]); 3] = [
    (
        Format::Png,
        include_bytes!("../../../../fuzz/corpus/avatar/png-narrow"),
    ),
    (
        Format::Jpeg,
        include_bytes!("../../../../fuzz/corpus/avatar/jpeg-narrow"),
    ),
    (
        Format::Webp,
        include_bytes!("../../../../fuzz/corpus/avatar/webp-narrow"),
    ),
];

fn code(media_type: &str, bytes: &[u8]) -> Option<Code> {
    let read = Avatar::read(Some(media_type), bytes);
    read.err().map(|problem| problem.code())
}

#[test]
fn a_picture_is_what_its_type_says_and_nothing_else() {
    for (name, format, bytes) in FILES {
        let avatar = Avatar::read(Some(format.media_type()), bytes).unwrap();
        assert_eq!((avatar.format, avatar.bytes), (format, bytes), "{name}");
        for other in [Format::Png, Format::Jpeg, Format::Webp] {
            let refused = (other != format).then_some(Code::InvalidPicture);
            assert_eq!(code(other.media_type(), bytes), refused, "{name}");
        }
    }
}

#[test]
fn each_format_says_how_wide_and_how_high_it_is() {
    for (format, bytes) in NARROW {
        assert_eq!(format.dimensions(bytes), Some((64, 128)));
        let refused = code(format.media_type(), bytes);
        assert_eq!(refused, Some(Code::WrongPictureSize));
    }
    // Wide ones: two sides that differ must not be read the wrong way round.
    let lossless = [
        b"RIFF\x11\0\0\0WEBPVP8L\x05\0\0\0\x2f".as_slice(),
        &(299_u32 | 9 << 14).to_le_bytes(),
    ]
    .concat();
    assert_eq!(webp(&lossless), Some((300, 10)));
    let lossy = b"RIFF\x16\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a\x2c\x41\x0a\x80";
    assert_eq!(webp(lossy), Some((300, 10)), "the upper bits scale");
    let extended = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x2b\x01\0\x09\0\0";
    assert_eq!(webp(extended), Some((300, 10)));
    let table_first = b"\xff\xd8\xff\xc4\0\x03\0\xff\xff\xc0\0\x11\x08\0\x0a\x01\x2c\xff\xd9";
    assert_eq!(jpeg(table_first), Some((300, 10)));
}

#[test]
fn what_is_cut_off_or_goes_on_is_no_picture() {
    for (name, format, bytes) in FILES {
        for kept in 1..bytes.len() {
            let cut = code(format.media_type(), &bytes[..kept]);
            assert_eq!(cut, Some(Code::InvalidPicture), "{name}, {kept} bytes");
        }
        let longer = [bytes, b"<script>"].concat();
        let refused = code(format.media_type(), &longer);
        assert_eq!(refused, Some(Code::InvalidPicture), "{name}");
    }
    assert_eq!(jpeg(b"\xff\xd8\xff\xe0\0\0\xff\xe0\0\0\xff\xd9"), None);
    assert_eq!(jpeg(b"\xff\xd8\xff\xda\0\x02\xff\xc0\0\x11\xff\xd9"), None);
}

#[test]
fn other_types_and_sizes_are_told_apart() {
    let (_, _, png) = FILES[0];
    assert_eq!(
        Avatar::read(None, png).unwrap_err().code(),
        Code::UnsupportedMediaType
    );
    for media_type in [
        "",
        "image/svg+xml",
        "image/gif",
        "image/*",
        "application/json",
    ] {
        let refused = code(media_type, png);
        assert_eq!(refused, Some(Code::UnsupportedMediaType), "{media_type}");
    }
    assert_eq!(code("Image/PNG; q=1", png), None);
    assert_eq!(code("image/png", b""), Some(Code::BodyMissing));
    let mut large = png.to_vec();
    large.resize(MAX + 1, 0);
    assert_eq!(code("image/png", &large), Some(Code::BodyTooLarge));
    large.pop();
    assert_eq!(code("image/png", &large), Some(Code::InvalidPicture));
}

#[test]
fn the_tag_is_the_beginning_of_the_sha_256() {
    let avatar = Avatar {
        format: Format::Png,
        bytes: b"abc",
    };
    assert_eq!(avatar.tag().as_str(), "ba7816bf8f01cfea");
}

proptest! {
    #[test]
    fn promise_11_no_bytes_make_the_reader_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        file in 0..FILES.len(),
        at in 0..60_usize,
    ) {
        let (_, format, good) = FILES[file];
        let mut changed = good.to_vec();
        changed.splice(at..at + bytes.len().min(8), bytes.iter().copied().take(8));
        for bytes in [&bytes, &changed] {
            let _ = Avatar::read(Some(format.media_type()), bytes);
        }
    }
}
