//! What must hold of bytes that nobody chose.
//!
//! A target is a function over bytes. It panics if the core does what it must
//! not: takes what it should refuse, writes something else than it read, lets
//! anybody in (promise 8), or panics itself (promise 11). Each says more than
//! "does not panic", because a parser that refuses everything does not either.
//!
//! The same functions are run in two ways: by `tests/short` with stable tools at
//! every test run, and by libFuzzer, which learns from what its inputs reach and
//! may run for days (`libfuzzer`, a workspace of its own, because it compiles C++).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::missing_panics_doc,
    reason = "a target fails loudly"
)]

pub mod avatar;
pub mod bodies;
pub mod cookie;
pub mod feed;
mod given;
pub mod header;
mod json;
pub mod query;
pub mod record;
mod show;
pub mod stored;
pub mod token;
mod world;

/// A function that panics if the bytes show a mistake.
pub type Target = fn(&[u8]);

/// Every target, by the name of its corpus.
pub const TARGETS: [(&str, Target); 9] = [
    ("avatar", avatar::run),
    ("bodies", bodies::run),
    ("cookie", cookie::run),
    ("feed", feed::run),
    ("header", header::run),
    ("query", query::run),
    ("record", record::run),
    ("stored", stored::run),
    ("token", token::run),
];
