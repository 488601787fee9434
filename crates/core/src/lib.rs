//! What a Keyway key is and what it may do.
//!
//! This crate decides and never acts: it has no I/O, no clock and no source of
//! randomness of its own. Instants and entropy are arguments, storage is
//! something [`verify`] asks its caller for. So every rule here is tested
//! natively, and the same code runs in the Worker and in the page.
//!
//! | room | what is decided there |
//! |---|---|
//! | [`token`] | what a token looks like: mint, parse, checksum, hint |
//! | [`digest`], [`seal`] | what may be stored of a token, and how a record proves where it comes from |
//! | [`record`] | the published part of a key, and its bytes |
//! | [`key`] | a key's life: draft, status, revocation |
//! | [`notice`] | who is told of what, and when |
//! | [`audit`] | what was done by whom, and whether that is still as it was noted |
//! | [`endpoint`] | where webhooks go, and what became of them |
//! | [`avatar`] | what may be the picture of a key |
//! | [`verify`] | is this token good, and for what |
//! | [`feed`] | which records changed lately, and what feeds and isolates say to each other |
//! | [`isolate`] | what one isolate remembers, and for how long it may believe it |
//! | [`input`] | untrusted JSON into the types above, with a pointer to what is wrong |
//! | [`output`] | what is answered into JSON |
//! | [`problem`] | every refusal, with its code and HTTP status |
//! | [`api`] | the shapes of the HTTP answers |
//! | [`catalog`], [`scope`] | what keys can be granted: scopes and accounts |
//! | [`access`] | who somebody is by the word of Cloudflare Access |
//! | [`session`], [`verifier`], [`member`], [`settings`], [`review`] | what else a workspace has |

#![cfg_attr(test, allow(clippy::string_slice))]

pub mod access;
pub mod api;
pub mod attempts;
pub mod audit;
pub mod avatar;
pub mod base62;
pub mod base64;
pub mod catalog;
pub mod contact;
pub mod digest;
pub mod endpoint;
pub mod entropy;
pub mod environment;
pub mod feed;
pub mod grants;
pub mod id;
pub mod input;
pub mod instant;
pub mod isolate;
pub mod key;
pub mod member;
pub mod metadata;
pub mod name;
pub mod network;
pub mod notice;
pub mod output;
pub mod problem;
pub mod record;
pub mod region;
pub mod review;
pub mod scope;
pub mod seal;
pub mod secret;
pub mod session;
pub mod settings;
pub mod slug;
mod table;
pub mod text;
pub mod token;
pub mod usage;
pub mod vault;
pub mod verifier;
pub mod verify;
pub mod version;
pub mod webhook;
pub mod workspace;
