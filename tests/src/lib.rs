//! End to end: the compiled Worker in the real workerd, and a KV of our own
//! that can be slow, broken or wrong.
//!
//! A test begins with a [`World`]: a fresh folder, fresh secrets, its own
//! workerd on its own port, its own KV. The KV is a small HTTP server inside
//! the test process, so what it holds outlives a `kill -9` of workerd, and its
//! faults and its history are plain Rust. See [`config`] for how the two meet.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a harness that cannot go on fails its test, loudly and at that line"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "this crate is native: it has a clock and threads"
)]

pub mod callers;
pub mod client;
pub mod config;
pub mod conform;
pub mod deadline;
pub mod gate;
pub mod globe;
pub mod kv;
pub mod locate;
pub mod log;
pub mod model;
pub mod moment;
pub mod nginx;
pub mod object;
pub mod propagation;
pub mod random;
pub mod search;
pub mod server;
pub mod shape;
pub mod sink;
pub mod site;
pub mod sql;
pub mod steady;
pub mod storm;
pub mod switch;
pub mod team;
pub mod tokens;
pub mod wire;
pub mod workerd;
pub mod world;

pub use callers::{Admin, Created, Page, Verifier};
pub use client::{Answer, Door, Request};
pub use globe::Globe;
pub use world::World;
