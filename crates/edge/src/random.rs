//! The only source of randomness: the platform's, through `crypto.getRandomValues`.

use keyway_core::entropy::{Entropy, EntropyError};

pub(crate) struct Platform;

impl Entropy for Platform {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(bytes).map_err(|_| EntropyError)
    }
}
