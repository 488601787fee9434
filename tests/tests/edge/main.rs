//! The compiled Worker in the real workerd, asked over HTTP.
//!
//! One file for each group of routes or each kind of trouble. A test that holds
//! a promise of DESIGN 11 has its number in its name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests fail loudly"
)]
#![allow(clippy::disallowed_methods, reason = "native: there is a clock")]

mod access;
mod audit;
mod auth;
mod avatars;
mod bad_input;
mod bulk;
mod catalog;
mod crash;
mod credentials;
mod deletions;
mod details;
mod edits;
mod garbage;
mod health;
mod idempotency;
mod imports;
mod keys;
mod lists;
mod members;
mod migrations;
mod nginx;
mod notices;
mod origins;
mod peppers;
mod regions;
mod reviews;
mod roles;
mod rotations;
mod secrecy;
mod session;
mod sessions;
mod settings;
mod store_faults;
mod storms;
mod story;
mod tampering;
mod times;
mod usage;
mod vault;
mod verifiers;
mod verify;
mod webhooks;
mod workspaces;
