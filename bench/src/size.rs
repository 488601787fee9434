//! What the Worker weighs, on disk and on its way.

use std::io::{self, Write as _};

use anyhow::Result;
use flate2::{Compression, write::GzEncoder};

use crate::place::{self, Compiled};

/// Bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) raw: usize,
    pub(crate) gzipped: usize,
}

impl Size {
    fn of(bytes: &[u8]) -> io::Result<Self> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes)?;
        Ok(Self {
            raw: bytes.len(),
            gzipped: encoder.finish()?.len(),
        })
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) wasm: Size,
    /// The script beside it.
    pub(crate) script: Size,
    /// The peer's Worker, which is a script alone.
    pub(crate) hono: Size,
}

pub(crate) fn weigh(compiled: &Compiled) -> Result<Sizes> {
    Ok(Sizes {
        wasm: Size::of(&compiled.wasm)?,
        script: Size::of(&compiled.script)?,
        hono: Size::of(&place::hono()?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_shrinks() {
        let size = Size::of(&[0; 10_000]).unwrap();
        assert_eq!(size.raw, 10_000);
        assert!(size.gzipped < 100, "{size:?}");
    }
}
