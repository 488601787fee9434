use proptest::prelude::*;

use super::*;
use crate::{input::Json, workspace::WorkspaceName};

fn entry(number: i64, reason: Option<&Text>, by: &Actor) -> String {
    Entry {
        number,
        at: Instant::EPOCH,
        event: Event::KeyBlocked,
        by,
        via: Via::Page,
        about: "key_0123456789ABCDEFGHIJab",
        name: "A \"quoted\" name",
        before: r#"{"status":"active"}"#,
        after: r#"{"status":"blocked"}"#,
        reason,
        address: Some("203.0.113.7"),
        request: None,
    }
    .body()
}

/// The lines of so many entries.
fn log(count: i64) -> Vec<String> {
    let mut link = Link::first(&WorkspaceName::default_workspace());
    (1..=count)
        .map(|number| {
            let body = entry(number, None, &Actor::root());
            let line = chained(&link, &body);
            link = link.next(&body);
            line
        })
        .collect()
}

fn checked(lines: &[String]) -> Result<Checked, Broken> {
    check(&lines.join("\n"))
}

/// The stored and exported shape. A change here breaks every chain there is.
#[test]
fn the_line_of_an_entry_is_pinned() {
    let reason = Text::parse("left\nus").unwrap();
    let body = entry(1, reason.as_ref(), &Actor::root());
    assert_eq!(
        body,
        concat!(
            r#"{"number":1,"at":"1970-01-01T00:00:00Z","event":"key.blocked","#,
            r#""by":"mem_0000000000000000000000","by_name":"Root","via":"page","#,
            r#""about":"key_0123456789ABCDEFGHIJab","name":"A \"quoted\" name","#,
            r#""reason":"left\u000aus","address":"203.0.113.7","request":null,"#,
            r#""before":{"status":"active"},"after":{"status":"blocked"}}"#
        )
    );
    let first = Link::first(&WorkspaceName::default_workspace());
    let line = chained(&first, &body);
    assert!(line.ends_with(body.strip_prefix('{').unwrap()));
    assert!(Json::parse(line.as_bytes()).is_ok());
    // By another implementation.
    assert_eq!(
        line.get(..154).unwrap(),
        concat!(
            r#"{"hash":"c582baf7de0877ec52ec25b3f6b154d1e631790eed992d46ae41fb7ef2ef097f","#,
            r#""previous":"6b0724a311d54c45a9e31b0d8aa60fe0d4db50442ba9dbd4d3e097e7ba10aad7",""#,
        )
    );
}

#[test]
fn promise_7_a_chain_checks_as_it_was_written() {
    let lines = log(5);
    let found = checked(&lines).unwrap();
    assert_eq!(found.entries, 5);
    assert!(lines[4].contains(&found.last.unwrap().to_string()));
    // From anywhere on, too: what is before is only not said anything of.
    assert_eq!(checked(&lines[2..]).unwrap().last, found.last);
    assert_eq!(check("").unwrap().entries, 0);
}

#[test]
fn promise_7_what_is_taken_out_put_in_or_moved_is_found_where_it_is() {
    let lines = log(5);
    let mut removed = lines.clone();
    removed.remove(2);
    assert_eq!(checked(&removed), Err(Broken::Unlinked(3)));
    let mut swapped = lines.clone();
    swapped.swap(1, 2);
    assert_eq!(checked(&swapped), Err(Broken::Unlinked(2)));
    let mut doubled = lines.clone();
    doubled.insert(3, lines[2].clone());
    assert_eq!(checked(&doubled), Err(Broken::Unlinked(4)));
    // Of the end, only the workspace's own last link tells.
    let cut = checked(&lines[..4]).unwrap();
    assert_ne!(cut.last, checked(&lines).unwrap().last);
    let mut odd = lines;
    odd[1] = odd[1].to_uppercase();
    assert_eq!(checked(&odd), Err(Broken::Unreadable(2)));
}

proptest! {
    #[test]
    fn promise_7_any_byte_that_is_changed_is_found(at in 0_usize..10_000, to in "[ -~]") {
        let mut lines = log(3);
        let line = lines[1].clone();
        let at = at % line.len();
        prop_assume!(line.get(at..=at).is_some_and(|from| from != to));
        lines[1].replace_range(at..=at, &to);
        let broken = checked(&lines).unwrap_err();
        prop_assert!(matches!(broken, Broken::Unreadable(2) | Broken::Changed(2)), "{broken:?}");
    }

    #[test]
    fn promise_11_anything_can_be_checked(export in any::<String>()) {
        let _ = check(&export);
    }
}

#[test]
fn what_is_different_is_said_by_member() {
    let before = r#"{"name":"A","version":1,"scopes":["a"],"expires_at":null}"#;
    let after = r#"{"name":"A","version":2,"scopes":[],"expires_at":null}"#;
    assert_eq!(
        difference(Some(before), Some(after)),
        (
            r#"{"version":1,"scopes":["a"]}"#.to_owned(),
            r#"{"version":2,"scopes":[]}"#.to_owned()
        )
    );
    assert_eq!(
        difference(None, Some(after)),
        ("null".to_owned(), after.to_owned())
    );
    assert_eq!(difference(Some(before), None).1, "null");
}

#[test]
fn promise_2_what_is_shown_of_a_token_is_not_noted() {
    let before = r#"{"hint":"kw_live_abcd…wxyz","previous_token":null,"metadata":{"hint":"a"}}"#;
    let after = concat!(
        r#"{"hint":"kw_live_efgh…stuv","previous_token":{"hint":"kw_live_abcd…wxyz","ends_at":1},"#,
        r#""token":{"hint":"kwm_ab…yz"},"metadata":{"hint":"b"}}"#
    );
    let (one, other) = difference(Some(before), Some(after));
    assert_eq!(one, r#"{"previous_token":null,"metadata":{"hint":"a"}}"#);
    assert_eq!(
        other,
        r#"{"previous_token":{"ends_at":1},"token":{},"metadata":{"hint":"b"}}"#
    );
    let (_, whole) = difference(None, Some(after));
    assert!(!whole.contains("kw"), "{whole}");
}

#[test]
fn only_what_looks_like_an_address_or_a_request_is_noted() {
    for good in ["203.0.113.7", "2001:db8::1", "8f1c2d3e4a5b6c7d-FRA"] {
        assert_eq!(from_header(Some(good.to_owned())), good);
    }
    let long = "1".repeat(65);
    for bad in ["", "a b", "203.0.113.7, 198.51.100.2", "<b>", "é", &long] {
        assert_eq!(from_header(Some(bad.to_owned())), "", "{bad}");
    }
    assert_eq!(from_header(None), "");
}

#[test]
fn an_event_is_a_word_of_its_own() {
    for event in Event::ALL {
        assert_eq!(Event::parse(event.as_str()), Some(*event));
    }
    assert_eq!(Event::parse("key.exploded"), None);
}
