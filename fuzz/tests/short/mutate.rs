//! Inputs that nobody would write, made from some that somebody might.

use std::ops::Range;

use crate::random::Random;

/// An input at most. A token, a header, a record have a few hundred bytes.
const MOST: usize = 4_096;

/// One in so many inputs has nothing to do with the corpus.
const MADE_UP: usize = 10;

/// The input of a seed.
pub(crate) fn input(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    if corpus.is_empty() || random.below(MADE_UP) == 0 {
        return random.bytes(200);
    }
    let mut bytes = corpus[random.below(corpus.len())].clone();
    for _ in 0..=random.below(4) {
        let other = &corpus[random.below(corpus.len())];
        change(&mut bytes, other, random);
        bytes.truncate(MOST);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    match random.below(8) {
        0 => flip(bytes, random),
        1 => set(bytes, random),
        2 => bytes.truncate(at),
        3 => drop(bytes.drain(part(bytes, random))),
        4 => insert(bytes, at, &random.bytes(8)),
        // A part of another input, which has words that this one may lack.
        5 => insert(bytes, at, &other[part(other, random)]),
        6 => splice(bytes, at, other, random),
        _ => repeat(bytes, at, random),
    }
}

fn part(bytes: &[u8], random: &mut Random) -> Range<usize> {
    let start = random.below(bytes.len() + 1);
    start..start + random.below(bytes.len() - start + 1)
}

fn flip(bytes: &mut [u8], random: &mut Random) {
    let at = random.below(bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << random.below(8);
    }
}

/// To a byte at which formats and texts turn: the ends of numbers, the marks of
/// headers and JSON.
fn set(bytes: &mut [u8], random: &mut Random) {
    const TURNS: &[u8] = b"\x00\x01\x02\x7f\x80\xff\n \"%&*,./:;=\\_{}[]~0z";
    let at = random.below(bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte = TURNS[random.below(TURNS.len())];
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, more: &[u8]) {
    bytes.splice(at..at, more.iter().copied());
}

fn splice(bytes: &mut Vec<u8>, at: usize, other: &[u8], random: &mut Random) {
    bytes.truncate(at);
    bytes.extend_from_slice(&other[random.below(other.len() + 1)..]);
}

fn repeat(bytes: &mut Vec<u8>, at: usize, random: &mut Random) {
    let again = bytes[part(bytes, random)].repeat(1 + random.below(3));
    insert(bytes, at, &again);
}
