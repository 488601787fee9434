//! The headers that say who is calling, and which call it is.

use keyway_core::{
    input::header::{bearer, idempotency_key},
    problem::Code,
    token::{parse_api, parse_management},
    verify::Asker,
};

use crate::show;

/// What is read says the same when it is sent again, and is one credential
/// alone; no refusal repeats the header.
pub fn run(bytes: &[u8]) {
    let value = String::from_utf8_lossy(bytes);
    authorization(&value);
    idempotency(&value);
}

fn authorization(value: &str) {
    match bearer(value) {
        Ok(text) => {
            assert!(!text.is_empty() && !text.contains(','), "{value:?}");
            let again = format!("Bearer {text}");
            let again = bearer(&again).unwrap();
            assert_eq!(again, text);
            let twice = bearer(&format!("{value}, {value}")).unwrap_err();
            assert_eq!(twice.code(), Code::CredentialRepeated);
            credential(text);
        }
        Err(problem) => {
            let code = problem.code();
            assert!(matches!(
                code,
                Code::CredentialRepeated | Code::CredentialInvalid
            ));
            show::nothing_secret(value, problem.detail());
        }
    }
}

/// Nobody asks for verdicts with a token of another kind.
fn credential(text: &str) {
    match Asker::verifier(text) {
        Ok(asker) => {
            assert!(parse_management(text).is_err());
            assert!(parse_api(text, &keyway_core::token::ApiPrefix::default()).is_err());
            assert!(asker.verifier.is_some());
        }
        Err(refusal) => show::nothing_secret(text, &refusal.to_string()),
    }
}

fn idempotency(value: &str) {
    match idempotency_key(value) {
        Ok(key) => {
            assert!((1..=255).contains(&key.len()));
            assert!(key.bytes().all(|byte| byte.is_ascii_graphic()));
            assert_eq!(idempotency_key(&key).unwrap(), key);
            assert_eq!(idempotency_key(&format!(" \"{key}\"")).unwrap(), key);
            assert!(idempotency_key(&format!("{key}, {key}")).is_err());
        }
        Err(problem) => {
            assert_eq!(problem.code(), Code::InvalidIdempotencyKey);
            show::nothing_secret(value, problem.detail());
        }
    }
}
