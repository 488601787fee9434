//! A text where a token should be.

use keyway_core::{
    digest::TokenHash,
    environment::Environment,
    token::{
        ApiPrefix, Tenant, Token, mint_api, mint_management, mint_root, mint_verifier, parse_api,
        parse_management, parse_verifier,
    },
    workspace::WorkspaceName,
};

use crate::{
    given::{Bytes, change},
    show,
};

/// Random and checksum characters.
const TAIL: usize = 36;

/// What parses prints back to the text, as one kind alone; a changed character
/// does not parse; no answer repeats the text; a hint is never the token.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let printed: Vec<String> = kinds(&text).into_iter().flatten().collect();
    match printed.as_slice() {
        [] => {}
        [printed] => {
            assert_eq!(*printed, text);
            assert_a_change_shows(bytes, &text);
        }
        more => panic!("one text, {} kinds of token", more.len()),
    }
    mint(bytes);
}

/// The text as each kind of token would print it, where it is one.
fn kinds(text: &str) -> [Option<String>; 3] {
    let tail = text.get(text.len().saturating_sub(TAIL)..);
    let tail = tail.unwrap_or_default();
    let hash = TokenHash::of_secret(text);
    let api = parse_api(text, &ApiPrefix::default());
    let management = parse_management(text);
    let verifier = parse_verifier(text);
    // Of its head a token may show what it names.
    show::nothing_secret(tail, &format!("{api:?} {management:?} {verifier:?}"));
    for refused in [api.err(), management.clone().err(), verifier.clone().err()] {
        show::nothing_secret(
            text,
            &refused.map(|why| why.to_string()).unwrap_or_default(),
        );
    }
    [
        api.ok().map(|token| {
            assert!(token.hash().matches(&hash));
            format!("kw_{}_{tail}", token.environment())
        }),
        management.ok().map(|token| {
            assert!(token.hash().matches(&hash));
            match token.tenant() {
                Tenant::Root => format!("kwm_root_{tail}"),
                Tenant::Workspace(name) => format!("kwm_{}_{tail}", name.as_str()),
            }
        }),
        verifier.ok().map(|token| {
            assert!(token.hash().matches(&hash));
            format!("kwv_{}_{tail}", token.workspace().as_str())
        }),
    ]
}

/// Promise 9: of the tail alone, for another workspace is another token.
fn assert_a_change_shows(bytes: &[u8], text: &str) {
    let mut changed = text.as_bytes().to_vec();
    let (at, bit) = change(bytes, TAIL);
    let at = changed.len() - TAIL + at;
    changed[at] ^= bit;
    let changed = String::from_utf8_lossy(&changed);
    assert_eq!(kinds(&changed), [None, None, None], "{changed}");
}

fn mint(bytes: &[u8]) {
    let workspace = WorkspaceName::default_workspace();
    let prefix = ApiPrefix::default();
    let minted = [
        mint_api(&prefix, Environment::Live, &mut Bytes(bytes)),
        mint_management(&workspace, &mut Bytes(bytes)),
        mint_root(&mut Bytes(bytes)),
        mint_verifier(&workspace, &mut Bytes(bytes)),
    ];
    for token in minted.into_iter().flatten() {
        assert_hint_hides(&token);
        let read = kinds(token.reveal());
        assert_eq!(read.iter().flatten().count(), 1);
    }
}

/// Promise 2.
fn assert_hint_hides(token: &Token) {
    let hint = token.hint();
    let (_, tail) = token.reveal().rsplit_once('_').unwrap();
    assert!(!hint.as_str().contains(token.reveal()));
    // Head and underscore, four, an ellipsis of three bytes, four.
    let most = token.reveal().len() - TAIL + 4 + 3 + 4;
    assert_eq!(hint.as_str().len(), most, "{hint:?}");
    assert!(hint.as_str().contains(&tail[..4]));
    show::nothing_secret(token.reveal(), &format!("{token:?} {hint:?}"));
}
