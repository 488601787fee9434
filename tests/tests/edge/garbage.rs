//! Promise 11: nothing that is sent makes the Worker panic or hang.

use std::{
    thread,
    time::{Duration, Instant},
};

use keyway_tests::{Request, World, random::Random, tokens};
use serde_json::{Value, json};

const METHODS: [&str; 10] = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "PURGE",
];

const PATHS: [&str; 32] = [
    "/",
    "//",
    "/v1",
    "/v1/",
    "/v1/keys",
    "/v1/keys/",
    "/v1/keys//revoke",
    "/v1/keys/key_0000000000000000000000",
    "/v1/keys/key_0000000000000000000000/revoke",
    "/v1/keys/key_0000000000000000000000/revoke/x",
    "/v1/scopes",
    "/v1/scopes/x",
    "/v1/scopes/%3A",
    "/v1/accounts",
    "/v1/accounts/a%3ab",
    "/v1/reviews",
    "/v1/workspaces",
    "/v1/settings",
    "/v1/verifiers",
    "/v1/verifiers/ver_0000000000000000000000",
    "/v1/verify",
    "/v1/verify/",
    "/v1/session",
    "/healthz",
    "/readyz",
    "/v1/keys/%",
    "/v1/keys/%00",
    "/v1/%6beys",
    "/v1/keys/..%2f..",
    "/v1/../v1/keys",
    "/v1/keys;a=b",
    "/v1/keys/é",
];

const QUERIES: [&str; 14] = [
    "",
    "?",
    "?limit=",
    "?limit=99999999999999999999",
    "?limit=-1",
    "?limit=5&limit=6",
    "?cursor=",
    "?cursor=AAAA",
    "?cursor=%ff%fe",
    "?status=",
    "?status=,",
    "?status=active,active,,",
    "?%",
    "?a=b=c&&=",
];

fn value(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 9 } else { 11 }) {
        0 => Value::Null,
        1 => json!(random.below(2) == 0),
        2 => json!(random.number()),
        3 => json!(-1.5e300),
        4 => json!(""),
        5 => json!(random.pick(&[
            "live",
            "test",
            "*",
            "strong",
            "2027-01-01T00:00:00Z",
            "0000-00-00T00:00:00Z",
            "99999-01-01T00:00:00Z"
        ])),
        6 => json!(String::from_utf8_lossy(&random.bytes(40))),
        7 => json!("\u{0}\u{202e}\u{feff}\u{10ffff}"),
        8 => json!("x".repeat(random.below(5_000))),
        9 => Value::Array(
            (0..random.below(5))
                .map(|_| value(random, depth - 1))
                .collect(),
        ),
        _ => object(random, depth - 1),
    }
}

fn object(random: &mut Random, depth: usize) -> Value {
    const MEMBERS: [&str; 17] = [
        "name",
        "environment",
        "scopes",
        "expires_at",
        "not_before",
        "token",
        "account",
        "consistency",
        "id",
        "description",
        "reason",
        "__proto__",
        "constructor",
        "",
        "ip",
        "cost",
        "\u{0}",
    ];
    (0..random.below(6))
        .map(|_| (random.pick(&MEMBERS).to_owned(), value(random, depth)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn body(random: &mut Random) -> Vec<u8> {
    match random.below(6) {
        0 => random.bytes(64),
        1 => Vec::new(),
        2 => {
            // Torn in the middle.
            let mut text = object(random, 3).to_string().into_bytes();
            text.truncate(random.below(text.len() + 1));
            text
        }
        3 => {
            let mut text = object(random, 3).to_string().into_bytes();
            let at = random.below(text.len());
            text[at] = random.number().to_le_bytes()[0];
            text
        }
        _ => object(random, 3).to_string().into_bytes(),
    }
}

fn request(random: &mut Random, root: &str) -> Request {
    let target = format!("{}{}", random.pick(&PATHS), random.pick(&QUERIES));
    let mut request = Request::new(random.pick(&METHODS), &target).body(body(random));
    if random.below(4) > 0 {
        request = request.bearer(root);
    }
    if random.below(5) > 0 {
        request = request.header(
            "content-type",
            random.pick(&[
                "application/json",
                "application/json; charset=utf-8",
                "application/json;;;",
                "text/plain",
                "\"",
                "",
            ]),
        );
    }
    if random.below(4) == 0 {
        let name = random.pick(&[
            "cookie",
            "origin",
            "sec-fetch-site",
            "idempotency-key",
            "authorization",
            "if-match",
            "accept",
            "x-keyway-page",
            "x-keyway-verifier",
        ]);
        let mut value = random.bytes(30);
        value.retain(|byte| !matches!(byte, 0 | b'\r' | b'\n'));
        request = request.header(name, value);
    }
    request
}

#[test]
fn promise_11_random_requests_are_answered_and_never_500() {
    const SEED: u64 = 0x6b65_7977_6179;
    let world = World::start();
    let end = Instant::now() + Duration::from_secs(8);
    thread::scope(|scope| {
        for lane in 0..2 {
            let world = &world;
            scope.spawn(move || {
                let mut random = Random::new(SEED + lane);
                for number in 0..900 {
                    if Instant::now() > end {
                        return;
                    }
                    let request = request(&mut random, world.root());
                    let answer = world.door().try_send(&request);
                    let answer = answer.unwrap_or_else(|error| {
                        panic!("lane {lane}, number {number}: no answer to {request:?}: {error}")
                    });
                    assert!(
                        answer.status < 500,
                        "lane {lane}, number {number}: {} {} to {request:?}",
                        answer.status,
                        answer.text()
                    );
                }
            });
        }
    });
    still_works(&world);
}

#[test]
fn promise_11_bytes_that_are_no_http_are_survived() {
    let world = World::start();
    let mut random = Random::new(7);
    let mut tries: Vec<Vec<u8>> = vec![
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        b"GET /v1/keys HTTP/1.0\r\n\r\n".to_vec(),
        b"GET /v1/keys HTTP/1.1\r\nhost: \r\nconnection: close\r\n\r\n".to_vec(),
        b"GET /v1/keys HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n".to_vec(),
        b"GET /v1/keys HTTP/1.1\r\nhost: [::\r\nconnection: close\r\n\r\n".to_vec(),
        b"GET http://elsewhere/v1/keys HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_vec(),
        b"GET * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_vec(),
        b"OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_vec(),
        b"GET  HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_vec(),
        b"GET /v1/keys\xff\xfe?\xff HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_vec(),
        b"POST /v1/verify HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\nconnection: close\r\n\r\n{}{}{}".to_vec(),
        b"POST /v1/verify HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ncontent-length: 4\r\nconnection: close\r\n\r\n0\r\n\r\n".to_vec(),
        b"POST /v1/verify HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\nzz\r\n{}\r\n0\r\n\r\n".to_vec(),
        b"POST /v1/verify HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\nconnection: close\r\n\r\n{}".to_vec(),
        format!("GET /v1/{} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", "k".repeat(50_000)).into_bytes(),
    ];
    tries.extend((0..20).map(|_| [random.bytes(50), b"\r\n\r\n".to_vec()].concat()));
    for bytes in tries {
        // No answer is an answer here: workerd closes what it cannot read.
        if let Ok(answer) = world.door().try_send(&Request::raw(bytes.clone())) {
            assert!(
                answer.status < 500 || answer.status == 501,
                "{:?}: {} {}",
                String::from_utf8_lossy(&bytes),
                answer.status,
                answer.text()
            );
        }
    }
    still_works(&world);
}

#[test]
fn promise_11_a_client_that_goes_away_half_way_harms_nobody() {
    let world = World::start();
    let head = |length: usize| {
        format!(
            "POST /v1/keys HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n",
            world.root()
        )
    };
    for _ in 0..10 {
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", world.door().port())).unwrap();
        std::io::Write::write_all(
            &mut stream,
            format!("{}{{\"name\": \"ha", head(1000)).as_bytes(),
        )
        .unwrap();
        drop(stream);
        let whole = json!({ "name": "gone before the answer" }).to_string();
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", world.door().port())).unwrap();
        std::io::Write::write_all(
            &mut stream,
            format!("{}{whole}", head(whole.len())).as_bytes(),
        )
        .unwrap();
        drop(stream);
    }
    still_works(&world);
    assert!(
        world.admin().keys().iter().all(|key| key["name"] != "ha"),
        "half a body makes no key"
    );
}

#[test]
fn promise_11_random_tokens_are_refused() {
    let world = World::start();
    let verifier = world.admin().as_verifier();
    let mut random = Random::new(11);
    let good = tokens::token("kw_live");
    for _ in 0..200 {
        let mut bytes = good.clone().into_bytes();
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len());
            match random.below(3) {
                0 => bytes[at] = random.number().to_le_bytes()[0],
                1 => {
                    bytes.remove(at);
                }
                _ => bytes.insert(at, random.number().to_le_bytes()[0]),
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let code = verifier.code(&text);
        let expected = if text == good {
            "not_found"
        } else {
            "malformed"
        };
        assert_eq!(code, expected, "{text:?}");
    }
}

#[track_caller]
fn still_works(world: &World) {
    let admin = world.admin();
    let made = admin.create_named("After the storm");
    assert_eq!(admin.as_verifier().code(&made.token), "valid");
    let _ = world.send(&Request::get("/healthz")).expect(200);
}
