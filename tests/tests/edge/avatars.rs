//! `/v1/keys/{id}/avatar`: what may be the picture of a key, and who gets it.

use keyway_tests::{Admin, Answer, Page, Request, World, shape::assert_members};
use serde_json::{Value, json};

/// Made by an encoder that is not ours.
const PNG: &[u8] = include_bytes!("../../../fuzz/corpus/avatar/png");
const JPEG: &[u8] = include_bytes!("../../../fuzz/corpus/avatar/jpeg");
const WEBP: &[u8] = include_bytes!("../../../fuzz/corpus/avatar/webp-lossy");
const NARROW: &[u8] = include_bytes!("../../../fuzz/corpus/avatar/png-narrow");

/// As large as a picture may be; nobody here looks at what fills it.
fn largest() -> Vec<u8> {
    let (head, end) = PNG.split_at(PNG.len() - 12);
    let mut bytes = head.to_vec();
    bytes.resize(65_536 - end.len(), 0);
    [&bytes, end].concat()
}

fn path(id: &str) -> String {
    format!("/v1/keys/{id}/avatar")
}

fn put(admin: &Admin, id: &str, media_type: &str, bytes: impl Into<Vec<u8>>) -> Answer {
    let request = admin.request("PUT", &path(id));
    let request = request.header("content-type", media_type).body(bytes);
    admin.door.send(&request)
}

/// What a client may add to a type is not ours to read, or to fail at.
#[test]
fn a_type_with_odd_parameters_is_still_that_type() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Odd");
    for odd in [b"Image/PNG; q=\xc3\xa9".as_slice(), b"image/png;\xff\xe9"] {
        let request = admin
            .request("PUT", &path(&made.id))
            .header("content-type", odd);
        let _ = kept(admin.door.send(&request.body(PNG)));
    }
}

fn kept(answer: Answer) -> Value {
    let body = answer.good(200);
    assert_members(&body, &["key"]);
    body["key"].clone()
}

#[test]
fn a_picture_comes_back_as_it_was_given() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Pictured");
    assert_eq!(made.item["avatar"], Value::Null);
    let _ = admin.get(&path(&made.id)).problem(404, "avatar_not_found");

    let mut tags = Vec::new();
    for (media_type, bytes) in [
        ("image/png", PNG.to_vec()),
        ("image/jpeg", JPEG.to_vec()),
        ("image/webp", WEBP.to_vec()),
        ("image/png", largest()),
    ] {
        let key = kept(put(&admin, &made.id, media_type, bytes.clone()));
        assert_eq!(key["version"], 1, "nothing else is different");
        assert_eq!(admin.key(&made.id), key);
        assert_eq!(admin.keys()[0]["avatar"], key["avatar"]);
        let shown = admin.get(&path(&made.id)).expect(200);
        assert_eq!(shown.body, bytes);
        assert_eq!(shown.header("content-type"), Some(media_type));
        let tag = key["avatar"].as_str().unwrap();
        assert_eq!(tag.len(), 16);
        assert_eq!(shown.header("etag"), Some(&*format!("\"{tag}\"")));
        // Once more, and nothing happens.
        assert_eq!(kept(put(&admin, &made.id, media_type, bytes)), key);
        tags.push(tag.to_owned());
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 4);
    assert_eq!(admin.as_verifier().strong_code(&made.token), "valid");
}

#[test]
fn a_picture_can_do_nothing_in_a_browser() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Inert");
    let _ = kept(put(&admin, &made.id, "image/png", PNG));
    let shown = admin.get(&path(&made.id)).expect(200);
    assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
    let policy = shown.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"));
    shown.assert_unstored();
}

#[test]
fn a_picture_can_be_taken_away() {
    let world = World::start();
    let admin = world.admin();
    let (made, other) = (admin.create_named("Was"), admin.create_named("Is"));
    for id in [&made.id, &other.id] {
        let _ = kept(put(&admin, id, "image/png", PNG));
    }
    for _ in 0..2 {
        assert_eq!(kept(admin.delete(&path(&made.id)))["avatar"], Value::Null);
        let _ = admin.get(&path(&made.id)).problem(404, "avatar_not_found");
    }
    assert_eq!(admin.get(&path(&other.id)).expect(200).body, PNG);
}

#[test]
fn what_is_no_such_picture_is_refused_and_the_one_there_stays() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Stays");
    let before = kept(put(&admin, &made.id, "image/webp", WEBP));
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='128' height='128'/>";
    let mut larger = largest();
    larger.insert(1_000, 0);
    for (what, media_type, bytes, status, code) in [
        (
            "SVG",
            "image/svg+xml",
            svg.into(),
            415,
            "unsupported_media_type",
        ),
        (
            "GIF",
            "image/gif",
            b"GIF89a".to_vec(),
            415,
            "unsupported_media_type",
        ),
        (
            "JSON",
            "application/json",
            b"{}".to_vec(),
            415,
            "unsupported_media_type",
        ),
        (
            "an SVG that says PNG",
            "image/png",
            svg.into(),
            422,
            "invalid_picture",
        ),
        (
            "a JPEG that says PNG",
            "image/png",
            JPEG.to_vec(),
            422,
            "invalid_picture",
        ),
        (
            "half a PNG",
            "image/png",
            PNG[..PNG.len() / 2].to_vec(),
            422,
            "invalid_picture",
        ),
        (
            "a narrow one",
            "image/png",
            NARROW.to_vec(),
            422,
            "wrong_picture_size",
        ),
        ("none", "image/png", Vec::new(), 400, "body_missing"),
        (
            "a byte too many",
            "image/png",
            larger,
            413,
            "body_too_large",
        ),
        (
            "5 MB",
            "image/png",
            vec![0; 5_000_000],
            413,
            "body_too_large",
        ),
    ] {
        println!("{what}");
        let problem = put(&admin, &made.id, media_type, bytes).problem(status, code);
        assert!(problem.get("errors").is_none());
    }
    let untyped = admin.request("PUT", &path(&made.id)).body(PNG);
    let _ = admin
        .door
        .send(&untyped)
        .problem(415, "unsupported_media_type");
    let chunked = admin
        .request("PUT", &path(&made.id))
        .header("content-type", "image/png");
    let chunked = chunked.body(vec![0; 5_000_000]).chunked();
    let _ = admin.door.send(&chunked).problem(413, "body_too_large");
    let asked = format!("{}?size=64", path(&made.id));
    let asked = admin
        .request("PUT", &asked)
        .header("content-type", "image/png")
        .body(PNG);
    let _ = admin.door.send(&asked).problem(400, "unknown_parameter");
    assert_eq!(admin.key(&made.id), before);
    assert_eq!(admin.get(&path(&made.id)).expect(200).body, WEBP);
    let _ =
        put(&admin, "key_0000000000000000000000", "image/png", PNG).problem(404, "key_not_found");
}

#[test]
fn a_picture_is_for_whoever_may_see_the_key() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Seen");
    let _ = kept(put(&admin, &made.id, "image/png", PNG));
    let verifier = admin.verifier("Service");
    for method in ["PUT", "GET", "DELETE"] {
        let nobody = Request::new(method, &path(&made.id)).header("content-type", "image/webp");
        let nobody = if method == "PUT" {
            nobody.body(WEBP)
        } else {
            nobody
        };
        let _ = world.send(&nobody).problem(401, "credential_missing");
        for token in [&made.token, &verifier.token] {
            let _ = world
                .send(&nobody.clone().bearer(token))
                .problem(401, "wrong_credential_kind");
        }
        // The cookie alone: an `<img>` or a form of another page.
        let page = world.page();
        let bare = nobody.header("cookie", format!("__Host-keyway={}", page.cookie));
        let _ = world.send(&bare).problem(403, "csrf_refused");
    }
    let page: Page = world.page();
    assert_eq!(page.get(&path(&made.id)).expect(200).body, PNG);
}

#[test]
fn a_locked_key_may_get_another_picture_and_a_revoked_one_may_not() {
    let world = World::start();
    let admin = world.admin();
    let locked = admin.create(&json!({ "name": "Locked", "locked": true }));
    let _ = kept(put(&admin, &locked.id, "image/png", PNG));
    let _ = kept(put(&admin, &locked.id, "image/jpeg", JPEG));
    let _ = admin.change("block", &locked.id);
    let _ = kept(put(&admin, &locked.id, "image/webp", WEBP));
    let _ = admin.revoke(&locked.id);
    let _ = put(&admin, &locked.id, "image/png", PNG).problem(409, "key_revoked");
    let _ = admin.delete(&path(&locked.id)).problem(409, "key_revoked");
    assert_eq!(admin.get(&path(&locked.id)).expect(200).body, WEBP);
}

#[test]
fn a_deleted_key_leaves_no_picture() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Gone");
    let _ = kept(put(&admin, &made.id, "image/png", PNG));
    let key = format!("/v1/keys/{}", made.id);
    // The second answer is read from the tables again.
    for _ in 0..2 {
        let answer = admin.delete(&key).good(200);
        assert_eq!(answer["key"]["avatar"], Value::Null);
    }
    let _ = admin.get(&path(&made.id)).problem(404, "key_not_found");
    let _ = put(&admin, &made.id, "image/png", PNG).problem(404, "key_not_found");
}

#[test]
fn a_picture_survives_a_crash() {
    let mut world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Kept");
    let key = kept(put(&admin, &made.id, "image/png", PNG));
    world.crash();
    let admin = world.admin();
    assert_eq!(admin.key(&made.id), key);
    assert_eq!(admin.get(&path(&made.id)).expect(200).body, PNG);
}
