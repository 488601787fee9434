//! The query of a list's address.

use keyway_core::{
    input::query::{KeyList, nothing},
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
    let mut query = format!("status={}&limit={}", statuses.join(","), list.limit);
    if let Some(cursor) = list.after {
        query.push_str(&format!("&cursor={cursor}"));
    }
    query
}

fn refuses(query: &str, code: Code) {
    assert_eq!(KeyList::parse(query).map_err(|p| p.code()), Err(code));
}
