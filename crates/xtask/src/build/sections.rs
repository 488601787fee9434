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
