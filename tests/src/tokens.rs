//! Tokens that the tests make themselves.
//!
//! The construction is written down here a second time, on purpose and without
//! the core's code: what the core mints and what it accepts is held against it.
//! Prefix and body are joined at run time, or secret scanners flag the sources.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The random part of a token.
const RANDOM: usize = 30;

/// So many random characters of the alphabet.
///
/// # Panics
/// When the system has no randomness.
#[must_use]
pub fn random(length: usize) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let mut bytes = [0; 64];
        getrandom::fill(&mut bytes).expect("randomness");
        // Six bits of each; the two values above 61 are thrown away.
        let characters = bytes
            .iter()
            .filter_map(|byte| ALPHABET.get(usize::from(byte & 63)));
        text.extend(
            characters
                .take(length - text.len())
                .map(|character| char::from(*character)),
        );
    }
    text
}

/// The checksum of GitHub's construction: CRC-32 in base 62, six characters.
#[must_use]
pub fn checksum(random: &str) -> String {
    let mut crc = u32::MAX;
    for byte in random.bytes() {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    let mut left = !crc;
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(left % 62) as usize];
        left /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

/// A token of that prefix (`kw_live`, `kwm_root` …) that nobody has minted.
#[must_use]
pub fn token(prefix: &str) -> String {
    token_of(prefix, &random(RANDOM))
}

/// The token of that prefix and random part.
#[must_use]
pub fn token_of(prefix: &str, random: &str) -> String {
    format!("{prefix}_{random}{}", checksum(random))
}

/// The random part of a token: what must be nowhere, whatever stands before it.
///
/// # Panics
/// When the token is too short to have one.
#[must_use]
pub fn random_part(token: &str) -> &str {
    let body = token.rsplit('_').next().expect("a body");
    &body[..RANDOM]
}

#[cfg(test)]
mod tests {
    use super::checksum;

    #[test]
    fn the_checksum_is_that_of_githubs_examples() {
        let published = ["zQWBuTSOoRi4A9sp", "HcVY5ncnsDkxkJ"].concat();
        assert_eq!(checksum(&published), "0mLq17");
        assert_eq!(checksum(&"0".repeat(30)), "2C8GjS");
        assert_eq!(checksum("abcdefghijklmnopqrstuvwxyz0123"), "2LolCm");
        assert_eq!(checksum("xxxxxxxxxxxxxxxxxxxxxxxxxxx259"), "00dGbw");
    }
}
