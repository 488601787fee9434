//! Promise 2: no store, log line, error or trace holds a token.

use base64::{Engine, engine::general_purpose};
use keyway_tests::{Created, Page, Request, World, kv::Kind, search, sink::Sink, tokens};
use serde_json::json;
use sha2::{Digest, Sha256};

const VAULT_KEY: &str = "a vault key of thirty-two letters";

/// A full run: every route, good and bad, with secrets in the wrong places.
/// Returns every secret that was seen.
fn full_run(world: &mut World) -> Vec<(&'static str, String)> {
    let admin = world.admin();
    let page = world.page();
    admin.scope("reporting:read");
    let made = admin.create(&json!({ "name": "Reporting", "scopes": ["reporting:read"] }));
    // Kept, but encrypted.
    let kept = admin.create(&json!({ "name": "Kept", "recoverable": true,
        "webhook_url": "https://hooks.example.com/kept",
        "contacts": [{ "name": "Ops", "email": "ops@example.com" }] }));
    let shown = admin.change("reveal", &kept.id).good(200);
    assert_eq!(shown["token"], *kept.token);
    let rotated = admin.change("rotate", &kept.id).good(200);
    let on_page = Created::from(page.post("/v1/keys", &json!({ "name": "Page" })), "key");
    let verifier = admin.verifier("Gateway");
    let removed = admin.verifier("Removed");
    let unknown = tokens::token("kw_live");
    let old = tokens::token("old_live");
    let sha256 = hex::encode(Sha256::digest(old.as_bytes()));
    let import = admin
        .request("POST", "/v1/keys/import")
        .header("idempotency-key", "once")
        .json(
            &json!({ "keys": [{ "name": "Old", "sha256": sha256 }, { "name": "New" },
            { "name": "Whole", "sha256": sha256, "hint": old }, { "name": old, "sha256": old }] }),
        );
    let imported = world.send(&import).good(200);
    let new = imported["results"][1]["token"].as_str().unwrap().to_owned();

    // KV fails in between, so that the outbox has rows and the alarm runs.
    world.kv().go_down();
    let pending = admin.create_named("Pending");
    let _ = admin.revoke(&made.id);
    let _ = verifier.ask(&json!({ "token": pending.token }));
    let mark = world.kv().mark();
    world.kv().heal();
    world.kv().wait_for_put(mark, "key:");

    for token in [
        &made.token,
        &on_page.token,
        &pending.token,
        &unknown,
        &old,
        &new,
        &verifier.token,
        &admin.token,
    ] {
        for question in [
            json!({ "token": token }),
            json!({ "token": token, "consistency": "strong" }),
        ] {
            let _ = verifier.ask(&question);
        }
        let wrong = [
            format!("\"{token}\""),
            format!("{token}\n"),
            token[..token.len() - 1].to_owned(),
            format!("Bearer {token}"),
        ];
        for wrong in wrong {
            let _ = verifier.ask(&json!({ "token": wrong }));
            let _ = world.send(&Page::sign_in_request(&wrong));
        }
        // In the wrong places.
        let places = [
            Request::get("/v1/keys").bearer(token),
            Request::get("/v1/keys").header("authorization", token),
            Request::post("/v1/verify")
                .bearer(token)
                .json(&json!({ "token": token })),
            Request::get(&format!("/v1/keys/{token}")).bearer(&admin.token),
            Request::get(&format!("/{token}")),
            Request::get(&format!("/v1/keys?cursor={token}")).bearer(&admin.token),
            Request::get(&format!("/v1/keys?{token}=1")).bearer(&admin.token),
            Request::post("/v1/keys")
                .bearer(&admin.token)
                .json(&json!({ "name": "x", "scopes": [token] })),
            Request::post("/v1/keys")
                .bearer(&admin.token)
                .json(&json!({ "name": "x", token.as_str(): 1 })),
            Request::post("/v1/keys")
                .bearer(&admin.token)
                .body(format!("{{\"name\": {token}"))
                .header("content-type", "application/json"),
            Request::post("/v1/keys")
                .bearer(&admin.token)
                .body(token.clone())
                .header("content-type", token),
            Request::get("/v1/session")
                .header("cookie", format!("__Host-keyway={token}"))
                .header("x-keyway-page", "1"),
            Request::new(token, "/v1/keys"),
        ];
        for request in places {
            let _ = world.door().try_send(&request);
        }
    }
    let _ = admin.revoke(&on_page.id);
    let _ = admin.delete(&format!("/v1/verifiers/{}", removed.id));
    let _ = admin.get("/v1/keys?status=all");
    let _ = admin.get("/readyz");
    // A record that was tampered with is told in the log.
    for name in world.store().keys("") {
        world.store().tamper(&name, |bytes| bytes[0] ^= 1);
    }
    for token in [&made.token, &pending.token] {
        let _ = verifier.code(token);
    }
    world.crash();
    let _ = verifier.code(&pending.token);
    let ended = world.page();
    let _ = world
        .send(&ended.request("DELETE", "/v1/session"))
        .expect(204);
    world.terminate();
    vec![
        ("the API token", made.token),
        ("the token made on the page", on_page.token),
        ("the pending token", pending.token),
        ("an unknown token", unknown),
        ("an imported token", old),
        ("a token made by an import", new),
        ("the token of a recoverable key", kept.token),
        (
            "its token after a rotation",
            rotated["token"].as_str().unwrap().to_owned(),
        ),
        ("the verifier", verifier.token),
        ("the removed verifier", removed.token),
        ("the root token", admin.token),
        ("the session cookie", page.cookie),
        ("the ended session", ended.cookie),
    ]
}

#[test]
fn promise_2_no_store_and_no_log_line_holds_a_token() {
    let sink = Sink::start();
    let mut world = sink
        .mailing_world()
        .text("VAULT_KEY_1", VAULT_KEY)
        .text("IMPORTED_TOKENS", "old_live_:base62:36")
        .start();
    let secrets = full_run(&mut world);
    assert!(
        world
            .kv()
            .history()
            .iter()
            .any(|done| done.kind == Kind::Put),
        "something was stored"
    );
    let mut files = search::files(&world.state());
    assert!(
        files
            .iter()
            .any(|path| path.to_string_lossy().contains(".sqlite")),
        "{files:?}"
    );
    // Not the configuration: that is where the operator's secrets are.
    files.extend(search::files(world.folder()).into_iter().filter(|path| {
        path.extension()
            .is_some_and(|kind| kind == "out" || kind == "err")
    }));
    let mut places: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|path| (path.display().to_string(), std::fs::read(path).unwrap()))
        .collect();
    for (key, value) in world.store().dump() {
        places.push((format!("the KV key {key}"), key.clone().into_bytes()));
        places.push((format!("the KV value of {key}"), value.bytes));
        places.push((
            format!("the KV metadata of {key}"),
            value.metadata.unwrap_or_default().into_bytes(),
        ));
    }
    for operation in world.kv().history() {
        places.push((
            "a key that KV was asked for".to_owned(),
            operation.key.into_bytes(),
        ));
    }
    // What was told: of the creation, the reveal and the rotation at least.
    let (webhooks, letters) = (sink.webhooks("hooks.example.com"), sink.letters());
    assert!(
        webhooks.len() >= 3 && letters.len() >= 3,
        "{webhooks:?} {letters:?}"
    );
    for webhook in webhooks {
        places.push(("a webhook".to_owned(), webhook.text.into_bytes()));
    }
    for letter in letters {
        places.push(("a letter".to_owned(), letter.to_string().into_bytes()));
    }
    // The search finds what is there.
    assert!(
        places
            .iter()
            .any(|(_, bytes)| search::contains(bytes, b"reporting:read"))
    );

    for (what, secret) in &secrets {
        let cookie = what.contains("session");
        // Whatever stands around it: the random part alone must be nowhere.
        let part = if cookie {
            secret.as_str()
        } else {
            tokens::random_part(secret)
        };
        let forms = [
            part.as_bytes().to_vec(),
            part.to_lowercase().into_bytes(),
            hex::encode(part).into_bytes(),
            general_purpose::STANDARD.encode(secret).into_bytes(),
            general_purpose::URL_SAFE_NO_PAD.encode(secret).into_bytes(),
            part.as_bytes()[..part.len() / 2].to_vec(),
            part.as_bytes()[part.len() / 2..].to_vec(),
        ];
        for (place, bytes) in &places {
            for form in &forms {
                assert!(!search::contains(bytes, form), "{what} is in {place}");
            }
        }
    }
    assert_no_plain_hash(&world, &secrets);
}

/// DESIGN 5: the plain SHA-256 of a token stays in the object. With it in KV, a
/// stolen dump could be searched for known tokens without the pepper.
#[track_caller]
fn assert_no_plain_hash(world: &World, secrets: &[(&'static str, String)]) {
    for (key, value) in world.store().dump() {
        let all = [
            key.as_bytes(),
            &value.bytes,
            value.metadata.unwrap_or_default().as_bytes(),
        ]
        .concat();
        for (what, secret) in secrets {
            let hash = Sha256::digest(secret.as_bytes());
            let forms = [
                hash.to_vec(),
                hex::encode(hash).into_bytes(),
                general_purpose::STANDARD_NO_PAD.encode(hash).into_bytes(),
                general_purpose::URL_SAFE_NO_PAD.encode(hash).into_bytes(),
            ];
            assert!(
                forms.iter().all(|form| !search::contains(&all, form)),
                "the hash of {what} is in KV under {key}"
            );
        }
    }
}
