//! The sections of a wasm module.

const HEADER: &[u8] = b"\0asm\x01\0\0\0";

/// A section: what it is, and what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Section<'a> {
    pub(super) id: u8,
    pub(super) body: &'a [u8],
}

/// `None` for bytes that are no module.
pub(super) fn of(module: &[u8]) -> Option<Vec<Section<'_>>> {
    let mut rest = module.strip_prefix(HEADER)?;
    let mut sections = Vec::new();
    while let Some((&id, sized)) = rest.split_first() {
        let (length, body) = number(sized)?;
        sections.push(Section {
            id,
            body: body.get(..length)?,
        });
        rest = body.get(length..)?;
    }
    Some(sections)
}

/// A module of these.
pub(super) fn join<'a>(sections: impl IntoIterator<Item = Section<'a>>) -> Vec<u8> {
    let mut module = HEADER.to_vec();
    for section in sections {
        module.push(section.id);
        module.extend(written(section.body.len()));
        module.extend_from_slice(section.body);
    }
    module
}

/// An unsigned number as wasm writes it (LEB128), and what follows it.
pub(super) fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_usize;
    // Five times seven bits hold every size that a module may have.
    for (position, &byte) in bytes.iter().enumerate().take(5) {
        let shift = u32::try_from(position).ok()?.checked_mul(7)?;
        value |= usize::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(position.checked_add(1)?..)?));
        }
    }
    None
}

/// The reverse.
pub(super) fn written(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// A number that might be negative, of which the highest of its bits says that.
pub(super) fn written_signed(value: usize) -> Vec<u8> {
    let mut bytes = written(value);
    if let Some(last) = bytes.last_mut()
        && *last & 0x40 != 0
    {
        *last |= 0x80;
        bytes.push(0);
    }
    bytes
}

/// Reads what follows one another; `None` where that is cut off.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(byte)
    }

    pub(super) fn number(&mut self) -> Option<usize> {
        let (value, rest) = number(self.0)?;
        self.0 = rest;
        Some(value)
    }

    /// How many things follow. A section that is not there has none.
    pub(super) fn count(&mut self) -> Option<usize> {
        if self.0.is_empty() {
            return Some(0);
        }
        self.number()
    }

    /// Bytes with their length before them: a name, a body, a part.
    pub(super) fn name(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// What follows the names of an import; whether it is a function.
    pub(super) fn kind_of_import(&mut self) -> Option<bool> {
        let kind = self.byte()?;
        match kind {
            0 => {
                self.number()?;
            }
            // Tables and memories: limits, with or without an upper one.
            1 | 2 => {
                if kind == 1 {
                    self.byte()?;
                }
                let has_most = self.byte()? & 1 == 1;
                self.number()?;
                if has_most {
                    self.number()?;
                }
            }
            3 | 4 => {
                self.byte()?;
                self.number()?;
            }
            _ => return None,
        }
        Some(kind == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_read_as_it_was_written() {
        let code = vec![7; 300];
        let sections = [(1, b"types".as_slice()), (10, &code), (0, b"")]
            .map(|(id, body)| Section { id, body });
        let module = join(sections);
        assert_eq!(of(&module).unwrap(), sections);
        for cut in 9..module.len() - 2 {
            assert_ne!(
                of(&module[..cut]).as_deref(),
                Some(sections.as_slice()),
                "{cut}"
            );
        }
    }

    #[test]
    fn a_number_may_be_written_longer_than_it_needs_to_be() {
        assert_eq!(number(&[0x85, 0, 9]), Some((5, [9].as_slice())));
        for value in [0, 127, 128, 300, 1 << 28] {
            assert_eq!(number(&written(value)), Some((value, [].as_slice())));
        }
        assert_eq!(number(&[0xff; 6]), None);
        assert_eq!(number(&[0x80]), None);
    }
}
