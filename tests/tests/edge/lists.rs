//! Finding keys: `GET /v1/keys` with all that it can be asked, and the counts.

use std::{collections::BTreeSet, time::Duration};

use keyway_tests::{Admin, World, moment::ahead, sql};
use serde_json::{Value, json};

/// The names on the page, in its order.
fn names(admin: &Admin, query: &str) -> Vec<String> {
    let page = admin.get(&format!("/v1/keys?{query}")).good(200);
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| item["name"].as_str().unwrap().to_owned())
        .collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn found(admin: &Admin, query: &str) -> BTreeSet<String> {
    names(admin, query).into_iter().collect()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn a_key_is_found_by_any_part_of_what_people_know_of_it() {
    let world = World::start();
    let admin = world.admin();
    let report = admin.create(&json!({ "name": "Nightly \"Report\" 100%",
        "contacts": [{ "name": "Zoë Ångström", "email": "zoe@example.com" }] }));
    for name in ["مفتاح التقارير", "请求报告", "STRASSE ﬁx", "x"] {
        let _ = admin.create_named(name);
    }
    let only = |text: &str, name: &str| {
        let names = names(&admin, &format!("search={}", encoded(text)));
        assert_eq!(names, [name], "searched for {text}");
    };
    let nightly = "Nightly \"Report\" 100%";
    let hint = report.item["hint"].as_str().unwrap();
    for text in [
        "nightly",
        "GHTLY",
        "report nig",
        "\"report\"",
        "100%",
        "0%",
        "ångström",
        "ANGSTRÖM".replace('A', "Å").as_str(),
        "zoe@EXAMPLE",
        hint,
        &hint[hint.len() - 4..],
        &report.id[8..20],
        &report.id,
    ] {
        only(text, nightly);
    }
    only("التقارير", "مفتاح التقارير");
    only("报告", "请求报告");
    only("报", "请求报告");
    only("strasse fix", "STRASSE ﬁx");
    for nothing in [
        "nightlyreport",
        "' OR 1=1 --",
        "nig*",
        "NOT ü",
        "key_",
        "\"\"\"",
        "^nightly",
        "-nightly",
        "text:nightly",
        "(nightly)",
        "{nightly}",
        "\u{feff}\u{200b}abc",
    ] {
        let query = format!("search={}", encoded(nothing));
        assert!(names(&admin, &query).is_empty(), "{nothing}");
    }
    // What it was called is forgotten, and so is the token that it had.
    let path = format!("/v1/keys/{}", report.id);
    let _ = admin.patch(&path, "\"1\"", &json!({ "name": "Daily", "contacts": [] }));
    assert!(names(&admin, "search=nightly").is_empty());
    assert!(names(&admin, "search=zoe").is_empty());
    only("daily", "Daily");
    let rotated = admin.post(&format!("{path}/rotate"), &json!({})).good(200);
    let after = rotated["key"]["hint"].as_str().unwrap();
    only(&after[after.len() - 4..], "Daily");
    assert!(names(&admin, &format!("search={}", encoded(hint))).is_empty());
    let graceful = json!({ "grace_seconds": 3_600 });
    let _ = admin.post(&format!("{path}/rotate"), &graceful).good(200);
    only(after, "Daily");
    let _ = admin.delete(&format!("{path}/tokens/previous")).good(200);
    assert!(names(&admin, &format!("search={}", encoded(after))).is_empty());
    let _ = admin.delete(&path).good(200);
    assert!(names(&admin, "search=daily&status=all").is_empty());
}

#[test]
fn promise_2_a_whole_token_is_not_searched_for() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Pasted");
    let answer = admin.get(&format!("/v1/keys?search={}", made.token));
    let text = answer.text();
    let _ = answer.problem(400, "invalid_parameter");
    assert!(!text.contains(&made.token));
}

#[test]
fn every_filter_holds_beside_the_others() {
    let world = World::start();
    let admin = world.admin();
    for id in ["read", "write"] {
        admin.scope(id);
        admin.account(id);
    }
    let soon = ahead(Duration::from_secs(3_600));
    let late = ahead(Duration::from_secs(7_200));
    for draft in [
        json!({ "name": "reader", "scopes": ["read"], "expires_at": soon }),
        json!({ "name": "writer", "scopes": ["write"], "accounts": ["read"], "expires_at": late }),
        json!({ "name": "all", "scopes": ["*"], "accounts": ["*"], "environment": "test" }),
        json!({ "name": "none", "active": false }),
    ] {
        let _ = admin.create(&draft);
    }
    let root = admin.keys()[0]["created_by"]["id"].clone();
    let root = root.as_str().unwrap();
    let between = encoded(&ahead(Duration::from_secs(5_000)));
    for (query, wanted) in [
        ("scope=read".to_owned(), set(&["reader", "all"])),
        ("scope=write".to_owned(), set(&["writer", "all"])),
        ("account=read".to_owned(), set(&["writer", "all"])),
        ("account=write".to_owned(), set(&["all"])),
        ("scope=unheard-of".to_owned(), set(&["all"])),
        ("environment=test".to_owned(), set(&["all"])),
        (
            "environment=live".to_owned(),
            set(&["reader", "writer", "none"]),
        ),
        ("status=blocked".to_owned(), set(&["none"])),
        (format!("expires_before={between}"), set(&["reader"])),
        (
            format!("created_by={root}"),
            set(&["reader", "writer", "all", "none"]),
        ),
        ("created_by=mem_zzzzzzzzzzzzzzzzzzzzzz".to_owned(), set(&[])),
        (
            format!("shown_to={root}&scope=read"),
            set(&["reader", "all"]),
        ),
        ("shown_to=mem_zzzzzzzzzzzzzzzzzzzzzz".to_owned(), set(&[])),
        (
            "never_used=true".to_owned(),
            set(&["reader", "writer", "all", "none"]),
        ),
        (
            format!("unused_since={between}"),
            set(&["reader", "writer", "all", "none"]),
        ),
        ("unused_since=2020-01-01T00:00:00Z".to_owned(), set(&[])),
        (
            "scope=read&environment=live&search=read&status=active".to_owned(),
            set(&["reader"]),
        ),
        (
            "scope=read&environment=test&search=reader".to_owned(),
            set(&[]),
        ),
    ] {
        assert_eq!(found(&admin, &query), wanted, "{query}");
    }
    for wrong in [
        "scope=A",
        "sort=size",
        "never_used=1",
        "created_by=x",
        "shown_to=x",
        "search=%00abc",
    ] {
        let _ = admin
            .get(&format!("/v1/keys?{wrong}"))
            .problem(400, "invalid_parameter");
    }
}

#[test]
fn every_order_is_paged_without_a_gap_both_ways() {
    let world = World::start();
    let admin = world.admin();
    for (name, hours) in [("b", 3), ("B", 0), ("a", 1), ("é", 2), ("c", 0), ("ab", 1)] {
        let mut draft = json!({ "name": name });
        if hours > 0 {
            draft["expires_at"] = json!(ahead(Duration::from_secs(hours * 3_600)));
        }
        let _ = admin.create(&draft);
    }
    for (sort, wanted) in [
        ("created", vec!["b", "B", "a", "é", "c", "ab"]),
        ("name", vec!["a", "ab", "b", "B", "c", "é"]),
        ("expires", vec!["a", "ab", "é", "b", "B", "c"]),
        ("used", vec!["b", "B", "a", "é", "c", "ab"]),
    ] {
        for (sign, wanted) in [
            ("", wanted.clone()),
            ("-", wanted.iter().rev().copied().collect()),
        ] {
            // Gone through in order, and found by an index and sorted.
            for more in ["", "&environment=live"] {
                let mut all = Vec::new();
                let mut cursor = String::new();
                loop {
                    let query = format!("/v1/keys?sort={sign}{sort}&limit=2{more}{cursor}");
                    let page = admin.get(&query).good(200);
                    for item in page["items"].as_array().unwrap() {
                        all.push(item["name"].as_str().unwrap().to_owned());
                    }
                    match page["next_cursor"].as_str() {
                        Some(next) => cursor = format!("&cursor={next}"),
                        None => break,
                    }
                }
                assert_eq!(all, wanted, "{sign}{sort}{more}");
            }
        }
    }
    let page = admin.get("/v1/keys?sort=name&limit=1").good(200);
    let foreign = format!(
        "/v1/keys?sort=expires&cursor={}",
        page["next_cursor"].as_str().unwrap()
    );
    let _ = admin.get(&foreign).problem(400, "invalid_parameter");
}

#[test]
fn keys_are_counted_by_where_they_stand() {
    let world = World::start();
    let admin = world.admin();
    let counts = || admin.get("/v1/keys/counts").good(200);
    let none = json!({ "scheduled": 0, "active": 0, "blocked": 0, "expired": 0, "revoked": 0 });
    assert_eq!(counts(), none);
    let later = ahead(Duration::from_secs(3_600));
    let _ = admin.create_named("active");
    let _ = admin.create(&json!({ "name": "later", "not_before": later }));
    let _ = admin.create(&json!({ "name": "off", "active": false }));
    for _ in 0..2 {
        let made = admin.create_named("gone");
        let _ = admin.revoke(&made.id);
    }
    let deleted = admin.create_named("deleted");
    let _ = admin.delete(&format!("/v1/keys/{}", deleted.id));
    let wanted: Value =
        json!({ "scheduled": 1, "active": 1, "blocked": 1, "expired": 0, "revoked": 2 });
    assert_eq!(counts(), wanted);
}

/// More keys than are counted, put where calls would take minutes to.
#[test]
fn no_status_is_counted_further_than_a_hundred_thousand() {
    let mut world = World::start();
    let _ = world.admin().create_named("The first");
    sql::run(
        &mut world,
        "WITH RECURSIVE n (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n < 100150)
         INSERT INTO keys (id, version, name, environment, scopes, accounts, life, created_at,
            created_by, created_by_name, number, blocked_at, blocked_by, blocked_by_name)
         SELECT 'key_' || n, 1, name, environment, '', '', iif(n > 100100, 'blocked', 'active'),
            created_at, created_by, created_by_name, n, created_at, created_by, created_by_name
         FROM n, keys WHERE number = 1",
    );
    let counts = world.admin().get("/v1/keys/counts").good(200);
    let wanted = json!({
        "scheduled": 0, "active": 100_000, "blocked": 50, "expired": 0, "revoked": 0,
    });
    assert_eq!(counts, wanted);
}
