//! Randomness as an argument.

use core::fmt;

/// A cryptographically secure source of random bytes.
pub trait Entropy {
    /// Fills `bytes` with random ones.
    ///
    /// # Errors
    ///
    /// When the platform has none to give; nothing may be minted then.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}

/// The source of randomness failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntropyError;

impl fmt::Display for EntropyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the platform has no randomness to give")
    }
}

impl core::error::Error for EntropyError {}

#[cfg(test)]
pub(crate) mod testing {
    use super::{Entropy, EntropyError};

    /// SplitMix64: repeatable, and far from secure.
    pub(crate) struct Seeded(u64);

    impl Seeded {
        pub(crate) fn new(seed: u64) -> Self {
            Self(seed)
        }
    }

    impl Entropy for Seeded {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), EntropyError> {
            for chunk in bytes.chunks_mut(8) {
                self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut z = self.0;
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                z ^= z >> 31;
                chunk.copy_from_slice(&z.to_le_bytes()[..chunk.len()]);
            }
            Ok(())
        }
    }

    /// A source that never has any.
    pub(crate) struct Dry;

    impl Entropy for Dry {
        fn fill(&mut self, _bytes: &mut [u8]) -> Result<(), EntropyError> {
            Err(EntropyError)
        }
    }
}
