use super::*;
use crate::{
    grants::Grants,
    input::{Json, read},
    scope::{AccountId, ScopeId},
};

fn entry() -> Entry<ScopeId> {
    let draft = EntryDraft {
        id: ScopeId::parse("reporting:read").unwrap(),
        name: None,
        description: None,
    };
    Entry::create(draft, Instant::EPOCH).unwrap()
}

fn edit(body: &str) -> Result<EntryEdit, Problem> {
    Ok(EntryEdit::read(&Json::parse(body.as_bytes())?)?)
}

#[test]
fn an_entry_without_a_name_is_called_by_its_id() {
    let entry = entry();
    assert_eq!(entry.name.as_str(), "reporting:read");
    assert_eq!(
        crate::output::json(&entry).unwrap(),
        concat!(
            r#"{"id":"reporting:read","version":1,"name":"reporting:read","description":null,"#,
            r#""retired":false,"created_at":"1970-01-01T00:00:00Z"}"#,
        )
    );
}

#[test]
fn an_edit_changes_what_it_names_and_counts_if_it_does() {
    let mut entry = entry();
    assert!(!entry.apply(edit("{}").unwrap()));
    assert!(!entry.apply(edit(r#"{"name":"reporting:read","retired":false}"#).unwrap()));
    assert_eq!(entry.version, Version::FIRST);

    assert!(entry.apply(edit(r#"{"name":"Read reports","description":"All"}"#).unwrap()));
    assert_eq!(
        (entry.version.get(), entry.name.as_str()),
        (2, "Read reports")
    );
    assert_eq!(entry.description.as_ref().map(Text::as_str), Some("All"));
    assert!(entry.apply(edit(r#"{"retired":true}"#).unwrap()));
    assert!(entry.retired && entry.description.is_some());
    for none in [r#"{"description":null}"#, r#"{"description":" "}"#] {
        entry.description = Text::parse("x").unwrap();
        assert!(entry.apply(edit(none).unwrap()));
        assert_eq!(entry.description, None, "{none}");
    }
}

#[test]
fn what_an_edit_cannot_do_is_refused() {
    for (body, code, pointer) in [
        (r#"{"name":null}"#, Code::WrongType, "/name"),
        (r#"{"name":""}"#, Code::InvalidName, "/name"),
        (r#"{"retired":null}"#, Code::WrongType, "/retired"),
        (r#"{"retired":"yes"}"#, Code::WrongType, "/retired"),
        (r#"{"description":1}"#, Code::WrongType, "/description"),
        (r#"{"id":"other"}"#, Code::UnknownField, "/id"),
    ] {
        let problem = edit(body).unwrap_err();
        let error = &problem.errors()[0];
        assert_eq!(
            (error.code, error.pointer.as_str()),
            (code, pointer),
            "{body}"
        );
    }
}

#[test]
fn accounts_are_refused_in_words_of_their_own() {
    let book: Book<AccountId> = [("old", true)]
        .map(|(id, retired)| (AccountId::parse(id).unwrap(), retired))
        .into_iter()
        .collect();
    for (given, code) in [
        (r#"["acme"]"#, Code::UnknownAccount),
        (r#"["old"]"#, Code::RetiredAccount),
        (r#"["A"]"#, Code::MalformedAccountId),
        (r#"["*","old"]"#, Code::WildcardNotAlone),
        ("{}", Code::WrongType),
    ] {
        let value = Json::parse(given.as_bytes()).unwrap();
        let problem: Problem = read::granted(&value, &book, &Grants::default())
            .unwrap_err()
            .into();
        assert_eq!(problem.code(), code, "{given}");
        assert!(problem.detail().contains("account") || code == Code::WrongType);
    }
}

#[test]
fn a_refusal_to_delete_says_how_many_keys() {
    let id = AccountId::parse("acme").unwrap();
    assert!(
        in_use(&id, 1)
            .detail()
            .starts_with("1 key has the account `acme`.")
    );
    assert!(
        in_use(&id, 20)
            .detail()
            .starts_with("20 keys have the account `acme`.")
    );
    assert_eq!(in_use(&id, 2).code(), Code::AccountInUse);
    assert_eq!(not_found::<ScopeId>().code(), Code::ScopeNotFound);
    assert_eq!(exists(&id).errors()[0].pointer, "/id");
}
