//! What polls and cold reads cost: the tables of `docs/SCALE.md`.
//!
//! `cargo run -p keyway-core --example scale` prints them. Isolates are the real
//! ones and so is what a feed decides; traffic is random with a fixed seed, so
//! the tables are the same each time. A poll and a read take no time here, which
//! makes no difference to how many there are.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "it is run by hand, and fails loudly"
)]

use std::collections::HashMap;

use keyway_core::{
    digest::{Digest, DigestKind, Pepper, PepperNumber, Peppers, TokenHash},
    entropy::{Entropy, EntropyError},
    environment::Environment,
    feed::{Answer, Change, Cursor, Epoch, Known, Question as Asked, Reach, Sequence, State},
    grants::Grants,
    id::{KeyId, VerifierId},
    input::Json,
    instant::Instant,
    isolate::{Begin, Checked, Finished, FollowUp, Isolate, Limits},
    metadata::Metadata,
    name::Name,
    network::Networks,
    record::{KeyRecord, Record, Standing, VerifierRecord},
    region::Region,
    seal,
    secret::Secret,
    token::{ApiPrefix, Shapes, mint_api, mint_verifier},
    verify::{Asker, Brought, Load, Loaded, Question, Step, Verification},
    version::Version,
    workspace::WorkspaceName,
};

/// Keys that clients use, each as often as any other: the worst for a cache.
const KEYS: usize = 1_000;
/// How long an isolate lives, in milliseconds. The platform promises nothing.
const LIFE: i64 = 3_600_000;
/// A key changes this often, somewhere.
const CHANGE_EVERY: i64 = 60_000;
const REGIONS: [Region; 3] = [Region::Weur, Region::Enam, Region::Apac];
const DAY: f64 = 86_400.0;
const MONTH: f64 = 30.0;

/// The vendor's soft limit for one object, in requests a second.
const SOFT_LIMIT: f64 = 1_000.0;

/// The vendor's, in dollars per million, beyond what a plan includes. Of 2026.
const OBJECT_REQUESTS: f64 = 0.15;
const KV_READS: f64 = 0.50;
const ROWS_READ: f64 = 0.001;
const GB_SECONDS: f64 = 12.50;
/// What an object counts as, in GB.
const OBJECT_SIZE: f64 = 0.128;

/// Rows that a change writes, indices counted as rows, as the tables are made
/// (`workspace/schema.rs`, `feed/entries.rs`). An announcement: put in with two
/// indices, claimed, taken out. A feed's entry: put in with three indices and
/// the state noted, taken out and the state noted.
const ROWS_OF_ANNOUNCEMENT: usize = 3 + 1 + 3;
const ROWS_OF_ENTRY: usize = 4 + 1 + 4 + 1;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Above 0, up to 1.
    fn unit(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }
}

impl Entropy for Random {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill_with(|| self.next() as u8);
        Ok(())
    }
}

/// The keys, and a store that has them.
struct Setting {
    peppers: Peppers,
    asker: Asker,
    questions: Vec<Question>,
    store: HashMap<String, Vec<u8>>,
    /// The same without seals, as the workspace object answers.
    records: HashMap<[u8; 32], Vec<u8>>,
}

impl Setting {
    fn new() -> Self {
        let mut random = Random(1);
        let workspace = WorkspaceName::default_workspace();
        let number = PepperNumber::new(1).unwrap();
        let peppers = Peppers::new(
            Pepper::new(number, &Secret::new("p".repeat(40))).unwrap(),
            None,
        );
        let pepper = peppers.current();
        let mut store = HashMap::new();
        let mut records = HashMap::new();
        let mut keep = |kind, hash: TokenHash, record: Vec<u8>| {
            records.insert(*hash.as_bytes(), record.clone());
            let digest = pepper.digest(kind, &workspace, &hash);
            store.insert(digest.store_key(kind), seal::seal(pepper, &digest, record));
        };
        let verifier = mint_verifier(&workspace, &mut random).unwrap();
        let record = VerifierRecord {
            verifier: VerifierId::mint(&mut random).unwrap(),
            version: Version::new(1).unwrap(),
            standing: Standing::Active,
            name: Name::parse("A service").unwrap(),
            token_ends_at: None,
        };
        keep(
            DigestKind::Verifier,
            verifier.hash(),
            record.encode().unwrap(),
        );
        let questions = (0..KEYS)
            .map(|_| {
                let token =
                    mint_api(&ApiPrefix::default(), Environment::Live, &mut random).unwrap();
                let record = KeyRecord {
                    key: KeyId::mint(&mut random).unwrap(),
                    version: Version::new(1).unwrap(),
                    standing: Standing::Active,
                    environment: Environment::Live,
                    name: Name::parse("A key").unwrap(),
                    scopes: Grants::All,
                    accounts: Grants::All,
                    allowed_ips: Networks::default(),
                    metadata: Metadata::default(),
                    not_before: None,
                    expires_at: None,
                    token_ends_at: None,
                };
                keep(DigestKind::Key, token.hash(), record.encode().unwrap());
                let body = format!(r#"{{"token":"{}"}}"#, token.reveal());
                Question::read(&Json::parse(body.as_bytes()).unwrap()).unwrap()
            })
            .collect();
        let asker = Asker::verifier(verifier.reveal()).unwrap();
        Self {
            peppers,
            asker,
            questions,
            store,
            records,
        }
    }
}

/// What happened to one isolate, or several one after the other.
#[derive(Default)]
struct Counts {
    seconds: f64,
    verifications: f64,
    /// Requests to a feed.
    polls: f64,
    /// Verifications that waited for one.
    waited: f64,
    /// Reads of the store.
    reads: f64,
    /// Reads of the workspace object.
    asked: f64,
    /// Requests to a feed that did not answer.
    failed: f64,
    /// Rows that the feed read.
    rows: f64,
    /// Loads of the whole window.
    windows: f64,
}

impl Counts {
    fn a_day(&self, count: f64) -> f64 {
        count / self.seconds * DAY
    }

    fn of_a_thousand(&self, count: f64) -> f64 {
        count / self.verifications * 1_000.0
    }
}

/// One isolate, and the feed that it asks.
struct Place<'a> {
    setting: &'a Setting,
    limits: Limits,
    isolate: Isolate,
    /// The feeds that do not answer.
    down: &'a [Region],
    now: i64,
    /// When what was counted goes without waiting for a poll.
    flush_at: Option<(i64, u32)>,
    counts: &'a mut Counts,
}

impl Place<'_> {
    fn at(&self) -> Instant {
        Instant::from_millis(self.now).unwrap()
    }

    fn verify(&mut self, question: &Question) {
        let setting = self.setting;
        let (at, shapes) = (self.at(), Shapes::default());
        let mut verification = Verification::begin(
            Some(question),
            &shapes,
            setting.asker.clone(),
            &setting.peppers,
            at,
        );
        let mut odd = |anomaly| panic!("{anomaly}");
        self.counts.verifications += 1.0;
        let mut step = verification.advance(&mut self.isolate, at, &mut odd);
        while let Step::Load(loads) = step {
            let brought = Brought {
                caller: loads.caller.as_ref().map(|load| self.read(load)),
                key: loads.key.as_ref().map(|load| self.read(load)),
                polled: if loads.poll {
                    self.counts.waited += 1.0;
                    self.poll(&loads.check)
                } else {
                    None
                },
            };
            step = verification.resume(brought, &mut self.isolate, at, &mut odd);
        }
        match self.isolate.follow_up(at) {
            FollowUp::Nothing => {}
            FollowUp::Poll => {
                self.poll(&[]);
            }
            FollowUp::Flush { after_millis, plan } => {
                let after = i64::try_from(after_millis).unwrap();
                self.flush_at = Some((self.now + after, plan));
            }
        }
    }

    /// Goes on to this moment; what was to happen before it happens first.
    fn go_on_to(&mut self, now: i64) {
        if let Some((at, plan)) = self.flush_at.filter(|(at, _)| *at <= now) {
            self.flush_at = None;
            self.now = at;
            if self.isolate.must_flush(plan) {
                self.poll(&[]);
            }
        }
        self.now = now;
    }

    fn read(&mut self, load: &Load) -> Loaded {
        match load {
            Load::Store(key) => {
                self.counts.reads += 1.0;
                Loaded::Found(self.setting.store[key].clone())
            }
            Load::Workspace { hash, .. } => {
                self.counts.asked += 1.0;
                Loaded::Found(self.setting.records[hash.as_bytes()].clone())
            }
        }
    }

    fn poll(&mut self, check: &[Digest]) -> Option<Checked> {
        loop {
            let at = self.at();
            let Begin::Poll(poll) = self.isolate.begin_poll(check.to_vec(), at) else {
                return None;
            };
            let answer = if self.down.contains(&poll.region) {
                self.counts.failed += 1.0;
                None
            } else {
                self.counts.polls += 1.0;
                Some(self.feed(&poll.question).encode())
            };
            let finished = self.isolate.finish_poll(&poll, answer.as_deref(), at);
            if let Finished::UpToDate(checked) = finished {
                return Some(checked);
            }
        }
    }

    /// The change of that number is made at the minute of that number.
    fn feed(&mut self, question: &Asked) -> Answer {
        let number = |millis: i64| u64::try_from(millis / CHANGE_EVERY).unwrap();
        let epoch = Epoch::from_bytes([1; 8]);
        let newest = number(self.now);
        let trimmed = number(self.now - self.limits.retention_millis());
        let state = State {
            epoch,
            newest: Sequence::new(newest),
            trimmed: Sequence::new(trimmed),
            entries: newest - trimmed,
            limit: u64::try_from(self.limits.window_entries()).unwrap(),
        };
        if state.must_count(question) {
            self.counts.rows += (newest - trimmed) as f64;
        }
        let plan = state.plan(question);
        if plan.reach == Reach::Window {
            self.counts.windows += 1.0;
        }
        let after = plan.after.expect("the window is small").get().max(trimmed);
        let changes: Vec<Change> = (after + 1..=newest)
            .map(|number| Change {
                digest: stranger(number),
                known: Known {
                    version: Version::new(2).unwrap(),
                    standing: Standing::Revoked,
                },
            })
            .collect();
        self.counts.rows += 1.0 + changes.len() as f64;
        Answer {
            reach: plan.reach,
            upto: Cursor {
                epoch,
                sequence: Sequence::new(newest),
            },
            more: false,
            changes,
            checked: Vec::new(),
        }
    }
}

/// The digest of a key that nobody asks for here.
fn stranger(number: u64) -> Digest {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_ne_bytes());
    Digest::from_bytes(bytes)
}

/// Isolates one after the other, with `rate` verifications a second.
fn isolates(setting: &Setting, rate: f64, bound: i64, down: &[Region]) -> Counts {
    let limits = Limits::read(
        |name| (name == "BOUND_SECONDS").then(|| bound.to_string()),
        |error| panic!("{error}"),
    );
    let mut random = Random(7);
    let mut counts = Counts::default();
    let life = LIFE as f64 / 1_000.0;
    let lives = (100_000.0 / (rate * life)).clamp(1.0, 1_000.0).ceil() as i64;
    for begin in (0..lives).map(|number| (number + 3) * LIFE) {
        let mut place = Place {
            setting,
            limits,
            isolate: Isolate::new(limits, REGIONS.to_vec()),
            down,
            now: begin,
            flush_at: None,
            counts: &mut counts,
        };
        let mut seconds = 0.0;
        loop {
            seconds -= random.unit().ln() / rate;
            if seconds >= life {
                break;
            }
            place.go_on_to(begin + (seconds * 1_000.0) as i64);
            let key = (random.next() % KEYS as u64) as usize;
            place.verify(&setting.questions[key]);
        }
        place.go_on_to(begin + 2 * LIFE);
        counts.seconds += life;
    }
    counts
}

/// With a space after each three digits.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn table(title: &str, columns: &[&str]) {
    println!("\n{title}\n\n| {} |", columns.join(" | "));
    println!("|{}", "---|".repeat(columns.len()));
}

fn row(cells: &[String]) {
    println!("| {} |", cells.join(" | "));
}

fn main() {
    let setting = Setting::new();
    by_traffic(&setting);
    by_bound(&setting);
    a_billion(&setting);
    on_the_free_plan(&setting);
    without_feeds(&setting);
    sizes();
}

fn by_traffic(setting: &Setting) {
    table(
        "One isolate, B = 10 s:",
        &[
            "verifications a second",
            "polls a day",
            "polls per 1,000 verifications",
            "of 1,000 wait for a poll",
            "KV reads per 1,000",
        ],
    );
    for rate in [0.001, 0.01, 0.1, 1.0, 10.0, 100.0] {
        let counts = isolates(setting, rate, 10, &[]);
        row(&[
            rate.to_string(),
            grouped(counts.a_day(counts.polls)),
            format!("{:.1}", counts.of_a_thousand(counts.polls)),
            format!("{:.1}", counts.of_a_thousand(counts.waited)),
            format!("{:.1}", counts.of_a_thousand(counts.reads)),
        ]);
    }
}

fn by_bound(setting: &Setting) {
    table(
        "One isolate with ten verifications a second:",
        &[
            "B",
            "polls a day",
            "isolates that 100,000 polls a day carry",
            "isolates that one feed carries",
        ],
    );
    for bound in [5, 10, 30, 60, 300] {
        let counts = isolates(setting, 10.0, bound, &[]);
        let polls = counts.a_day(counts.polls);
        row(&[
            format!("{bound} s"),
            grouped(polls),
            grouped((100_000.0 / polls).floor()),
            grouped((SOFT_LIMIT * DAY / polls).floor()),
        ]);
    }
}

fn a_billion(setting: &Setting) {
    table(
        "A billion verifications a day, B = 10 s, three regions:",
        &[
            "isolates",
            "verifications a second of each",
            "polls a day",
            "polls a second at each feed",
            "with nine regions",
            "KV reads a day",
            "feed rows read a day",
        ],
    );
    let mut costs = Vec::new();
    for number in [10.0, 1_000.0, 100_000.0] {
        let rate = 1e9 / DAY / number;
        let counts = isolates(setting, rate, 10, &[]);
        let all = |count| counts.a_day(count) * number;
        row(&[
            grouped(number),
            format!("{rate:.2}"),
            grouped(all(counts.polls)),
            grouped(all(counts.polls) / DAY / REGIONS.len() as f64),
            grouped(all(counts.polls) / DAY / Region::ALL.len() as f64),
            grouped(all(counts.reads)),
            grouped(all(counts.rows)),
        ]);
        let month = |count, price| grouped(all(count) * MONTH / 1e6 * price);
        costs.push([
            grouped(number),
            month(counts.polls, OBJECT_REQUESTS),
            month(counts.rows, ROWS_READ),
            month(counts.reads, KV_READS),
        ]);
    }
    table(
        "The same in dollars for 30 days, before what a plan includes:",
        &["isolates", "polls", "feed rows read", "KV reads"],
    );
    for cost in costs {
        row(&cost);
    }
    let uncached = 2.0 * 1e9 * MONTH / 1e6 * KV_READS;
    println!(
        "\nWithout a cache in the isolate the KV reads would be {}.",
        grouped(uncached)
    );
    let seconds = DAY * OBJECT_SIZE;
    println!(
        "A feed that is busy all day: {} GB-s, or {:.2} dollars for 30 days.",
        grouped(seconds),
        seconds * MONTH / 1e6 * GB_SECONDS
    );
}

fn on_the_free_plan(setting: &Setting) {
    table(
        "A hundred thousand verifications a day, all that the Free plan takes:",
        &["isolates", "B", "polls a day", "KV reads a day"],
    );
    for number in [1.0, 5.0, 20.0] {
        for bound in [10, 60, 300] {
            let counts = isolates(setting, 1e5 / DAY / number, bound, &[]);
            row(&[
                grouped(number),
                format!("{bound} s"),
                grouped(counts.a_day(counts.polls) * number),
                grouped(counts.a_day(counts.reads) * number),
            ]);
        }
    }
}

fn without_feeds(setting: &Setting) {
    table(
        "One isolate with ten verifications a second, B = 10 s, when feeds do not answer:",
        &[
            "feeds that are down",
            "polls a day that fail",
            "polls a day that are answered",
            "windows loaded a day",
            "workspace reads per 1,000 verifications",
        ],
    );
    let mut per_verification = 0.0;
    for down in 0..=REGIONS.len() {
        let counts = isolates(setting, 10.0, 10, &REGIONS[..down]);
        row(&[
            match down {
                0 => "none".to_owned(),
                1 => "its own".to_owned(),
                2 => "its own and the next".to_owned(),
                _ => "all".to_owned(),
            },
            grouped(counts.a_day(counts.failed)),
            grouped(counts.a_day(counts.polls)),
            grouped(counts.a_day(counts.windows)),
            format!("{:.1}", counts.of_a_thousand(counts.asked)),
        ]);
        per_verification = counts.of_a_thousand(counts.asked) / 1_000.0;
    }
    println!(
        "\nWith all feeds down one workspace object carries {} verifications a second.",
        grouped(SOFT_LIMIT / per_verification)
    );
}

fn sizes() {
    let change = Change {
        digest: stranger(1),
        known: Known {
            version: Version::new(1).unwrap(),
            standing: Standing::Active,
        },
    };
    let of = |changes: Vec<Change>| {
        Answer {
            reach: Reach::Window,
            upto: Cursor {
                epoch: Epoch::from_bytes([1; 8]),
                sequence: Sequence::new(1),
            },
            more: false,
            changes,
            checked: Vec::new(),
        }
        .encode()
        .len()
    };
    let (empty, one) = (of(Vec::new()), of(vec![change]));
    let entries = Limits::default().window_entries();
    println!(
        "\nAn answer without news has {empty} bytes, a change {}, a full window of {} changes {}.",
        one - empty,
        grouped(entries as f64),
        grouped(((one - empty) * entries) as f64)
    );
    let rows = REGIONS.len() * (ROWS_OF_ANNOUNCEMENT + ROWS_OF_ENTRY);
    println!(
        "A change writes {rows} rows for three regions, besides its own: a hundred thousand rows are {} changes.",
        grouped((100_000 / rows) as f64)
    );
}
