//! Base62 with the alphabet `0-9A-Za-z`, in this order, most significant digit
//! first: the one GitHub uses for token checksums.

use crate::entropy::{Entropy, EntropyError};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The largest multiple of 62 that fits a byte: bytes from here on are thrown
/// away, else the first digits of the alphabet would come up more often.
const FAIR: u8 = 248;

/// Whether `byte` is a digit of the alphabet.
#[must_use]
pub fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

/// `N` digits drawn evenly from the alphabet, about 5.95 bits each.
///
/// # Errors
///
/// When the source of randomness fails.
pub fn random<const N: usize>(entropy: &mut impl Entropy) -> Result<[u8; N], EntropyError> {
    let mut digits = [b'0'; N];
    let mut pool = [0_u8; 64];
    let mut left = [].iter();
    for digit in &mut digits {
        *digit = loop {
            match left.next() {
                Some(&byte) if byte < FAIR => break digit_of(u32::from(byte) % 62),
                Some(_) => {}
                None => {
                    entropy.fill(&mut pool)?;
                    left = pool.iter();
                }
            }
        };
    }
    Ok(digits)
}

/// `value` in `N` digits, padded with `0` on the left. Six digits hold every
/// `u32`; of a value that does not fit, the low digits remain.
#[must_use]
pub fn encode_u32<const N: usize>(mut value: u32) -> [u8; N] {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit = digit_of(value % 62);
        value /= 62;
    }
    digits
}

fn digit_of(value: u32) -> u8 {
    usize::try_from(value)
        .ok()
        .and_then(|index| ALPHABET.get(index))
        .copied()
        .unwrap_or(b'0')
}

/// Adds digits to a text.
#[inline(never)]
pub(crate) fn write(digits: &[u8], text: &mut String) {
    for &digit in digits {
        text.push(char::from(digit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::testing::Seeded;

    #[test]
    fn a_u32_takes_at_most_six_digits() {
        assert_eq!(&encode_u32::<6>(u32::MAX), b"4gfFC3");
        assert_eq!(&encode_u32::<6>(0), b"000000");
        assert_eq!(&encode_u32::<6>(0xcbf4_3926), b"3jZRME");
    }

    #[test]
    fn every_digit_comes_up_about_as_often_as_any_other() {
        let mut entropy = Seeded::new(7);
        let mut counts = [0_u32; 128];
        for _ in 0..2_000 {
            for digit in random::<31>(&mut entropy).unwrap() {
                counts[usize::from(digit)] += 1;
            }
        }
        for &digit in ALPHABET {
            let count = counts[usize::from(digit)];
            assert!(
                (800..1_200).contains(&count),
                "{}: {count}",
                char::from(digit)
            );
        }
    }
}
