//! Base64 (RFC 4648): read in either alphabet, with or without padding; written in
//! the usual one, with it.

/// The bytes that `text` stands for; `None` where it is none, or not the only way
/// to write them: then it was cut or made up.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if padding > 0 && (padding > 2 || !text.len().is_multiple_of(4)) {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    let (mut held, mut bits) = (0_u32, 0);
    for byte in digits.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(digit);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            let [.., whole] = (held >> bits).to_be_bytes();
            bytes.push(whole);
            held &= (1 << bits) - 1;
        }
    }
    // Fewer than six bits may be left over, and none of them set.
    (held == 0 && bits < 6).then_some(bytes)
}

/// Writes `bytes` behind what is in `out`.
pub fn encode(bytes: &[u8], out: &mut String) {
    for three in bytes.chunks(3) {
        let mut held = 0_u32;
        for at in 0..3 {
            held = held << 8 | u32::from(three.get(at).copied().unwrap_or(0));
        }
        for at in 0..4 {
            let digit = (held >> (18 - 6 * at) & 63) as u8;
            out.push(char::from(match digit {
                _ if at > three.len() => b'=',
                0..26 => b'A' + digit,
                26..52 => b'a' + digit - 26,
                52..62 => b'0' + digit - 52,
                62 => b'+',
                _ => b'/',
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_written_as_a_library_writes_it(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            use ::base64::Engine as _;
            let mut text = String::new();
            encode(&bytes, &mut text);
            prop_assert_eq!(&text, &::base64::engine::general_purpose::STANDARD.encode(&bytes));
            prop_assert_eq!(decode(&text), Some(bytes));
        }
    }

    /// RFC 4648, section 10.
    #[test]
    fn the_vectors_of_the_rfc() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ] {
            assert_eq!(decode(text).unwrap(), bytes.as_bytes(), "{text}");
            let bare = text.trim_end_matches('=');
            assert_eq!(decode(bare).unwrap(), bytes.as_bytes(), "{bare}");
        }
        assert_eq!(decode("-_-_"), decode("+/+/"));
        assert_eq!(decode("-_-_").unwrap(), [0xfb, 0xff, 0xbf]);
    }

    #[test]
    fn what_is_cut_or_made_up_is_none() {
        for bad in [
            "Z", "Zg=", "Zg===", "Zm9v=", "Zm9v====", "Zh", "Zm9", "Z g=", "Zm9v\n", "=", "é",
        ] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
