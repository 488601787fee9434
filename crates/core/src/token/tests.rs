use proptest::prelude::*;

use super::*;
use crate::{
    entropy::testing::{Dry, Seeded},
    environment::Environment,
    workspace::WorkspaceName,
};

fn api(seed: u64) -> Token {
    mint_api(
        &ApiPrefix::default(),
        Environment::Live,
        &mut Seeded::new(seed),
    )
    .unwrap()
}

fn refused(text: &str) -> Malformed {
    parse_api(text, &ApiPrefix::default()).unwrap_err()
}

#[test]
fn a_token_has_the_shape_that_is_documented() {
    let token = api(1);
    let text = token.reveal();
    assert_eq!(text.len(), 44);
    assert!(text.starts_with("kw_live_"));
    let hint = token.hint();
    assert_eq!(
        hint.as_str(),
        format!("kw_live_{}…{}", &text[8..12], &text[40..])
    );
}

#[test]
fn promise_2_a_token_does_not_show_in_debug_output() {
    let token = api(2);
    let parsed = parse_api(token.reveal(), &ApiPrefix::default()).unwrap();
    let credential = mint_root(&mut Seeded::new(2)).unwrap();
    let root = parse_management(credential.reveal()).unwrap();
    let shown = format!("{token:?} {parsed:?} {root:?}");
    assert!(!shown.contains(&token.reveal()[8..]), "{shown}");
    assert!(!shown.contains(&credential.reveal()[9..]), "{shown}");
}

#[test]
fn without_randomness_nothing_is_minted() {
    assert!(mint_api(&ApiPrefix::default(), Environment::Live, &mut Dry).is_err());
}

#[test]
fn what_looks_wrong_is_said() {
    let token = api(3);
    let good = token.reveal();
    assert_eq!(refused(""), Malformed::Empty);
    assert_eq!(refused(" \n"), Malformed::Empty);
    assert_eq!(refused(&format!("\"{good}\"")), Malformed::Quoted);
    assert_eq!(refused(&format!("{good}'")), Malformed::Quoted);
    assert_eq!(refused(&format!("“{good}”")), Malformed::Quoted);
    assert_eq!(
        refused(&format!("Bearer {good}")),
        Malformed::SchemeIncluded
    );
    assert_eq!(refused(&format!("{good}\n")), Malformed::WhiteSpace);
    assert_eq!(refused(&format!(" {good}")), Malformed::WhiteSpace);
    assert_eq!(refused(&good[..good.len() - 1]), Malformed::TooShort(1));
    assert_eq!(refused("kw_live_"), Malformed::TooShort(36));
    assert_eq!(refused("kw_live"), Malformed::TooShort(36));
    assert_eq!(refused(&format!("{good}x")), Malformed::TooLong(1));
    assert_eq!(refused(&good[1..]), Malformed::UnknownPrefix);
    assert_eq!(
        refused(&good.replace("live", "prod")),
        Malformed::UnknownEnvironment
    );
    assert_eq!(
        refused(&format!("{}é", &good[..43])),
        Malformed::ForbiddenCharacter
    );
    assert_eq!(
        refused(&format!("{}-", &good[..43])),
        Malformed::ForbiddenCharacter
    );
    let other = if good.ends_with('0') { '1' } else { '0' };
    assert_eq!(
        refused(&format!("{}{other}", &good[..43])),
        Malformed::Checksum
    );
}

#[test]
fn no_kind_of_token_passes_for_another() {
    let workspace = WorkspaceName::default_workspace();
    let client = api(4);
    let member = mint_management(&workspace, &mut Seeded::new(5)).unwrap();
    let root = mint_root(&mut Seeded::new(6)).unwrap();
    let verifier = mint_verifier(&workspace, &mut Seeded::new(7)).unwrap();

    assert_eq!(
        parse_management(root.reveal()).unwrap().tenant(),
        &Tenant::Root
    );
    assert_eq!(
        parse_verifier(verifier.reveal()).unwrap().workspace(),
        &workspace
    );
    let named = Tenant::Workspace(workspace);
    assert_eq!(parse_management(member.reveal()).unwrap().tenant(), &named);

    for other in [&member, &root, &verifier] {
        assert!(matches!(
            refused(other.reveal()),
            Malformed::WrongKind { .. }
        ));
    }
    for other in [&client, &verifier] {
        let found = parse_management(other.reveal()).unwrap_err();
        assert!(matches!(found, Malformed::WrongKind { .. }), "{found}");
    }
    for other in [&client, &root, &member] {
        let found = parse_verifier(other.reveal()).unwrap_err();
        assert!(matches!(found, Malformed::WrongKind { .. }), "{found}");
    }
    let of_root = verifier.reveal().replace("default", "root");
    assert!(
        parse_verifier(&of_root).is_err(),
        "root asks for no verdicts by a verifier token"
    );
}

#[test]
fn a_prefix_of_its_own_is_the_only_one_a_workspace_accepts() {
    let acme = ApiPrefix::parse("acme").unwrap();
    let token = mint_api(&acme, Environment::Test, &mut Seeded::new(8)).unwrap();
    assert_eq!(
        parse_api(token.reveal(), &acme).unwrap().environment(),
        Environment::Test
    );
    assert_eq!(refused(token.reveal()), Malformed::UnknownPrefix);
    for reserved in ["kwm", "kwv", "k", "", "1kw", "kW", "averylongprefix"] {
        assert!(ApiPrefix::parse(reserved).is_err(), "{reserved}");
    }
}

proptest! {
    #[test]
    fn every_minted_token_parses(seed: u64, test: bool) {
        let environment = if test { Environment::Test } else { Environment::Live };
        let token = mint_api(&ApiPrefix::default(), environment, &mut Seeded::new(seed)).unwrap();
        let parsed = parse_api(token.reveal(), &ApiPrefix::default()).unwrap();
        prop_assert_eq!(parsed.environment(), environment);
    }

    #[test]
    fn promise_9_every_change_of_one_character_is_refused(
        seed: u64, at in 0_usize..44, to in any::<char>(),
    ) {
        let token = api(seed);
        let mut changed: Vec<char> = token.reveal().chars().collect();
        prop_assume!(changed[at] != to);
        changed[at] = to;
        let changed: String = changed.into_iter().collect();
        prop_assert!(parse_api(&changed, &ApiPrefix::default()).is_err());
    }

    #[test]
    fn promise_9_every_cut_doubled_or_swapped_character_is_refused(
        seed: u64, at in 0_usize..43, how in 0..3,
    ) {
        let token = api(seed);
        let mut changed: Vec<char> = token.reveal().chars().collect();
        match how {
            0 => { changed.remove(at); }
            1 => changed.insert(at, changed[at]),
            _ => {
                prop_assume!(changed[at] != changed[at + 1]);
                changed.swap(at, at + 1);
            }
        }
        let changed: String = changed.into_iter().collect();
        prop_assert!(parse_api(&changed, &ApiPrefix::default()).is_err());
    }

    #[test]
    fn promise_11_no_bytes_make_the_parser_panic(bytes: Vec<u8>) {
        let text = String::from_utf8_lossy(&bytes);
        let _ = parse_api(&text, &ApiPrefix::default()).map_err(|found| found.to_string());
        let _ = parse_management(&text).map_err(|found| found.to_string());
        let _ = parse_verifier(&text).map_err(|found| found.to_string());
    }

    #[test]
    fn promise_11_no_near_miss_makes_the_parser_panic(
        text in "(kw|kwm|kwv|acme)?_?(live|test|default|root)?_?[0-9A-Za-zé_\"' ]{0,40}",
    ) {
        let _ = parse_api(&text, &ApiPrefix::default()).map_err(|found| found.to_string());
        let _ = parse_management(&text).map_err(|found| found.to_string());
        let _ = parse_verifier(&text).map_err(|found| found.to_string());
    }
}
