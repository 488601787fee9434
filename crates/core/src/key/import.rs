//! Keys of an older system, by the SHA-256 of their tokens: whoever has one goes
//! on using it. A key without one gets a token of ours.

use super::{Key, KeyDraft};
use crate::{
    base64,
    catalog::Books,
    digest::TokenHash,
    input::{Fields, Invalid, Json, read},
    instant::Instant,
    problem::Code,
    token::Hint,
};

/// Keys that one call may import.
const MAX_KEYS: usize = 1_000;

/// A key as it is asked for.
#[derive(Debug)]
pub struct ImportItem {
    /// As one that is created.
    pub draft: KeyDraft,
    /// The token that it has elsewhere; without one it gets one here.
    pub imported: Option<Imported>,
}

/// A token that was made elsewhere.
#[derive(Debug)]
pub struct Imported {
    /// All that is known of it.
    pub hash: TokenHash,
    /// What may be shown of it.
    pub hint: Hint,
}

/// The body of `POST /v1/keys/import`, for the OpenAPI document.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = ImportKeys)]
pub struct ImportKeysSchema {
    /// The keys; what is wrong with one holds up no other.
    #[schema(min_items = 1, max_items = 1000)]
    pub keys: Vec<ImportKeySchema>,
}

/// What a key of an import may say besides what one that is created says.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "read by the derive, not made")]
struct ImportedTokenSchema {
    /// The SHA-256 of the token that it has elsewhere, as hex, base64 or base64url.
    /// Without one a token is made, and shown in the answer.
    #[schema(pattern = "^([0-9A-Fa-f]{64}|[0-9A-Za-z+/_-]{43}=?)$")]
    sha256: Option<String>,
    /// What the page may show of that token, such as its beginning and end. Never
    /// the token. The beginning of the SHA-256 unless said otherwise.
    #[schema(min_length = 1, max_length = 32, example = "sk_live_Ab3d…9xYz")]
    hint: Option<String>,
}

/// A key of an import: `CreateKey` and more.
#[cfg(feature = "openapi")]
pub struct ImportKeySchema;

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for ImportKeySchema {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::{RefOr::T, schema::Schema::Object};

        let whole = <KeyDraft as utoipa::PartialSchema>::schema();
        let more = <ImportedTokenSchema as utoipa::PartialSchema>::schema();
        match (whole, more) {
            // Not by `allOf`: a `CreateKey` has no members of others.
            (T(Object(mut whole)), T(Object(more))) => {
                whole.properties.extend(more.properties);
                whole.description = Some("A key of an import: `CreateKey` and more.".to_owned());
                whole.into()
            }
            (whole, _) => whole,
        }
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for ImportKeySchema {
    fn name() -> std::borrow::Cow<'static, str> {
        "ImportKey".into()
    }
}

/// Reads the body of `POST /v1/keys/import`: each key, or everything that is wrong
/// with it.
///
/// # Errors
///
/// [`Invalid`] where it is no such body at all.
pub fn read_import(
    body: &Json<'_>,
    books: &Books,
    now: Instant,
) -> Result<Vec<Result<ImportItem, Invalid>>, Invalid> {
    let mut fields = Fields::of(body)?;
    let items = fields.required("keys", |value| {
        match read::items(value, "key", MAX_KEYS, Code::TooManyKeys)? {
            [] => Err(Invalid::one(Code::FieldMissing, "Name one key or more.")),
            items => Ok(items),
        }
    });
    let items = fields.finish(items)?;
    let mut seen = Vec::new();
    let mut found = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let read = ImportItem::read(item, books, now, &mut seen);
        found.push(read.map_err(|invalid| at(invalid, index)));
    }
    Ok(found)
}

/// What is wrong with the key at `index` of the body.
fn at(invalid: Invalid, index: usize) -> Invalid {
    invalid.at(index).at("keys")
}

/// The refusal of a key whose token is another key's already.
#[must_use]
pub fn digest_exists(index: usize) -> Invalid {
    let exists = Invalid::one(
        Code::DigestExists,
        "A key has this token already, and it is another one, or was changed or ended since: \
         look for it by its hint, and edit that one.",
    );
    at(exists.at("sha256"), index)
}

impl ImportItem {
    /// `seen` are the tokens of the keys before it, also of those that are refused:
    /// which of two was meant is for people to say.
    fn read(
        body: &Json<'_>,
        books: &Books,
        now: Instant,
        seen: &mut Vec<TokenHash>,
    ) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let draft = KeyDraft::of(&mut fields, books, now);
        let sha256 = fields.optional("sha256", read::string);
        let hint = fields.optional("hint", read::string);
        let draft = fields.finish(draft);
        let imported = match sha256 {
            Some(sha256) => Imported::read(sha256, hint, seen).map(Some),
            None if hint.is_some() => Err(wrong_hint(
                "A hint is for a token that is imported by its SHA-256. One that is made here has \
                 its own.",
            )),
            None => Ok(None),
        };
        match (draft, imported) {
            (Ok(draft), Ok(Some(_))) if draft.recoverable => {
                let lost = Invalid::one(
                    Code::DigestNotRecoverable,
                    "Nobody here knows this token, so it cannot be shown again. Leave out \
                     `recoverable` or `sha256`.",
                );
                Err(lost.at("recoverable"))
            }
            (Ok(draft), Ok(imported)) => Ok(Self { draft, imported }),
            (Err(invalid), Ok(_)) | (Ok(_), Err(invalid)) => Err(invalid),
            (Err(draft), Err(imported)) => Err(draft.and(imported)),
        }
    }
}

impl Imported {
    fn read(text: &str, hint: Option<&str>, seen: &mut Vec<TokenHash>) -> Result<Self, Invalid> {
        let wrong = |code, detail: &str| Invalid::one(code, detail).at("sha256");
        let Some(hash) = sha256(text) else {
            return Err(wrong(
                Code::InvalidSha256,
                "A SHA-256 is 64 digits of hex, or 43 characters of base64 or base64url with or \
                 without a `=` at the end.",
            ));
        };
        if seen.contains(&hash) {
            return Err(wrong(
                Code::DuplicateDigest,
                "A key before this one in the same call has the same token.",
            ));
        }
        seen.push(hash);
        let hint = match hint {
            None => Hint::of_digest(&hash),
            Some(text) => Hint::given(text, &hash).ok_or_else(|| {
                wrong_hint(
                    "A hint is 1 to 32 visible characters without blanks, and never the whole \
                     token.",
                )
            })?,
        };
        Ok(Self { hash, hint })
    }
}

fn wrong_hint(detail: &str) -> Invalid {
    Invalid::one(Code::InvalidHint, detail).at("hint")
}

/// From hex, or from base64 in either alphabet with or without padding.
fn sha256(text: &str) -> Option<TokenHash> {
    let mut bytes = [0; 32];
    if text.len() == 64 {
        hex::decode_to_slice(text, &mut bytes).ok()?;
        return Some(TokenHash::from_bytes(bytes));
    }
    if !(43..=44).contains(&text.len()) {
        return None;
    }
    let bytes = base64::decode(text)?.try_into().ok()?;
    Some(TokenHash::from_bytes(bytes))
}

impl Key {
    /// Whether it is what importing `draft` with this `hint` made, and nobody has
    /// changed or ended it since, or given it another token.
    #[must_use]
    pub fn is_still(&self, draft: KeyDraft, hint: Hint) -> bool {
        let by = self.created_by.clone();
        let mut again = Self::create(draft, self.id, hint, by, self.created_at);
        again.version = self.version;
        again.last_used_at = self.last_used_at;
        again == *self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{id::KeyId, member::Actor, problem::Problem};

    const HEX: &str = "e3316e2bafebb6103a3418e8778c0adc960d40213a03a7e7f4fcd3426ed807bf";

    fn read(body: &str) -> Result<Vec<Result<ImportItem, Invalid>>, Problem> {
        let body = Json::parse(body.as_bytes())?;
        Ok(read_import(&body, &Books::default(), Instant::EPOCH)?)
    }

    fn one(members: &str) -> Result<ImportItem, Problem> {
        let body = format!(r#"{{"keys":[{{{members}}}]}}"#);
        Ok(read(&body)?.pop().unwrap()?)
    }

    #[test]
    fn a_digest_is_read_in_every_common_form_and_in_no_other() {
        let hash = TokenHash::of_secret("a token");
        let base64 = "4zFuK6/rthA6NBjod4wK3JYNQCE6A6fn9PzTQm7YB78";
        for good in [
            HEX.to_owned(),
            HEX.to_uppercase(),
            base64.to_owned(),
            format!("{base64}="),
            base64.replace('/', "_"),
            format!("{}=", base64.replace('/', "_")),
        ] {
            assert_eq!(sha256(&good), Some(hash), "{good}");
        }
        for bad in [
            String::new(),
            HEX[1..].to_owned(),
            format!("{HEX}0"),
            HEX.replace('e', "g"),
            format!("{base64}=="),
            format!("{base64}A"),
            base64.replace('/', "."),
            // Bits where nothing is left of the digest.
            base64.replace("B78", "B79"),
            format!("sha256:{HEX}"),
            "é".repeat(32),
        ] {
            assert_eq!(sha256(&bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_shown_of_an_imported_token_is_said_or_marked_as_its_digest() {
        let hint = |more: &str| {
            let item = one(&format!(r#""name":"a","sha256":"{HEX}"{more}"#)).unwrap();
            item.imported.unwrap().hint.as_str().to_owned()
        };
        assert_eq!(hint(""), "sha256:e3316e2b…");
        assert_eq!(hint(r#","hint":"sk_…9xYz""#), "sk_…9xYz");
        assert!(one(r#""name":"a""#).unwrap().imported.is_none());
    }

    #[test]
    fn what_is_wrong_with_a_key_is_said_by_place_and_holds_up_no_other() {
        let body = format!(
            r#"{{"keys":[{{"name":"a","sha256":"{HEX}"}},{{"name":"","sha256":"x"}},
                {{"name":"b","sha256":"{HEX}"}},{{"name":"c"}},4]}}"#
        );
        let found = read(&body).unwrap();
        let wrong: Vec<_> = found.into_iter().map(|item| item.err()).collect();
        assert!(wrong[0].is_none() && wrong[3].is_none());
        let said = |index: usize| -> Vec<(Code, String)> {
            let problem = Problem::from(wrong[index].clone().unwrap());
            let errors = problem.errors().iter();
            errors.map(|e| (e.code, e.pointer.clone())).collect()
        };
        assert_eq!(
            said(1),
            [
                (Code::InvalidName, "/keys/1/name".to_owned()),
                (Code::InvalidSha256, "/keys/1/sha256".to_owned())
            ]
        );
        assert_eq!(
            said(2),
            [(Code::DuplicateDigest, "/keys/2/sha256".to_owned())]
        );
        assert_eq!(said(4), [(Code::WrongType, "/keys/4".to_owned())]);
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        for (members, code, pointer) in [
            (
                format!(r#""name":"a","sha256":"{HEX}","recoverable":true"#),
                Code::DigestNotRecoverable,
                "/keys/0/recoverable",
            ),
            (
                r#""name":"a","hint":"abc""#.to_owned(),
                Code::InvalidHint,
                "/keys/0/hint",
            ),
            // The whole token.
            (
                format!(
                    r#""name":"a","sha256":"{}","hint":"whole""#,
                    hex::encode(TokenHash::of_secret("whole").as_bytes())
                ),
                Code::InvalidHint,
                "/keys/0/hint",
            ),
            (
                format!(r#""name":"a","sha256":"{HEX}","hint":"two words""#),
                Code::InvalidHint,
                "/keys/0/hint",
            ),
            (
                format!(r#""name":"a","sha256":"{HEX}","hint":"{}""#, "x".repeat(33)),
                Code::InvalidHint,
                "/keys/0/hint",
            ),
            (
                r#""name":"a","token":"x""#.to_owned(),
                Code::UnknownField,
                "/keys/0/token",
            ),
        ] {
            let problem = one(&members).unwrap_err();
            assert_eq!(problem.code(), code, "{members}");
            assert_eq!(problem.errors()[0].pointer, pointer, "{members}");
        }
    }

    #[test]
    fn a_call_has_one_to_a_thousand_keys() {
        let many = |count: usize| format!(r#"{{"keys":[{}]}}"#, vec!["{}"; count].join(","));
        assert_eq!(read(&many(1_000)).unwrap().len(), 1_000);
        for (body, code) in [
            (many(1_001), Code::TooManyKeys),
            (many(0), Code::FieldMissing),
            ("{}".to_owned(), Code::FieldMissing),
            (r#"{"keys":{}}"#.to_owned(), Code::WrongType),
        ] {
            let problem = read(&body).unwrap_err();
            assert_eq!(problem.code(), code);
            assert_eq!(problem.errors()[0].pointer, "/keys");
        }
    }

    #[test]
    fn the_same_import_is_told_from_another_and_from_what_was_changed_since() {
        let item = |members: &str| one(&format!(r#"{members},"sha256":"{HEX}""#)).unwrap();
        let made = |members: &str| {
            let item = item(members);
            let id = KeyId::parse("key_0123456789ABCDEFGHIJab").unwrap();
            let hint = item.imported.unwrap().hint;
            Key::create(item.draft, id, hint, Actor::root(), Instant::EPOCH)
        };
        let again = |key: &Key, members: &str| {
            let item = item(members);
            key.is_still(item.draft, item.imported.unwrap().hint)
        };
        let mut key = made(r#""name":"a""#);
        key.last_used_at = Some(Instant::EPOCH);
        assert!(again(&key, r#""name":"a""#));
        assert!(!again(&key, r#""name":"b""#));
        assert!(!again(&key, r#""name":"a","environment":"test""#));
        assert!(!again(&key, r#""name":"a","hint":"other""#));
        let blocked = r#""name":"a","active":false"#;
        assert!(!again(&key, blocked));
        assert!(again(&made(blocked), blocked));
        assert!(key.revoke(Actor::root(), None, Instant::EPOCH));
        assert!(!again(&key, r#""name":"a""#));
    }
}
