use super::*;
use crate::entropy::testing::Seeded;
use crate::{
    catalog::Book,
    environment::Environment,
    id::KeyId,
    input::Json,
    key::KeyDraft,
    token::{ApiPrefix, mint_api},
};

fn books() -> Books {
    let accounts = ["acme", "globex"].map(|id| (AccountId::parse(id).unwrap(), false));
    let scopes = ["read", "write"].map(|id| (ScopeId::parse(id).unwrap(), false));
    Books {
        accounts: accounts.into_iter().collect::<Book<_>>(),
        scopes: scopes.into_iter().collect::<Book<_>>(),
    }
}

fn at(seconds: i64) -> Instant {
    Instant::from_millis(seconds * 1000).unwrap()
}

fn invited(body: &str) -> Result<Member, Problem> {
    let draft = MemberDraft::read(&Json::parse(body.as_bytes())?, &books(), at(10))?;
    let id = MemberId::mint(&mut Seeded::new(7)).unwrap();
    Ok(Member::invite(draft, id, Actor::root(), at(10)))
}

fn manager(accounts: &str, scopes: &str) -> Member {
    invited(&format!(
        r#"{{"name":"Mo","email":"mo@example.com","api_access":true,"accounts":{accounts},"scopes":{scopes}}}"#
    ))
    .unwrap()
}

fn key(accounts: &str, scopes: &str) -> Key {
    let body = format!(r#"{{"name":"K","accounts":{accounts},"scopes":{scopes}}}"#);
    let body = Json::parse(body.as_bytes()).unwrap();
    let draft = KeyDraft::read(&body, &books(), at(10)).unwrap();
    let id = KeyId::mint(&mut Seeded::new(1)).unwrap();
    let token = mint_api(
        &ApiPrefix::default(),
        Environment::Live,
        &mut Seeded::new(2),
    )
    .unwrap();
    Key::create(draft, id, token.hint(), Actor::root(), at(10))
}

fn edited(member: &Member, body: &str, others: u64) -> Result<Member, Problem> {
    let edit = MemberEdit::read(&Json::parse(body.as_bytes())?, member, &books())?;
    member.edited(edit, others)
}

#[test]
fn who_is_invited_may_do_nothing_that_was_not_said() {
    let member = invited(r#"{"name":"Mo","email":"mo@example.com"}"#).unwrap();
    assert_eq!(member.kind(), MemberKind::Person);
    assert_eq!(member.rights.role, Role::Manager);
    let may: Vec<_> = member.rights.allowed().map(Action::as_str).collect();
    assert_eq!(may, ["session", "settings.read"]);
    assert_eq!(
        serde_json::to_string(&member.view()).unwrap(),
        concat!(
            r#"{"id":"mem_TDoRgdHbSeywTyE42gr042","version":1,"kind":"person","name":"Mo","#,
            r#""email":"mo@example.com","role":"manager","api_access":false,"accounts":[],"#,
            r#""scopes":[],"suspended":false,"notices":false,"token":null,"#,
            r#""created_at":"1970-01-01T00:00:10Z","#,
            r#""created_by":{"id":"mem_0000000000000000000000","name":"Root"}}"#
        )
    );
}

#[test]
fn a_program_is_a_manager() {
    let program = invited(r#"{"name":"Deploys","api_access":true}"#).unwrap();
    assert_eq!(program.kind(), MemberKind::Service);
    let refused = invited(r#"{"name":"Deploys","role":"administrator"}"#).unwrap_err();
    assert_eq!(refused.errors()[0].pointer, "/role");
    let refused = edited(
        &program,
        r#"{"role":"administrator","email":"a@b.example"}"#,
        1,
    );
    let pointers: Vec<_> = refused
        .unwrap_err()
        .errors()
        .iter()
        .map(|e| e.pointer.clone())
        .collect();
    assert_eq!(pointers, ["/email", "/role"]);
}

#[test]
fn what_is_wrong_with_an_invitation_is_said_by_field() {
    for (body, code, pointer) in [
        (r#"{"email":"a@b.example"}"#, Code::FieldMissing, "/name"),
        (r#"{"name":"A","email":"a"}"#, Code::InvalidEmail, "/email"),
        (
            r#"{"name":"A","email":"a@b.example","role":"owner"}"#,
            Code::InvalidRole,
            "/role",
        ),
        (
            r#"{"name":"A","accounts":["nobody"]}"#,
            Code::UnknownAccount,
            "/accounts/0",
        ),
        (
            r#"{"name":"A","api_access":1}"#,
            Code::WrongType,
            "/api_access",
        ),
        (
            r#"{"name":"A","token_expires_at":"1970-01-01T00:00:10Z"}"#,
            Code::ExpiryInPast,
            "/token_expires_at",
        ),
        (
            r#"{"name":"A","rights":"all"}"#,
            Code::UnknownField,
            "/rights",
        ),
    ] {
        let problem = invited(body).unwrap_err();
        let error = &problem.errors()[0];
        assert_eq!(
            (error.code, error.pointer.as_str()),
            (code, pointer),
            "{body}"
        );
    }
}

#[test]
fn promise_10_a_manager_sees_the_keys_all_of_whose_accounts_they_are_granted() {
    for (granted, of_key, sees) in [
        (r#"["acme"]"#, r#"["acme"]"#, true),
        (r#"["acme","globex"]"#, r#"["acme"]"#, true),
        (r#"["acme"]"#, r#"["acme","globex"]"#, false),
        (r#"["acme"]"#, r#"["*"]"#, false),
        (r#"["*"]"#, r#"["*"]"#, true),
        ("[]", r#"["acme"]"#, false),
        // Nobody's key in particular.
        ("[]", "[]", true),
    ] {
        let member = manager(granted, "[]");
        assert_eq!(
            member.rights.show(&key(of_key, "[]")),
            sees,
            "{granted} {of_key}"
        );
        assert!(Rights::administrator().show(&key(of_key, "[]")));
    }
}

#[test]
fn promise_10_nobody_grants_what_they_are_not_granted() {
    let rights = manager(r#"["acme"]"#, r#"["read"]"#).rights;
    let within = rights.within(books());
    for (body, code, pointer) in [
        (r#"["write"]"#, Code::ScopeNotGranted, "/scopes/0"),
        (r#"["*"]"#, Code::ScopeNotGranted, "/scopes"),
        // As what there is: who may not grant it does not learn which it is.
        (r#"["unheard"]"#, Code::ScopeNotGranted, "/scopes/0"),
    ] {
        let body = format!(r#"{{"name":"K","scopes":{body}}}"#);
        let body = Json::parse(body.as_bytes()).unwrap();
        let problem: Problem = KeyDraft::read(&body, &within, at(10)).unwrap_err().into();
        let error = &problem.errors()[0];
        assert_eq!((error.code, error.pointer.as_str()), (code, pointer));
    }
    for (body, accounts) in [(r#"["acme"]"#, true), (r#"["globex"]"#, false)] {
        let body = format!(r#"{{"name":"K","scopes":["read"],"accounts":{body}}}"#);
        let body = Json::parse(body.as_bytes()).unwrap();
        assert_eq!(KeyDraft::read(&body, &within, at(10)).is_ok(), accounts);
    }
}

#[test]
fn promise_10_a_token_with_more_scopes_than_ones_own_is_for_nobody_else() {
    let rights = manager(r#"["*"]"#, r#"["read"]"#).rights;
    assert!(rights.allow_token_of(&key("[]", r#"["read"]"#)).is_ok());
    for more in [r#"["read","write"]"#, r#"["*"]"#] {
        let refused = rights.allow_token_of(&key("[]", more)).unwrap_err();
        assert_eq!(refused.code(), Code::ScopeNotGranted);
        assert!(
            Rights::administrator()
                .allow_token_of(&key("[]", more))
                .is_ok()
        );
    }
}

#[test]
fn an_edit_changes_what_it_names_and_counts_if_it_does() {
    let member = manager(r#"["acme"]"#, "[]");
    assert_eq!(edited(&member, "{}", 0).unwrap(), member);
    let next = edited(&member, r#"{"accounts":["*"],"suspended":true}"#, 0).unwrap();
    assert_eq!(next.version.get(), 2);
    assert!(next.suspended && next.rights.accounts == Grants::All);
    assert_eq!(next.name, member.name);
}

#[test]
fn the_last_administrator_stays_one() {
    let body = r#"{"name":"Ada","email":"ada@example.com","role":"administrator"}"#;
    let ada = invited(body).unwrap();
    for edit in [r#"{"role":"manager"}"#, r#"{"suspended":true}"#] {
        assert_eq!(
            edited(&ada, edit, 0).unwrap_err().code(),
            Code::LastAdministrator
        );
        assert!(edited(&ada, edit, 1).is_ok());
    }
    assert!(edited(&ada, r#"{"name":"Ada L."}"#, 0).is_ok());
    assert_eq!(ada.spare(0).unwrap_err().code(), Code::LastAdministrator);
    // Who does not lead is not missed.
    let suspended = edited(&ada, r#"{"suspended":true}"#, 1).unwrap();
    assert!(suspended.spare(0).is_ok());
}
