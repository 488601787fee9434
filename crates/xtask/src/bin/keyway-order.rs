//! `keyway-order WASM`: puts functions that are alike beside each other.
//!
//! What counts of a module is its size after compression, and gzip sees no
//! further than 32 KB back. Monomorphic twins and other relatives are further
//! apart than that in what a linker writes; beside each other they cost 4 % less.
//! Nothing else of the module changes: functions are known by number, and each
//! number is written anew wherever it stands.

use std::{
    collections::{BTreeSet, HashMap},
    convert::Infallible,
    env, fs,
    process::ExitCode,
};

use anyhow::{Context, Result, anyhow, bail};
use wasm_encoder::{
    CodeSection, Function, FunctionSection, Module, NameMap, NameSection,
    reencode::{self, Reencode},
};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Name, Parser, Payload, TypeRef};

/// Bytes in a row that two functions share if they are alike.
const GRAM: usize = 5;
/// What more functions than this share says nothing about them.
const COMMON: usize = 200;
/// Keeps small functions from being the next one too often.
const WEIGHT: usize = 60;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("keyway-order: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = env::args_os().skip(1);
    let (Some(path), None) = (arguments.next(), arguments.next()) else {
        bail!("usage: keyway-order WASM");
    };
    let module = fs::read(&path).context("cannot read the module")?;
    fs::write(&path, ordered(&module)?).context("cannot write the module")
}

/// The module with its functions in another order.
fn ordered(module: &[u8]) -> Result<Vec<u8>> {
    let (mut imported, mut bodies) = (0_u32, Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let is_function = matches!(import?.ty, TypeRef::Func(_));
                    imported += u32::from(is_function);
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
    }
    let order = chain(&bodies);
    let mut places = vec![0; order.len()];
    for (place, old) in order.iter().enumerate() {
        let slot = places.get_mut(*old).context("no such function")?;
        *slot = u32::try_from(place)?;
    }
    let mut written = Module::new();
    Reorder {
        imported,
        order,
        places,
    }
    .parse_core_module(&mut written, Parser::new(0), module)
    .map_err(|error| anyhow!("{error}"))?;
    Ok(written.finish())
}

/// An order in which each function follows the one that it shares most with.
fn chain(bodies: &[&[u8]]) -> Vec<usize> {
    let grams: Vec<BTreeSet<&[u8]>> = bodies
        .iter()
        .map(|body| body.windows(GRAM).collect())
        .collect();
    let mut having: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (function, grams) in grams.iter().enumerate() {
        for gram in grams {
            having.entry(gram).or_default().push(function);
        }
    }
    let mut left: BTreeSet<usize> = (0..bodies.len()).collect();
    let mut order = Vec::new();
    let mut current = left.pop_first();
    while let Some(function) = current {
        order.push(function);
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for gram in grams.get(function).into_iter().flatten() {
            let others = having.get(gram).filter(|others| others.len() < COMMON);
            for other in others.into_iter().flatten() {
                if left.contains(other) {
                    *shared.entry(*other).or_default() += 1;
                }
            }
        }
        // A share as a fraction, compared without dividing; the first among equals.
        let size = |other: usize| grams.get(other).map_or(0, BTreeSet::len) + WEIGHT;
        let next = shared.into_iter().max_by(|(one, ours), (other, theirs)| {
            (ours * size(*other))
                .cmp(&(theirs * size(*one)))
                .then(other.cmp(one))
        });
        current = match next {
            Some((next, _)) => left.take(&next),
            None => left.pop_first(),
        };
    }
    order
}

/// Writes a module again with other numbers for its functions.
struct Reorder {
    /// Functions that come before its own, from outside.
    imported: u32,
    /// Which function is at each place.
    order: Vec<usize>,
    /// At which place each function is.
    places: Vec<u32>,
}

type Written<T = ()> = Result<T, reencode::Error<Infallible>>;

impl Reorder {
    fn sorted<T: Clone>(&self, items: &[T]) -> Vec<T> {
        let item = |old: &usize| items.get(*old).cloned();
        self.order.iter().filter_map(item).collect()
    }
}

impl Reencode for Reorder {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Written<u32> {
        let place = function
            .checked_sub(self.imported)
            .and_then(|own| self.places.get(usize::try_from(own).ok()?));
        Ok(place.map_or(function, |place| place + self.imported))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Written {
        let types = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for of_type in self.sorted(&types) {
            functions.function(of_type);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Written {
        let mut bodies: Vec<Function> = Vec::new();
        for body in section {
            let body = body?;
            let mut function = self.new_function_with_parsed_locals(&body)?;
            let mut operators = body.get_operators_reader()?;
            while !operators.eof() {
                function.instruction(&self.parse_instruction(&mut operators)?);
            }
            bodies.push(function);
        }
        for body in self.sorted(&bodies) {
            code.function(&body);
        }
        Ok(())
    }

    fn parse_custom_name_subsection(
        &mut self,
        names: &mut NameSection,
        section: Name<'_>,
    ) -> Written {
        // Only these are in stack traces. In the order of their numbers, as all
        // readers want them.
        if let Name::Function(map) = section {
            let mut found = Vec::new();
            for naming in map {
                let naming = naming?;
                found.push((self.function_index(naming.index)?, naming.name));
            }
            found.sort_unstable();
            let mut sorted = NameMap::new();
            for (number, name) in found {
                sorted.append(number, name);
            }
            names.functions(&sorted);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_comes_together() {
        let (one, two) = ([1_u8; 40], [2_u8; 40]);
        let other = [3, 4, 5, 6, 7, 8, 9];
        let bodies: [&[u8]; 5] = [&one, &two, &other, &one[..30], &two[..30]];
        assert_eq!(chain(&bodies), [0, 3, 1, 4, 2]);
    }

    /// Two imports, and functions that call each other by number.
    #[test]
    fn each_call_goes_where_it_went() {
        let text = |first: u8, second: u8| -> Vec<u8> {
            let body = |call: u8| vec![6, 0, 0x10, call, 0x01, 0x01, 0x0b];
            let mut code = vec![2];
            code.extend(body(first));
            code.extend(body(second));
            let mut module = b"\0asm\x01\0\0\0".to_vec();
            module.extend([1, 4, 1, 0x60, 0, 0]);
            module.extend([2, 7, 1, 1, b'a', 1, b'b', 0, 0]);
            module.extend([3, 3, 2, 0, 0]);
            module.extend([7, 5, 1, 1, b'x', 0, 1]);
            module.push(10);
            module.push(u8::try_from(code.len()).unwrap());
            module.extend(code);
            module
        };
        let module = text(2, 0);
        let swapped = Reorder {
            imported: 1,
            order: vec![1, 0],
            places: vec![1, 0],
        };
        let mut reorder = swapped;
        let mut written = Module::new();
        reorder
            .parse_core_module(&mut written, Parser::new(0), &module)
            .unwrap();
        let written = written.finish();
        // The export is now the second of its own, and calls the first.
        let export = written.windows(3).position(|bytes| bytes == [b'x', 0, 2]);
        assert!(export.is_some(), "{written:?}");
        let calls: Vec<u8> = written
            .windows(2)
            .filter(|bytes| bytes[0] == 0x10)
            .map(|bytes| bytes[1])
            .collect();
        assert_eq!(calls, [0, 1]);
    }
}
