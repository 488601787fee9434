//! What verification costs natively, against its hashes alone.
//!
//! The hashes are the floor: SHA-256 of each token and the keyed digest of
//! that, and for a record from the store its seal. The budget for everything
//! else together is half of them again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a measurement that cannot go on ends, loudly and at that line"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "clocks are forbidden for the sake of wasm; this is a native program"
)]

use std::{
    collections::HashMap,
    hint::black_box,
    time::{Duration, Instant as Clock},
};

use criterion::{BatchSize, Criterion, criterion_group};
use keyway_core::{
    digest::{Digest, DigestKind, Pepper, PepperNumber, Peppers, TokenHash},
    entropy::{Entropy, EntropyError},
    environment::Environment,
    feed::{Answer, Cursor, Epoch, Reach, Sequence},
    grants::Grants,
    id::{KeyId, VerifierId},
    input::Json,
    instant::Instant,
    isolate::{Begin, Finished, Isolate, Limits},
    metadata::Metadata,
    name::Name,
    network::Networks,
    record::{KeyRecord, Record, Standing, VerifierRecord},
    region::Region,
    scope::ScopeId,
    seal,
    secret::Secret,
    token::{Shapes, mint_api, mint_verifier},
    verify::{Asker, Brought, Load, Loaded, Outcome, Question, Step, Verdict, Verification},
    version::Version,
    workspace::WorkspaceName,
};

const NOW: i64 = 1_800_000_000_000;

/// Repeatable, and far from secure.
struct Counting(u8);

impl Entropy for Counting {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(5).wrapping_add(17);
            *byte = self.0;
        }
        Ok(())
    }
}

/// One key, one verifier, and a store that has both.
struct World {
    peppers: Peppers,
    workspace: WorkspaceName,
    shapes: Shapes,
    verifier: Secret,
    token: Secret,
    question: Question,
    store: HashMap<String, Vec<u8>>,
}

impl World {
    fn new() -> Self {
        let mut entropy = Counting(1);
        let pepper = Pepper::new(
            PepperNumber::new(1).unwrap(),
            &Secret::new("0123456789".repeat(5)),
        );
        let workspace = WorkspaceName::default_workspace();
        let shapes = Shapes::default();
        let token = mint_api(&shapes.prefix, Environment::Live, &mut entropy).unwrap();
        let verifier = mint_verifier(&workspace, &mut entropy).unwrap();
        let body = format!(
            "{{\"token\":\"{}\",\"scopes\":[\"reports:read\"]}}",
            token.reveal()
        );
        let mut world = Self {
            peppers: Peppers::new(pepper.unwrap(), None),
            workspace,
            shapes,
            verifier: Secret::new(verifier.reveal().to_owned()),
            token: Secret::new(token.reveal().to_owned()),
            question: Question::read(&Json::parse(body.as_bytes()).unwrap()).unwrap(),
            store: HashMap::new(),
        };
        let scope = ScopeId::parse("reports:read").unwrap();
        world.publish(
            DigestKind::Key,
            token.reveal(),
            &KeyRecord {
                key: KeyId::mint(&mut entropy).unwrap(),
                version: Version::FIRST,
                standing: Standing::Active,
                environment: Environment::Live,
                name: Name::parse("Bench key").unwrap(),
                scopes: Grants::Some([scope].into_iter().collect()),
                accounts: Grants::default(),
                allowed_ips: Networks::default(),
                metadata: Metadata::default(),
                not_before: None,
                expires_at: None,
                token_ends_at: None,
            },
        );
        world.publish(
            DigestKind::Verifier,
            verifier.reveal(),
            &VerifierRecord {
                verifier: VerifierId::mint(&mut entropy).unwrap(),
                version: Version::FIRST,
                standing: Standing::Active,
                name: Name::parse("Bench").unwrap(),
                token_ends_at: None,
            },
        );
        world
    }

    fn publish(&mut self, kind: DigestKind, token: &str, record: &impl Record) {
        let digest = self.digest(kind, token);
        let record = record.encode().unwrap();
        let sealed = seal::seal(self.peppers.current(), &digest, record);
        self.store.insert(digest.store_key(kind), sealed);
    }

    fn digest(&self, kind: DigestKind, token: &str) -> Digest {
        let hash = TokenHash::of_secret(token);
        self.peppers.current().digest(kind, &self.workspace, &hash)
    }

    /// What cannot be avoided when everything is remembered.
    fn hashes(&self) -> (Digest, Digest) {
        (
            self.digest(DigestKind::Verifier, self.verifier.reveal()),
            self.digest(DigestKind::Key, self.token.reveal()),
        )
    }

    /// And when both records come from the store.
    fn hashes_and_seals(&self) -> usize {
        let (verifier, key) = self.hashes();
        [(DigestKind::Verifier, verifier), (DigestKind::Key, key)]
            .iter()
            .map(|(kind, digest)| {
                let sealed = self.store.get(&digest.store_key(*kind)).unwrap();
                seal::open(self.peppers.current(), digest, sealed)
                    .unwrap()
                    .len()
            })
            .sum()
    }

    /// An isolate that has just asked its feed and remembers no record.
    fn isolate(&self, now: Instant) -> Isolate {
        let mut isolate = Isolate::new(Limits::default(), vec![Region::Weur]);
        poll(&mut isolate, now);
        isolate
    }

    fn verify(&self, isolate: &mut Isolate, now: Instant) -> Outcome {
        let verifier = self.verifier.reveal();
        let asker =
            Asker::met(verifier, isolate).unwrap_or_else(|| Asker::verifier(verifier).unwrap());
        let mut verification = Verification::begin(
            Some(&self.question),
            &self.shapes,
            asker,
            &self.peppers,
            now,
        );
        let note = &mut |anomaly| panic!("{anomaly}");
        let mut step = verification.advance(isolate, now, note);
        loop {
            match step {
                Step::Done(outcome) => return *outcome,
                Step::Load(loads) => {
                    assert!(!loads.poll, "the view is fresh");
                    let brought = Brought {
                        polled: None,
                        caller: loads.caller.as_ref().map(|load| self.load(load)),
                        key: loads.key.as_ref().map(|load| self.load(load)),
                    };
                    step = verification.resume(brought, isolate, now, note);
                }
            }
        }
    }

    fn load(&self, load: &Load) -> Loaded {
        match load {
            Load::Store(key) => Loaded::Found(self.store.get(key).unwrap().clone()),
            Load::Workspace { .. } => panic!("the store has everything"),
        }
    }
}

/// Asks a feed in which nothing has happened.
fn poll(isolate: &mut Isolate, now: Instant) {
    let Begin::Poll(poll) = isolate.begin_poll(Vec::new(), now) else {
        panic!("there is a feed");
    };
    let answer = Answer {
        reach: Reach::Window,
        upto: Cursor {
            epoch: Epoch::from_bytes([1; 8]),
            sequence: Sequence::START,
        },
        more: false,
        changes: Vec::new(),
        checked: Vec::new(),
    };
    let finished = isolate.finish_poll(&poll, Some(&answer.encode()), now);
    assert!(matches!(finished, Finished::UpToDate(_)), "{finished:?}");
}

fn is_valid(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Verdict {
            verdict: Verdict::Valid(_),
            stale: false
        }
    )
}

fn hot(criterion: &mut Criterion) {
    let world = World::new();
    let now = Instant::from_millis(NOW).unwrap();
    let mut isolate = world.isolate(now);
    // The first one fills the cache.
    assert!(is_valid(&world.verify(&mut isolate, now)));
    let mut group = criterion.benchmark_group("hot");
    group.bench_function("hashes", |bencher| {
        bencher.iter(|| black_box(&world).hashes());
    });
    group.bench_function("verification", |bencher| {
        bencher.iter(|| black_box(&world).verify(&mut isolate, now));
    });
    group.finish();
}

fn cold(criterion: &mut Criterion) {
    let world = World::new();
    let now = Instant::from_millis(NOW).unwrap();
    assert!(is_valid(&world.verify(&mut world.isolate(now), now)));
    let mut group = criterion.benchmark_group("cold");
    group.bench_function("hashes and seals", |bencher| {
        bencher.iter(|| black_box(&world).hashes_and_seals());
    });
    group.bench_function("verification", |bencher| {
        bencher.iter_batched_ref(
            || world.isolate(now),
            |isolate| black_box(&world).verify(isolate, now),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, hot, cold);

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    // Somebody who profiles one of them wants to see that one.
    let measures_nothing = ["--profile-time", "--list", "--test"];
    if !std::env::args().any(|argument| measures_nothing.contains(&argument.as_str())) {
        budget();
    }
}

/// What the budget is about: both in turn, so that both have the same moments.
fn budget() {
    let world = World::new();
    let now = Instant::from_millis(NOW).unwrap();
    let mut warm = world.isolate(now);
    let hot = ratios(|| world.hashes(), || world.verify(&mut warm, now));
    // Without room for a record every one of them comes from the store.
    let limits = Limits::read(
        |name| (name == "CACHE_ENTRIES").then(|| "0".to_owned()),
        |wrong| panic!("{wrong}"),
    );
    let mut isolate = Isolate::new(limits, vec![Region::Weur]);
    poll(&mut isolate, now);
    let cold = ratios(
        || world.hashes_and_seals(),
        || world.verify(&mut isolate, now),
    );
    for (what, [least, median, most]) in [("hot", hot), ("cold", cold)] {
        println!(
            "{what}: {median:.2} times its hashes ({least:.2} to {most:.2}); the budget is 1.5"
        );
    }
}

/// How many times the first the second takes: least, median and most.
fn ratios<H, V>(mut hashes: impl FnMut() -> H, mut verification: impl FnMut() -> V) -> [f64; 3] {
    const ROUNDS: usize = 51;
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let hashes = time(&mut hashes);
            time(&mut verification).as_secs_f64() / hashes.as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    [0, ROUNDS / 2, ROUNDS - 1].map(|rank| ratios.get(rank).copied().unwrap_or(f64::NAN))
}

fn time<T>(work: &mut impl FnMut() -> T) -> Duration {
    const TIMES: usize = 5_000;
    let began = Clock::now();
    for _ in 0..TIMES {
        black_box(work());
    }
    began.elapsed()
}
