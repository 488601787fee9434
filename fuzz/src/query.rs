//! The query of a list's address.

use keyway_core::{
    input::query::nothing,
    key::{KeyList, Sort},
    problem::Code,
};

/// What is read can be asked for again in our own words, and asks for something;
/// a parameter that is unknown or given twice is refused.
pub fn run(bytes: &[u8]) {
    let query = String::from_utf8_lossy(bytes);
    assert_eq!(nothing(&query).is_ok(), query.is_empty());
    match KeyList::parse(&query) {
        Ok(list) => {
            assert!((1..=100).contains(&list.limit));
            assert!(!list.statuses.is_empty());
            assert_eq!(KeyList::parse(&printed(&list)), Ok(list.clone()));
            refuses(&format!("{query}&unheard-of=1"), Code::UnknownParameter);
            refuses(&format!("{query}&limit=1&limit=1"), Code::InvalidParameter);
        }
        Err(problem) => {
            let code = problem.code();
            assert!(matches!(
                code,
                Code::UnknownParameter | Code::InvalidParameter
            ));
        }
    }
}

fn printed(list: &KeyList) -> String {
    let statuses: Vec<&str> = list.statuses.iter().map(|one| one.as_str()).collect();
    let sort = match list.sort {
        Sort::Created => "created",
        Sort::Name => "name",
        Sort::Expires => "expires",
        Sort::Used => "used",
    };
    let mut query = format!(
        "status={}&limit={}&never_used={}&search={}&sort={}{sort}",
        statuses.join(","),
        list.limit,
        list.never_used,
        encoded(&list.search.join(" ")),
        if list.descending { "-" } else { "" },
    );
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            query.push_str(&format!("&{name}={}", encoded(&value)));
        }
    };
    add("scope", list.scope.as_ref().map(ToString::to_string));
    add("account", list.account.as_ref().map(ToString::to_string));
    add("environment", list.environment.map(|one| one.to_string()));
    add("created_by", list.created_by.map(|one| one.to_string()));
    add(
        "expires_before",
        list.expires_before.map(|one| one.to_string()),
    );
    add("unused_since", list.unused_since.map(|one| one.to_string()));
    add("cursor", list.after.as_ref().map(ToString::to_string));
    query
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

fn refuses(query: &str, code: Code) {
    assert_eq!(KeyList::parse(query).map_err(|p| p.code()), Err(code));
}
