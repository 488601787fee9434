use ::base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const NOW: i64 = 1_800_000_000;

fn now() -> Instant {
    Instant::from_millis(NOW * 1000).unwrap()
}

fn access() -> Access {
    Access::parse("https://acme.cloudflareaccess.com/", "f00 ba4").unwrap()
}

fn header() -> Value {
    json!({ "alg": "RS256", "kid": "one", "typ": "JWT" })
}

fn claims() -> Value {
    json!({
        "iss": "https://acme.cloudflareaccess.com",
        "aud": ["other", "ba4"],
        "email": "ada@example.com",
        "exp": NOW + 1,
        "nbf": NOW,
        "iat": NOW,
        "sub": "7335d417-61da-459d-899c-0a01c76a2f94",
        "country": "PT",
    })
}

fn token(header: &Value, claims: &Value) -> String {
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2lnbmF0dXJl", encoded(header), encoded(claims))
}

fn with(name: &str, value: Value) -> String {
    let mut claims = claims();
    claims[name] = value;
    token(&header(), &claims)
}

fn without(name: &str) -> String {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    token(&header(), &claims)
}

fn refusal(text: &str) -> Refusal {
    Assertion::read(text, &access(), now()).expect_err(text)
}

#[test]
fn a_good_token_names_a_person_once_its_signature_is_good() {
    let text = token(&header(), &claims());
    let read = Assertion::read(&text, &access(), now()).unwrap();
    assert_eq!(read.key_id(), "one");
    assert_eq!(read.signature(), b"signature");
    assert_eq!(format!("{}.c2lnbmF0dXJl", read.signed()), text);
    let email = read.clone().email(Some(true)).unwrap();
    assert_eq!(email.as_str(), "ada@example.com");
    assert!(
        read.clone()
            .email(Some(false))
            .unwrap_err()
            .contains("signature")
    );
    assert!(read.email(None).unwrap_err().contains("no such key"));
}

#[test]
fn one_audience_may_stand_by_itself() {
    assert!(Assertion::read(&with("aud", json!("f00")), &access(), now()).is_ok());
}

#[test]
fn another_algorithm_is_refused_whatever_the_token_says() {
    for alg in ["none", "HS256", "rs256", "RS512", "PS256", ""] {
        let text = token(&json!({ "alg": alg, "kid": "one" }), &claims());
        assert!(refusal(&text).contains("RS256"), "{alg}");
    }
    for header in [
        json!({ "kid": "one" }),
        json!({ "alg": ["RS256"], "kid": "one" }),
        json!({ "alg": "RS256", "kid": "one", "crit": ["exp"], "exp": 1 }),
    ] {
        assert!(
            refusal(&token(&header, &claims())).contains("RS256"),
            "{header}"
        );
    }
    refusal(&token(&json!({ "alg": "RS256" }), &claims()));
}

#[test]
fn another_teams_and_another_applications_are_refused() {
    for issuer in [
        "https://acme.cloudflareaccess.com/",
        "https://acme.cloudflareaccess.com.example.com",
        "http://acme.cloudflareaccess.com",
        "",
    ] {
        assert!(
            refusal(&with("iss", json!(issuer))).contains("another team"),
            "{issuer}"
        );
    }
    for audience in [
        json!("other"),
        json!([]),
        json!(["f00 ba4"]),
        json!(null),
        json!([["f00"]]),
    ] {
        let text = with("aud", audience.clone());
        assert!(refusal(&text).contains("another application"), "{audience}");
    }
    refusal(&without("iss"));
    refusal(&without("aud"));
}

#[test]
fn a_token_has_its_time() {
    for (name, value, word) in [
        ("exp", json!(NOW), "expired"),
        ("exp", json!(NOW - 1), "expired"),
        ("exp", json!(f64::from(1_700_000_000) + 0.5), "expired"),
        ("exp", json!("1900000000"), "expired"),
        ("exp", json!(-1), "expired"),
        ("nbf", json!(NOW + 61), "not good yet"),
        ("nbf", json!("x"), "not good yet"),
    ] {
        let text = with(name, value.clone());
        assert!(refusal(&text).contains(word), "{name} {value}");
    }
    assert!(refusal(&without("exp")).contains("expired"));
    for good in [
        with("nbf", json!(NOW + 60)),
        without("nbf"),
        with("exp", json!(1_900_000_000.5)),
    ] {
        assert!(Assertion::read(&good, &access(), now()).is_ok(), "{good}");
    }
}

/// Access gives tokens to programs, too. They say `common_name`.
#[test]
fn a_token_without_an_address_names_nobody() {
    assert!(refusal(&without("email")).contains("management token"));
    for odd in [json!(""), json!("ada"), json!(["ada@example.com"])] {
        assert!(refusal(&with("email", odd)).contains("names nobody"));
    }
}

#[test]
fn a_claim_that_is_there_twice_is_no_token() {
    let twice = format!(
        "{{\"email\":\"eve@example.com\",{}",
        &claims().to_string()[1..]
    );
    let text = format!(
        "{}.{}.AA",
        URL_SAFE_NO_PAD.encode(header().to_string()),
        URL_SAFE_NO_PAD.encode(twice)
    );
    assert!(refusal(&text).contains("no token"));
}

#[test]
fn settings_that_name_no_team_and_no_application_are_refused() {
    for team in [
        "",
        "acme",
        "acme.cloudflareaccess.com",
        "http://acme.cloudflareaccess.com",
        "https://",
        "https://acme.cloudflareaccess.com/path",
        "https://a@b.example",
        "http://localhost:",
        "http://localhost:80.example.com",
    ] {
        assert_eq!(
            Access::parse(team, "f00"),
            Err(InvalidAccess::Team),
            "{team}"
        );
    }
    for audience in ["", " ", "a,b", "\"f00\""] {
        let parsed = Access::parse("https://acme.cloudflareaccess.com", audience);
        assert_eq!(parsed, Err(InvalidAccess::Audience), "{audience}");
    }
    let keys = access().keys();
    assert_eq!(
        keys,
        "https://acme.cloudflareaccess.com/cdn-cgi/access/certs"
    );
    assert!(Access::parse("http://localhost:8080", "f00").is_ok());
}

proptest! {
    #[test]
    fn promise_11_no_text_makes_the_reader_panic(text in ".{0,80}") {
        let _ = Assertion::read(&text, &access(), now());
    }

    #[test]
    fn promise_11_no_near_miss_makes_the_reader_panic(at in 0_usize..600, byte in 0_u8..128) {
        let mut bytes = token(&header(), &claims()).into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = Assertion::read(std::str::from_utf8(&bytes).unwrap(), &access(), now());
    }
}
