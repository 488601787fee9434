use std::{collections::HashMap, rc::Rc};

use proptest::prelude::*;

use super::*;
use crate::{
    digest::{Pepper, PepperNumber},
    entropy::testing::Seeded,
    environment::Environment,
    feed::{Answer, Change, Cursor, Epoch, Known, Reach, Sequence},
    grants::Grants,
    id::{KeyId, UsedId, VerifierId},
    input::Json,
    isolate::{Begin, Finished, FollowUp, Limits},
    metadata::Metadata,
    name::Name,
    network::Networks,
    record::{KeyRecord, Record, Standing, VerifierRecord},
    region::Region,
    scope::{AccountId, ScopeId},
    seal,
    secret::Secret,
    token::{ApiPrefix, Token, mint_api, mint_verifier},
    version::Version,
    workspace::WorkspaceName,
};

fn at(millis: i64) -> Instant {
    Instant::from_millis(millis).unwrap()
}

fn pepper(number: u8) -> Pepper {
    let secret = Secret::new(number.to_string().repeat(32));
    Pepper::new(PepperNumber::new(number).unwrap(), &secret).unwrap()
}

fn record() -> KeyRecord {
    KeyRecord {
        key: KeyId::mint(&mut Seeded::new(9)).unwrap(),
        version: Version::FIRST,
        standing: Standing::Active,
        environment: Environment::Live,
        name: Name::parse("Reporting").unwrap(),
        scopes: Grants::Some(
            ["a", "b"]
                .map(|id| ScopeId::parse(id).unwrap())
                .into_iter()
                .collect(),
        ),
        accounts: Grants::Some([AccountId::parse("acme").unwrap()].into_iter().collect()),
        allowed_ips: Networks::default(),
        metadata: Metadata::default(),
        not_before: None,
        expires_at: None,
        token_ends_at: None,
    }
}

fn verifier_record() -> VerifierRecord {
    VerifierRecord {
        verifier: VerifierId::mint(&mut Seeded::new(7)).unwrap(),
        version: Version::FIRST,
        standing: Standing::Active,
        name: Name::parse("Gateway").unwrap(),
        token_ends_at: None,
    }
}

/// What a store, a feed and a workspace object would answer, and what they were
/// asked. The isolate is a new one with each question.
struct World {
    peppers: Peppers,
    workspace: WorkspaceName,
    store: Option<HashMap<String, Vec<u8>>>,
    object: Option<HashMap<[u8; 32], Vec<u8>>>,
    feed: Option<Vec<Change>>,
    loads: Vec<Load>,
    polls: usize,
    anomalies: Vec<Anomaly>,
}

impl World {
    fn new() -> Self {
        Self {
            peppers: Peppers::new(pepper(1), None),
            workspace: WorkspaceName::default_workspace(),
            store: Some(HashMap::new()),
            object: Some(HashMap::new()),
            feed: Some(Vec::new()),
            loads: Vec::new(),
            polls: 0,
            anomalies: Vec::new(),
        }
    }

    fn publish<R: Record>(&mut self, kind: DigestKind, hash: &TokenHash, record: &R) -> String {
        let digest = self.peppers.current().digest(kind, &self.workspace, hash);
        let sealed = seal::seal(self.peppers.current(), &digest, record.encode().unwrap());
        let key = digest.store_key(kind);
        self.store
            .get_or_insert_default()
            .insert(key.clone(), sealed);
        key
    }

    fn commit<R: Record>(&mut self, hash: &TokenHash, record: &R) {
        let object = self.object.get_or_insert_default();
        object.insert(*hash.as_bytes(), record.encode().unwrap());
    }

    fn announce(&mut self, token: &Token, known: Known) {
        let pepper = self.peppers.current();
        let digest = pepper.digest(DigestKind::Key, &self.workspace, &token.hash());
        self.feed
            .get_or_insert_default()
            .push(Change { digest, known });
    }

    fn load(&mut self, load: &Load) -> Loaded {
        self.loads.push(load.clone());
        let found = match load {
            Load::Store(key) => self.store.as_ref().map(|store| store.get(key).cloned()),
            Load::Workspace {
                workspace, hash, ..
            } => {
                assert_eq!(*workspace, self.workspace);
                self.object
                    .as_ref()
                    .map(|object| object.get(hash.as_bytes()).cloned())
            }
        };
        match found {
            None => Loaded::Failed,
            Some(None) => Loaded::Absent,
            Some(Some(bytes)) => Loaded::Found(bytes),
        }
    }

    fn poll(&mut self, isolate: &mut Isolate, now: i64) -> Option<Checked> {
        self.polls += 1;
        loop {
            let Begin::Poll(poll) = isolate.begin_poll(Vec::new(), at(now)) else {
                return None;
            };
            let answer = self.feed.as_ref().map(|changes| {
                Answer {
                    reach: Reach::Window,
                    upto: Cursor {
                        epoch: Epoch::from_bytes([1; 8]),
                        sequence: Sequence::new(9),
                    },
                    more: false,
                    changes: changes.clone(),
                    checked: Vec::new(),
                }
                .encode()
            });
            if let Finished::UpToDate(checked) =
                isolate.finish_poll(&poll, answer.as_deref(), at(now))
            {
                return Some(checked);
            }
        }
    }

    fn run(&mut self, question: Option<&Question>, asker: Asker, now: i64) -> Outcome {
        let mut isolate = Isolate::new(Limits::default(), vec![Region::Weur]);
        let peppers = self.peppers.clone();
        let shapes = Shapes::default();
        let mut verification = Verification::begin(question, &shapes, asker, &peppers, at(now));
        let mut anomalies = Vec::new();
        let mut note = |anomaly| anomalies.push(anomaly);
        let mut step = verification.advance(&mut isolate, at(now), &mut note);
        let outcome = loop {
            match step {
                Step::Done(outcome) => break *outcome,
                Step::Load(loads) => {
                    let brought = Brought {
                        polled: if loads.poll {
                            self.poll(&mut isolate, now)
                        } else {
                            None
                        },
                        caller: loads.caller.map(|load| self.load(&load)),
                        key: loads.key.map(|load| self.load(&load)),
                    };
                    step = verification.resume(brought, &mut isolate, at(now), &mut note);
                }
            }
        };
        self.anomalies.extend(anomalies);
        outcome
    }

    fn ask(&mut self, body: &str, now: i64) -> Verdict {
        let question = Question::read(&Json::parse(body.as_bytes()).unwrap()).unwrap();
        let asker = Asker::trusted(self.workspace.clone());
        match self.run(Some(&question), asker, now) {
            Outcome::Verdict {
                verdict,
                stale: false,
            } => verdict,
            other => panic!("{other:?}"),
        }
    }

    /// Whether this caller may ask.
    fn call(&mut self, token: &str) -> Result<(), CallerRefusal> {
        let asker = Asker::verifier(token)?;
        match self.run(None, asker, 0) {
            Outcome::Refused(refusal) => Err(refusal),
            Outcome::Verdict { .. } => Ok(()),
        }
    }
}

fn valid(record: KeyRecord) -> Verdict {
    Verdict::Valid(Rc::new(record.into()))
}

fn token() -> Token {
    mint_api(
        &ApiPrefix::default(),
        Environment::Live,
        &mut Seeded::new(3),
    )
    .unwrap()
}

fn plain(token: &Token) -> String {
    format!(r#"{{"token":"{}"}}"#, token.reveal())
}

#[test]
fn a_published_key_costs_one_read() {
    let (mut world, token) = (World::new(), token());
    let key = world.publish(DigestKind::Key, &token.hash(), &record());
    assert_eq!(world.ask(&plain(&token), 0), valid(record()));
    assert_eq!(world.loads, [Load::Store(key)]);
    assert_eq!(world.polls, 1);
}

#[test]
fn what_a_service_verifies_is_counted_and_goes_with_the_next_poll() {
    let (mut world, token) = (World::new(), token());
    let verifier = mint_verifier(&world.workspace, &mut Seeded::new(8)).unwrap();
    let _ = world.publish(DigestKind::Key, &token.hash(), &record());
    let _ = world.publish(DigestKind::Verifier, &verifier.hash(), &verifier_record());
    let mut isolate = Isolate::new(Limits::default(), vec![Region::Weur]);
    let _ = world.poll(&mut isolate, 0);
    let (peppers, shapes) = (world.peppers.clone(), Shapes::default());
    let mut verify = |isolate: &mut Isolate, token: &str, asker: Asker| {
        let body = format!(r#"{{"token":"{token}","environment":"live"}}"#);
        let question = Question::read(&Json::parse(body.as_bytes()).unwrap()).unwrap();
        let mut verification =
            Verification::begin(Some(&question), &shapes, asker, &peppers, at(0));
        let mut note = |anomaly| panic!("{anomaly}");
        let mut step = verification.advance(isolate, at(0), &mut note);
        while let Step::Load(loads) = step {
            let brought = Brought {
                polled: None,
                caller: loads.caller.map(|load| world.load(&load)),
                key: loads.key.map(|load| world.load(&load)),
            };
            step = verification.resume(brought, isolate, at(0), &mut note);
        }
    };
    let service = || Asker::verifier(verifier.reveal()).unwrap();
    let trusted = Asker::trusted(WorkspaceName::default_workspace());
    verify(&mut isolate, token.reveal(), trusted);
    verify(&mut isolate, "nonsense", service());
    assert_eq!(isolate.follow_up(at(0)), FollowUp::Nothing);
    for _ in 0..2 {
        verify(&mut isolate, token.reveal(), service());
    }
    let flush = FollowUp::Flush {
        after_millis: 25_000,
        plan: 0,
    };
    assert_eq!(isolate.follow_up(at(0)), flush);
    assert_eq!(
        isolate.follow_up(at(0)),
        FollowUp::Nothing,
        "one waits already"
    );

    let counted = |isolate: &mut Isolate, answered: bool| {
        let Begin::Poll(poll) = isolate.begin_poll(Vec::new(), at(1)) else {
            panic!("there is a feed");
        };
        let answer = answered.then(|| Answer {
            reach: Reach::Window,
            upto: Cursor {
                epoch: Epoch::from_bytes([1; 8]),
                sequence: Sequence::new(9),
            },
            more: false,
            changes: Vec::new(),
            checked: Vec::new(),
        });
        let answer = answer.map(|answer| answer.encode());
        let _ = isolate.finish_poll(&poll, answer.as_deref(), at(1));
        let of = |id: UsedId| {
            let mut used = poll.question.used.iter();
            used.find(|used| used.id == id).map(|used| used.tally)
        };
        let verifier = of(verifier_record().verifier.as_kind()).unwrap();
        assert_eq!(verifier.last_used_at, Some(at(0)), "it asked");
        (
            of(record().key.as_kind()).unwrap().allowed,
            verifier.allowed,
        )
    };
    assert_eq!(counted(&mut isolate, false), (2, 2));
    assert!(isolate.must_flush(0), "the poll failed");
    // The only feed has failed a moment ago: it is asked again a little later.
    isolate.observe(at(0));
    assert_eq!(counted(&mut isolate, true), (2, 2));
    assert!(!isolate.must_flush(0), "a poll has taken it along");
}

#[test]
fn promise_9_a_malformed_token_costs_no_read() {
    let mut world = World::new();
    let good = token();
    for text in ["", "x", &format!("{}x", good.reveal()), &good.reveal()[1..]] {
        let verdict = world.ask(&format!(r#"{{"token":"{text}"}}"#), 0);
        assert!(matches!(verdict, Verdict::Malformed(_)), "{text}");
    }
    let workspace = WorkspaceName::default_workspace();
    let verifier = mint_verifier(&workspace, &mut Seeded::new(4)).unwrap();
    assert!(matches!(
        world.ask(&plain(&verifier), 0),
        Verdict::Malformed(_)
    ));
    assert!(world.call(good.reveal()).is_err());
    assert_eq!(world.loads, []);
}

#[test]
fn rule_3_a_key_the_store_does_not_know_yet_is_asked_of_the_writer() {
    let (mut world, token) = (World::new(), token());
    world.commit(&token.hash(), &record());
    world.announce(
        &token,
        Known {
            version: Version::FIRST,
            standing: Standing::Active,
        },
    );
    assert_eq!(world.ask(&plain(&token), 0), valid(record()));
    assert_eq!(world.loads.len(), 2);
}

#[test]
fn a_token_nobody_issued_is_not_found() {
    let mut world = World::new();
    assert_eq!(world.ask(&plain(&token()), 0), Verdict::NotFound);
    // A made-up token with the right checksum is no load on the writer.
    assert!(matches!(world.loads.as_slice(), [Load::Store(_)]));
}

#[test]
fn strong_consistency_asks_the_writer_alone() {
    let (mut world, token) = (World::new(), token());
    world.publish(DigestKind::Key, &token.hash(), &record());
    let revoked = KeyRecord {
        standing: Standing::Revoked,
        ..record()
    };
    world.commit(&token.hash(), &revoked);
    let body = format!(r#"{{"token":"{}","consistency":"strong"}}"#, token.reveal());
    assert_eq!(
        world.ask(&body, 0),
        Verdict::Refused(Refusal::Revoked, Rc::new(revoked.into()))
    );
    assert_eq!(world.polls, 0);
    assert!(matches!(world.loads.as_slice(), [Load::Workspace { .. }]));
}

#[test]
fn during_a_pepper_rotation_both_digests_are_tried() {
    let (mut world, token) = (World::new(), token());
    world.publish(DigestKind::Key, &token.hash(), &record());
    world.peppers = Peppers::new(pepper(1), Some(pepper(2)));
    assert_eq!(world.ask(&plain(&token), 0), valid(record()));
    assert_eq!(world.loads.len(), 2);
    world.publish(DigestKind::Key, &token.hash(), &record());
    world.loads.clear();
    assert_eq!(world.ask(&plain(&token), 0), valid(record()));
    assert_eq!(world.loads.len(), 1);
}

#[test]
fn promise_8_a_record_without_our_seal_is_never_used() {
    let (mut world, token) = (World::new(), token());
    let key = world.publish(DigestKind::Key, &token.hash(), &record());
    let good = world.store.as_ref().unwrap()[&key].clone();

    // Written by someone who can write to the store, but has no pepper.
    let mut bare = record().encode().unwrap();
    bare.extend_from_slice(&[0; 32]);
    // The good record of another token, moved here by hand.
    let other = mint_api(
        &ApiPrefix::default(),
        Environment::Live,
        &mut Seeded::new(5),
    )
    .unwrap();
    let other_key = world.publish(DigestKind::Key, &other.hash(), &record());
    let moved = world.store.as_ref().unwrap()[&other_key].clone();
    for forged in [bare, moved, good[..good.len() - 1].to_vec(), Vec::new()] {
        world.store.as_mut().unwrap().insert(key.clone(), forged);
        world.anomalies.clear();
        assert_eq!(world.ask(&plain(&token), 0), Verdict::NotFound);
        assert_eq!(world.anomalies, [Anomaly::BrokenSeal]);
        world.object = None;
        assert_eq!(world.ask(&plain(&token), 0), Verdict::Unavailable);
        world.object = Some(HashMap::new());
    }
}

#[test]
fn promise_8_when_nobody_answers_nobody_gets_in() {
    let (mut world, token) = (World::new(), token());
    world.store = None;
    world.object = None;
    assert_eq!(world.ask(&plain(&token), 0), Verdict::Unavailable);
    // Absent from a store that may be behind, and nobody to ask.
    world.store = Some(HashMap::new());
    world.feed = None;
    assert_eq!(world.ask(&plain(&token), 0), Verdict::Unavailable);
    // There, and nobody to say whether that is still so.
    world.publish(DigestKind::Key, &token.hash(), &record());
    assert_eq!(world.ask(&plain(&token), 0), Verdict::Unavailable);
    // The writer answers with something that is no record.
    world.object = Some(HashMap::from([(
        *token.hash().as_bytes(),
        b"\x02?".to_vec(),
    )]));
    assert_eq!(world.ask(&plain(&token), 0), Verdict::Unavailable);
    assert!(matches!(
        world.anomalies.pop(),
        Some(Anomaly::WorkspaceRecord(_))
    ));
}

#[test]
fn a_store_that_fails_does_not_stop_a_verification() {
    let (mut world, token) = (World::new(), token());
    world.store = None;
    world.commit(&token.hash(), &record());
    assert_eq!(world.ask(&plain(&token), 0), valid(record()));
    assert_eq!(world.anomalies, [Anomaly::StoreFailed]);
}

#[test]
fn the_workspace_is_part_of_what_is_looked_up() {
    let (mut world, token) = (World::new(), token());
    world.publish(DigestKind::Key, &token.hash(), &record());
    world.workspace = WorkspaceName::parse("other").unwrap();
    assert_eq!(world.ask(&plain(&token), 0), Verdict::NotFound);
}

#[test]
fn a_removed_or_unknown_verifier_gets_no_verdicts() {
    let mut world = World::new();
    let token = mint_verifier(&world.workspace, &mut Seeded::new(6)).unwrap();
    assert_eq!(world.call(token.reveal()), Err(CallerRefusal::NotGood));
    let mut record = verifier_record();
    world.publish(DigestKind::Verifier, &token.hash(), &record);
    assert_eq!(world.call(token.reveal()), Ok(()));
    // Where its token was replaced, it ends when the grace does: not an instant later.
    record.token_ends_at = Some(at(1));
    world.publish(DigestKind::Verifier, &token.hash(), &record);
    assert_eq!(world.call(token.reveal()), Ok(()));
    record.token_ends_at = Some(at(0));
    world.publish(DigestKind::Verifier, &token.hash(), &record);
    assert_eq!(world.call(token.reveal()), Err(CallerRefusal::NotGood));
    record.token_ends_at = None;
    record.standing = Standing::Revoked;
    world.publish(DigestKind::Verifier, &token.hash(), &record);
    assert_eq!(world.call(token.reveal()), Err(CallerRefusal::NotGood));
    world.store = None;
    world.object = None;
    assert_eq!(world.call(token.reveal()), Err(CallerRefusal::Unavailable));
    assert!(world.call("\"x\"").is_err());
}

#[test]
fn a_verifier_of_a_workspace_that_was_made_up_is_not_good() {
    let mut world = World::new();
    let elsewhere = WorkspaceName::parse("elsewhere").unwrap();
    let token = mint_verifier(&elsewhere, &mut Seeded::new(6)).unwrap();
    assert_eq!(world.call(token.reveal()), Err(CallerRefusal::NotGood));
}

/// What a key is good for is written once, and anew when the record is another.
#[test]
fn a_good_verdict_is_written_as_the_record_is() {
    let mut fact = Fact::Key(Rc::new(record().into()));
    let written = |fact: &Fact| {
        let Fact::Key(kept) = fact else {
            panic!("a key");
        };
        let mut times = 0;
        let write = || {
            times += 1;
            Verdict::Valid(Rc::clone(kept)).to_json(false)
        };
        let json = kept.good(write).unwrap().clone();
        (json, times)
    };
    let (first, times) = written(&fact);
    assert_eq!(times, 1);
    assert_eq!(written(&fact), (first, 0));
    fact = fact.overruled(Known {
        version: record().version.next(),
        standing: Standing::Active,
    });
    assert_eq!(written(&fact).1, 1);
}

#[test]
fn the_shape_of_a_verdict_is_pinned() {
    let mut record = record();
    record.key = KeyId::parse("key_0123456789ABCDEFGHIJab").unwrap();
    let lacking = Verdict::Refused(
        Refusal::InsufficientScope(vec![ScopeId::parse("c").unwrap()]),
        Rc::new(record.into()),
    );
    assert_eq!(
        crate::output::json(&lacking.view(false)).unwrap(),
        concat!(
            r#"{"valid":false,"code":"insufficient_scope","detail":"The key lacks: c.","#,
            r#""missing_scopes":["c"],"key":{"id":"key_0123456789ABCDEFGHIJab","#,
            r#""name":"Reporting","environment":"live","scopes":["a","b"],"#,
            r#""accounts":["acme"],"metadata":{},"expires_at":null}}"#,
        )
    );
    assert_eq!(
        crate::output::json(&Verdict::NotFound.view(true)).unwrap(),
        concat!(
            r#"{"valid":false,"code":"not_found","#,
            r#""detail":"No key of this workspace has this token.","stale":true}"#,
        )
    );
}

/// The order of DESIGN section 8, written down a second time on purpose.
const ORDER: [&str; 8] = [
    "wrong_environment",
    "revoked",
    "blocked",
    "not_yet_valid",
    "expired",
    "wrong_account",
    "insufficient_scope",
    "valid",
];

proptest! {
    #[test]
    fn of_several_reasons_the_first_in_order_is_given(
        wrong_environment: bool, standing in 0_usize..3, early: bool, late: bool, replaced: bool,
        wrong_account: bool, lacking: bool, asks_account: bool,
    ) {
        let now = 1_000;
        let mut record = record();
        record.standing = [Standing::Active, Standing::Blocked, Standing::Revoked][standing];
        record.not_before = Some(at(if early { now + 1 } else { now }));
        record.expires_at = Some(at(if late { now } else { now + 1 }));
        record.token_ends_at = Some(at(if replaced { now } else { now + 1 }));
        let (mut world, token) = (World::new(), token());
        world.publish(DigestKind::Key, &token.hash(), &record);

        let mut body = format!(r#"{{"token":"{}","scopes":["a""#, token.reveal());
        body += if lacking { r#","z"]"# } else { "]" };
        if wrong_environment { body += r#","environment":"test""#; }
        if asks_account || wrong_account {
            body += if wrong_account { r#","account":"other""# } else { r#","account":"acme""# };
        }
        body += "}";

        let applies = |code: &str| match code {
            "wrong_environment" => wrong_environment,
            "revoked" => standing == 2,
            "blocked" => standing == 1,
            "not_yet_valid" => early,
            "expired" => late || replaced,
            "wrong_account" => wrong_account,
            "insufficient_scope" => lacking,
            _ => true,
        };
        let expected = ORDER.into_iter().find(|code| applies(code)).unwrap();
        let verdict = world.ask(&body, now);
        prop_assert_eq!(verdict.code(), expected);
        prop_assert_eq!(verdict.view(false).valid, expected == "valid");
    }

    #[test]
    fn promise_9_a_token_with_one_character_changed_loads_nothing(
        at in 0_usize..44, to in "[0-9A-Za-z_ é-]",
    ) {
        let (mut world, token) = (World::new(), token());
        world.publish(DigestKind::Key, &token.hash(), &record());
        let mut changed: Vec<String> = token.reveal().chars().map(String::from).collect();
        prop_assume!(changed[at] != to);
        changed[at] = to;
        let verdict = world.ask(&format!(r#"{{"token":"{}"}}"#, changed.concat()), 0);
        prop_assert!(matches!(verdict, Verdict::Malformed(_)));
        prop_assert_eq!(world.loads.len(), 0);
    }

    #[test]
    fn promise_11_no_stored_bytes_make_a_verification_panic(bytes: Vec<u8>, sealed: bool) {
        let (mut world, token) = (World::new(), token());
        let key = world.publish(DigestKind::Key, &token.hash(), &record());
        let digest = world.peppers.current().digest(DigestKind::Key, &world.workspace, &token.hash());
        let value = if sealed {
            seal::seal(world.peppers.current(), &digest, bytes)
        } else {
            bytes
        };
        world.store.as_mut().unwrap().insert(key, value);
        prop_assert!(!world.ask(&plain(&token), 0).view(false).valid);
    }
}
