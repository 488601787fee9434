//! Text that must not be shown, and does not outlive its use.

use core::fmt;

use zeroize::Zeroize;

/// A secret text. `Debug` shows nothing of it, it cannot be cloned or
/// serialised by accident, and its memory is overwritten when it goes.
pub struct Secret(String);

impl Secret {
    /// Takes the text over.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for whoever has to know it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

// Once, not at each of the many places where a function that holds a secret may end.
#[inline(never)]
fn wipe(text: &mut String) {
    text.zeroize();
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}
