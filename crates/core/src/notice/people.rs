//! Who is told by e-mail.

use crate::{
    contact::Email,
    id::MemberId,
    key::Key,
    member::{Action, Member},
};

/// The address of a member who chose to be told, but not of what they did
/// themselves, nor of what they may not see: a key, or where there is none, a
/// member.
#[must_use]
pub fn reader<'a>(member: &'a Member, by: Option<MemberId>, key: Option<&Key>) -> Option<&'a str> {
    let may_know = match key {
        Some(key) => member.rights.allow(Action::ReadKeys).is_ok() && member.rights.show(key),
        None => member.rights.allow(Action::ManageMembers).is_ok(),
    };
    let is_told = member.notices && !member.suspended && may_know && by != Some(member.id);
    member.email.as_ref().filter(|_| is_told).map(Email::as_str)
}

/// The addresses of those among `members`.
pub fn add_members(
    members: &[Member],
    by: Option<MemberId>,
    key: Option<&Key>,
    to: &mut Vec<String>,
) {
    for member in members {
        if let Some(address) = reader(member, by, key) {
            add(address, to);
        }
    }
}

/// The contacts of a key.
pub fn add_contacts(contacts: Vec<String>, to: &mut Vec<String>) {
    for contact in contacts {
        add(&contact, to);
    }
}

/// Nobody twice.
fn add(address: &str, to: &mut Vec<String>) {
    if !to.iter().any(|known| known.eq_ignore_ascii_case(address)) {
        to.push(address.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        catalog::Books,
        entropy::testing::Seeded,
        grants::Grants,
        id::KeyId,
        input::Json,
        instant::Instant,
        key::KeyDraft,
        member::{Actor, Rights, Role},
        name::Name,
        token::Hint,
        version::Version,
    };

    fn member(email: &str, role: Role, api_access: bool) -> Member {
        Member {
            id: MemberId::mint(&mut Seeded::new(email.len() as u64)).unwrap(),
            version: Version::FIRST,
            name: Name::parse("Mo").unwrap(),
            email: Email::parse(email).ok(),
            rights: Rights {
                role,
                api_access,
                accounts: Grants::All,
                scopes: Grants::All,
                root: false,
            },
            suspended: false,
            notices: true,
            token: None,
            created_at: Instant::EPOCH,
            created_by: Actor::root(),
        }
    }

    #[test]
    fn only_who_chose_it_and_may_see_it_is_told_and_nobody_twice() {
        let admin = member("a@example.com", Role::Administrator, true);
        let manager = member("ma@example.com", Role::Manager, true);
        let silent = Member {
            notices: false,
            ..member("sil@example.com", Role::Administrator, true)
        };
        let away = Member {
            suspended: true,
            ..member("away@example.com", Role::Administrator, true)
        };
        let members = [admin.clone(), manager, silent, away];
        let mut to = vec!["A@Example.com".to_owned()];
        add_members(&members, None, None, &mut to);
        assert_eq!(to, ["A@Example.com"]);
        to.clear();
        add_members(&members, Some(admin.id), None, &mut to);
        assert!(to.is_empty());
        add_contacts(
            vec!["b@example.com".into(), "B@example.com".into()],
            &mut to,
        );
        assert_eq!(to, ["b@example.com"]);
    }

    /// Promise 10: nobody hears of a key that they do not see.
    #[test]
    fn promise_10_a_manager_is_not_told_of_a_key_of_others() {
        let body = Json::parse(br#"{"name":"K"}"#).unwrap();
        let draft = KeyDraft::read(&body, &Books::default(), Instant::EPOCH).unwrap();
        let id = KeyId::mint(&mut Seeded::new(1)).unwrap();
        let hint = Hint::from_stored("kw".to_owned());
        let mut key = Key::create(draft, id, hint, Actor::root(), Instant::EPOCH);
        key.accounts = Grants::All;
        let mut manager = member("ma@example.com", Role::Manager, true);
        let told = |manager: &Member, key: &Key| {
            let mut to = Vec::new();
            add_members(core::slice::from_ref(manager), None, Some(key), &mut to);
            to.len()
        };
        assert_eq!(told(&manager, &key), 1);
        manager.rights.accounts = Grants::default();
        assert_eq!(told(&manager, &key), 0);
        manager.rights = Rights::administrator();
        assert_eq!(told(&manager, &key), 1);
        let without = member("mo@example.com", Role::Manager, false);
        assert_eq!(told(&without, &key), 0);
    }
}
