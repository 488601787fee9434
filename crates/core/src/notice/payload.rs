//! What receivers get: `{"type", "timestamp", "data"}` of Standard Webhooks 1.0.0.

use super::Occasion;
use crate::{
    audit,
    id::KeyId,
    input::{Json, write_text},
    instant::Instant,
    key::Key,
    member::Actor,
};

/// Bytes at most, but for what is always there: the standard has 20 kB.
const MOST: usize = 18_000;

/// Of many keys so many are named.
const NAMED: usize = 10;

/// What of a key may be long. Receivers can ask for it.
const BULKY: &[&str] = &[
    "description",
    "scopes",
    "accounts",
    "allowed_ips",
    "metadata",
    "contacts",
];

/// What is told.
#[derive(Debug, Clone, Copy)]
pub struct Payload<'a> {
    /// What happened.
    pub occasion: Occasion,
    /// When.
    pub at: Instant,
    /// The key or the member as it is answered, before.
    pub before: Option<&'a str>,
    /// And as it is now.
    pub after: Option<&'a str>,
    /// Who did it; nobody where time did.
    pub by: Option<&'a Actor>,
    /// Why, in their words.
    pub reason: Option<&'a str>,
}

impl Payload<'_> {
    /// As it is sent. Never a token, nor what is shown of one.
    #[must_use]
    pub fn json(&self) -> String {
        let (before, _) = match (self.before, self.after) {
            (Some(before), Some(after)) => audit::difference(Some(before), Some(after)),
            _ => (String::new(), String::new()),
        };
        let (_, after) = audit::difference(None, self.after.or(self.before));
        let json = self.with(&before, &after);
        if json.len() <= MOST {
            return json;
        }
        let mut short = String::new();
        if let Ok(Json::Object(mut members)) = Json::parse_text(&after) {
            members.retain(|(name, _)| !BULKY.iter().any(|bulky| name == bulky));
            Json::Object(members).write(&mut short);
        }
        self.with("", &short)
    }

    /// The same of several keys: how many, and which first ones. For letters alone.
    #[must_use]
    pub fn of_many(&self, keys: &[&Key]) -> String {
        let mut out = self.begun("keys");
        let mut before = '[';
        for key in keys.iter().take(NAMED) {
            out.push(before);
            before = ',';
            out.push_str("{\"id\":");
            write_text(&key.id.to_string(), &mut out);
            out.push_str(",\"name\":");
            write_text(key.name.as_str(), &mut out);
            out.push('}');
        }
        out.push_str("],\"count\":");
        out.push_str(&keys.len().to_string());
        self.ended(out)
    }

    fn with(&self, before: &str, after: &str) -> String {
        let mut out = self.begun(match self.occasion.is_of_member() {
            true => "member",
            false => "key",
        });
        out.push_str(after);
        if !before.is_empty() {
            out.push_str(",\"before\":");
            out.push_str(before);
        }
        self.ended(out)
    }

    fn begun(&self, kind: &str) -> String {
        let mut out = String::from("{\"type\":\"");
        out.push_str(self.occasion.as_str());
        out.push_str("\",\"timestamp\":\"");
        out.push_str(&self.at.to_string());
        out.push_str("\",\"data\":{\"");
        out.push_str(kind);
        out.push_str("\":");
        out
    }

    fn ended(&self, mut out: String) -> String {
        if let Some(by) = self.by {
            out.push_str(",\"by\":{\"id\":");
            write_text(&by.id.to_string(), &mut out);
            out.push_str(",\"name\":");
            write_text(&by.name, &mut out);
            out.push('}');
        }
        if let Some(reason) = self.reason {
            out.push_str(",\"reason\":");
            write_text(reason, &mut out);
        }
        out.push_str("}}");
        out
    }
}

/// The keys that a message is about; none where it is about a member.
#[must_use]
pub fn keys_of(body: &str) -> Vec<KeyId> {
    let mut found = Vec::new();
    let Ok(payload) = Json::parse_text(body) else {
        return found;
    };
    let data = payload.member("data");
    let keys = match data.and_then(|data| data.member("keys")) {
        Some(Json::Array(keys)) => keys.iter().collect(),
        _ => Vec::from_iter(data.and_then(|data| data.member("key"))),
    };
    for key in keys {
        if let Some(Json::String(id)) = key.member("id")
            && let Ok(id) = KeyId::parse(id)
        {
            found.push(id);
        }
    }
    found
}

/// The addresses of the contacts of a key, as it is answered.
#[must_use]
pub fn contacts_of(key: &str) -> Vec<String> {
    let mut found = Vec::new();
    let Ok(key) = Json::parse_text(key) else {
        return found;
    };
    if let Some(Json::Array(contacts)) = key.member("contacts") {
        for contact in contacts {
            if let Some(Json::String(email)) = contact.member("email") {
                found.push(email.clone().into_owned());
            }
        }
    }
    found
}

/// Where the events of a key go, as it is answered.
#[must_use]
pub fn webhook_of(key: &str) -> Option<String> {
    match Json::parse_text(key).ok()?.member("webhook_url") {
        Some(Json::String(url)) => Some(url.clone().into_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{catalog::Books, entropy::testing::Seeded, key::KeyDraft, token::Hint};

    fn sent(occasion: Occasion, before: Option<&Value>, after: &Value) -> (usize, Value) {
        let before = before.map(Value::to_string);
        let json = Payload {
            occasion,
            at: Instant::from_millis(1_700_000_000_000).unwrap(),
            before: before.as_deref(),
            after: Some(&after.to_string()),
            by: Some(&Actor::root()),
            reason: Some("\"so\""),
        }
        .json();
        (json.len(), serde_json::from_str(&json).unwrap())
    }

    #[test]
    fn it_says_what_who_when_and_what_was_before() {
        let before = json!({ "id": "key_1", "name": "a", "hint": "kw_1", "version": 1 });
        let after = json!({ "id": "key_1", "name": "b", "hint": "kw_2", "version": 2 });
        let (_, sent) = sent(Occasion::Updated, Some(&before), &after);
        assert_eq!(
            sent,
            json!({
                "type": "key.updated",
                "timestamp": "2023-11-14T22:13:20Z",
                "data": {
                    "key": { "id": "key_1", "name": "b", "version": 2 },
                    "before": { "name": "a", "version": 1 },
                    "by": { "id": "mem_0000000000000000000000", "name": "Root" },
                    "reason": "\"so\"",
                },
            })
        );
    }

    #[test]
    fn nothing_that_is_shown_of_a_token_is_sent() {
        let key = json!({ "id": "key_1", "hint": "kw_live_abcd…wxyz",
            "previous_token": { "hint": "kw_live_abcd…wxyz", "ends_at": "x" } });
        let (_, told) = sent(Occasion::Rotated, Some(&key), &key);
        assert!(!told.to_string().contains("abcd"), "{told}");
        assert_eq!(told["data"]["key"]["previous_token"]["ends_at"], "x");
        let member = json!({ "id": "mem_1", "token": { "hint": "kwm_abcd" } });
        let (_, told) = sent(Occasion::MemberAdded, None, &member);
        assert!(!told.to_string().contains("abcd"), "{told}");
    }

    #[test]
    fn it_stays_below_20_kb() {
        let scopes: Vec<String> = (0..500).map(|n| format!("{n:064}")).collect();
        let key = json!({ "id": "key_1", "name": "n".repeat(400), "scopes": scopes,
            "accounts": scopes, "metadata": { "a": "b".repeat(4_000) } });
        let (length, told) = sent(Occasion::Deleted, Some(&json!({})), &key);
        assert!(length < 20_000, "{length}");
        assert_eq!(told["data"]["key"]["id"], "key_1");
        assert_eq!(told["data"]["key"].get("scopes"), None);
    }

    #[test]
    fn of_many_keys_it_names_ten_and_says_how_many() {
        let key = |number: u64| {
            let name = format!(r#"{{"name":"\"{number}"}}"#);
            let body = Json::parse(name.as_bytes()).unwrap();
            let draft = KeyDraft::read(&body, &Books::default(), Instant::EPOCH).unwrap();
            let id = KeyId::mint(&mut Seeded::new(number)).unwrap();
            let hint = Hint::from_stored("kw".to_owned());
            Key::create(draft, id, hint, Actor::root(), Instant::EPOCH)
        };
        let keys: Vec<Key> = (0..12).map(key).collect();
        let payload = Payload {
            occasion: Occasion::Revoked,
            at: Instant::EPOCH,
            before: None,
            after: None,
            by: Some(&Actor::root()),
            reason: Some("so"),
        };
        let told = payload.of_many(&keys.iter().collect::<Vec<_>>());
        let ids: Vec<KeyId> = keys.iter().take(10).map(|key| key.id).collect();
        assert_eq!(keys_of(&told), ids);
        let told: Value = serde_json::from_str(&told).unwrap();
        assert_eq!(told["data"]["count"], 12);
        assert_eq!(told["data"]["keys"][9]["name"], "\"9");
        assert_eq!(told["data"]["by"]["name"], "Root");
        assert_eq!(keys_of(&payload.of_many(&[&keys[0]])), [keys[0].id]);
    }

    #[test]
    fn a_message_says_which_key_it_is_about() {
        let id = "key_0123456789ABCDEFGHIJab";
        let (_, told) = sent(Occasion::Blocked, None, &json!({ "id": id }));
        assert_eq!(keys_of(&told.to_string()), [KeyId::parse(id).unwrap()]);
        let (_, told) = sent(Occasion::MemberAdded, None, &json!({ "id": "mem_1" }));
        assert_eq!(keys_of(&told.to_string()), []);
        assert_eq!(keys_of("{"), []);
    }

    #[test]
    fn whom_a_key_names() {
        let key = json!({ "contacts": [{ "name": "A", "email": "a@example.com" },
            { "name": "B", "email": "b@example.com" }], "webhook_url": "https://a.example.com/" });
        let key = key.to_string();
        assert_eq!(contacts_of(&key), ["a@example.com", "b@example.com"]);
        assert_eq!(webhook_of(&key).unwrap(), "https://a.example.com/");
        let none = r#"{"contacts":[],"webhook_url":null}"#;
        assert_eq!((contacts_of(none).len(), webhook_of(none)), (0, None));
    }
}
