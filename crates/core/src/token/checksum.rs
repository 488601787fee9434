//! GitHub's token checksum: CRC-32 (ISO-HDLC) of the random characters alone.

use crc::{CRC_32_ISO_HDLC, Crc, NoTable};

use super::CHECKSUM;
use crate::base62;

// A table would be 1 KB that nothing compresses, in the Worker and on the page,
// for the 30 bytes of a token that nobody has met yet.
const CRC: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// The six characters that follow `random`.
pub(super) fn of(random: &[u8]) -> [u8; CHECKSUM] {
    base62::encode_u32(CRC.checksum(random))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_github_hold() {
        for (random, expected) in [
            ("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", "0mLq17"),
            ("000000000000000000000000000000", "2C8GjS"),
            ("abcdefghijklmnopqrstuvwxyz0123", "2LolCm"),
            ("xxxxxxxxxxxxxxxxxxxxxxxxxxx259", "00dGbw"),
            ("123456789", "3jZRME"),
        ] {
            assert_eq!(&of(random.as_bytes()), expected.as_bytes(), "{random}");
        }
    }
}
