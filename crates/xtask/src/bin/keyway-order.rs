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

/// Bytes in a row that two functions share if they are alike: some, and more.
const GRAMS: [usize; 2] = [4, 8];
/// Bytes back to what the next function is held against. gzip sees 32 KB, but
/// prefers what is near: less of it is better.
const WINDOW: usize = 16_000;
/// Keeps small functions from being the next one too often.
const WEIGHT: usize = 40;

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

/// An order in which each function follows those that it shares most with.
fn chain(bodies: &[&[u8]]) -> Vec<usize> {
    let mut numbers: HashMap<&[u8], usize> = HashMap::new();
    let mut having: Vec<Vec<usize>> = Vec::new();
    let mut grams: Vec<BTreeSet<usize>> = Vec::new();
    for (function, body) in bodies.iter().enumerate() {
        let of_body: BTreeSet<usize> = GRAMS
            .iter()
            .flat_map(|&length| body.windows(length))
            .map(|gram| {
                *numbers.entry(gram).or_insert_with(|| {
                    having.push(Vec::new());
                    having.len().saturating_sub(1)
                })
            })
            .collect();
        for &gram in &of_body {
            if let Some(functions) = having.get_mut(gram) {
                functions.push(function);
            }
        }
        grams.push(of_body);
    }

    let size = |function: usize| grams.get(function).map_or(0, BTreeSet::len) + WEIGHT;
    let mut near = Near {
        times: vec![0; having.len()],
        shared: vec![0; bodies.len()],
        worth: having.iter().map(|having| worth(having.len())).collect(),
        having,
    };
    let (mut order, mut bytes, mut oldest) = (Vec::new(), 0, 0);
    let mut left: BTreeSet<usize> = (0..bodies.len()).collect();
    let mut next = left.pop_first();
    while let Some(function) = next {
        order.push(function);
        near.enters(grams.get(function));
        bytes += bodies.get(function).map_or(0, |body| body.len());
        while bytes > WINDOW && oldest + 1 < order.len() {
            let old = order.get(oldest).copied().unwrap_or_default();
            near.leaves(grams.get(old));
            bytes -= bodies.get(old).map_or(0, |body| body.len());
            oldest += 1;
        }
        // A share as a fraction, compared without dividing; the first among equals.
        let shared = |function: usize| near.shared.get(function).copied().unwrap_or_default();
        next = left.iter().copied().max_by(|&one, &other| {
            (shared(one) * size(other))
                .cmp(&(shared(other) * size(one)))
                .then(other.cmp(&one))
        });
        if let Some(next) = next {
            left.remove(&next);
        }
    }
    order
}

/// What a gram says about functions that share it: the less the more there are.
/// What is everywhere is near in any order.
fn worth(functions: usize) -> usize {
    (1_usize << 32)
        .checked_div(functions)
        .unwrap_or_default()
        .isqrt()
}

/// What the last functions consist of, and how much of it each of the others has.
struct Near {
    /// How many of the last functions have each gram.
    times: Vec<usize>,
    /// What those grams are worth that each function has.
    shared: Vec<usize>,
    /// What each gram is worth.
    worth: Vec<usize>,
    /// Which functions have each gram.
    having: Vec<Vec<usize>>,
}

impl Near {
    fn enters(&mut self, grams: Option<&BTreeSet<usize>>) {
        for &gram in grams.into_iter().flatten() {
            let Some(times) = self.times.get_mut(gram) else {
                continue;
            };
            *times += 1;
            if *times == 1 {
                self.count(gram, usize::saturating_add);
            }
        }
    }

    fn leaves(&mut self, grams: Option<&BTreeSet<usize>>) {
        for &gram in grams.into_iter().flatten() {
            let Some(times) = self.times.get_mut(gram) else {
                continue;
            };
            *times -= 1;
            if *times == 0 {
                self.count(gram, usize::saturating_sub);
            }
        }
    }

    fn count(&mut self, gram: usize, change: impl Fn(usize, usize) -> usize) {
        let worth = self.worth.get(gram).copied().unwrap_or_default();
        for &function in self.having.get(gram).into_iter().flatten() {
            if let Some(shared) = self.shared.get_mut(function) {
                *shared = change(*shared, worth);
            }
        }
    }
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
