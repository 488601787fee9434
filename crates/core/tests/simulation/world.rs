//! One run: what happens, in the order in which it happens.

use std::collections::BTreeMap;

use keyway_core::{
    feed::Question,
    isolate::{Begin, Checked, Finished, Limits, Poll},
    record::Standing,
    verify::{Asker, Brought, Load, Loaded, Outcome, Step, Verification},
};

use crate::{
    check::{self, Seen, Times, Totals},
    feed::Feed,
    isolates::{Asked, Place},
    keys::{self, Stage},
    network::{Network, REGIONS, Way},
    random::Random,
    store::Store,
    writer::{EMPTIED, Writer},
};

const LENGTH: i64 = 240_000;
const PLACES: usize = 4;

/// As long as the edge waits.
const POLL_PATIENCE: i64 = 1_500;
const FRESH_PATIENCE: i64 = 4_000;
const STORE_PATIENCE: i64 = 2_000;
const WRITER_PATIENCE: i64 = 5_000;

/// Whoever brings a view up to date.
#[derive(Clone)]
struct Carrier {
    place: usize,
    life: u32,
    /// For a verification, or for nobody in particular.
    asked: Option<u64>,
    check: Vec<keyway_core::digest::Digest>,
    deadline: i64,
}

enum Event {
    Change,
    Verify,
    Fault,
    Mend(Way),
    Announce {
        copy: usize,
        region: usize,
        attempt: u32,
    },
    Confirmed {
        copy: usize,
        region: usize,
        version: u32,
    },
    Publish {
        copy: usize,
        attempt: u32,
    },
    Landed {
        copy: usize,
        version: u32,
        ticket: u32,
        answer: bool,
    },
    Try(Carrier),
    Answered(Carrier, Box<Poll>, Option<Vec<u8>>),
    AtFeed(Carrier, Box<Poll>),
    Loaded {
        asked: u64,
        load: Load,
        from: usize,
    },
    Back {
        asked: u64,
        loaded: Loaded,
    },
    /// A deployment reaches the writer, or a place.
    DeployWriter(Stage),
    DeployPlace(usize, Stage),
    /// The next deployment, or a look whether it is time for it.
    Deploy,
    /// Under the pepper that is current.
    Republish(usize),
    End,
}

/// How the peppers are changed in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rotation {
    Never,
    /// As the operator is told to: the first one goes when the writer says so.
    Orderly,
    /// Forth and back at any time.
    Anyhow,
}

pub(crate) struct Report {
    pub(crate) violation: Option<String>,
    pub(crate) story: Vec<String>,
    pub(crate) totals: Totals,
}

pub(crate) struct World {
    random: Random,
    limits: Limits,
    now: i64,
    queue: BTreeMap<(i64, u64), Event>,
    queued: u64,
    network: Network,
    writer: Writer,
    store: Store,
    feeds: Vec<Feed>,
    places: Vec<Place>,
    seen: Vec<Vec<Seen>>,
    asked: BTreeMap<u64, Asked>,
    asks: u64,
    lag: i64,
    /// How many of the keys play a part, and how often one changes.
    keys: usize,
    pace: i64,
    rotation: Rotation,
    /// What was deployed last, and to which place.
    stage: Stage,
    stages: [Stage; PLACES],
    story: Vec<String>,
    totals: Totals,
    violation: Option<String>,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let window = 60 + random.below(60);
        let entries = if random.percent(30) {
            random.below(4)
        } else {
            100
        };
        let cache = if random.percent(50) {
            random.below(6)
        } else {
            100
        };
        // A short one leaves little room for slow messages, a long one much time
        // for everything else.
        let bound = if random.percent(30) { 2 } else { 10 };
        let settings = [
            ("BOUND_SECONDS", bound),
            ("WINDOW_SECONDS", window),
            ("WINDOW_ENTRIES", entries),
            ("CACHE_ENTRIES", cache),
        ];
        let limits = Limits::read(
            |name| {
                let mut settings = settings.iter();
                settings
                    .find(|(set, _)| *set == name)
                    .map(|(_, value)| value.to_string())
            },
            |error| panic!("{error}"),
        );
        let lossy = if random.percent(40) {
            random.below(15)
        } else {
            0
        };
        let slow = if random.percent(40) {
            random.below(70)
        } else {
            0
        };
        let network = Network::new(lossy, slow, random.percent(15));
        let mut store = Store::new();
        store.staleness = limits.window_millis();
        store.stale_percent = [0, 50, 95, 100][random.index(4)];
        let page = 1 + random.index(4);
        let feeds = REGIONS
            .iter()
            .map(|_| Feed::new(u64::try_from(entries).unwrap(), page))
            .collect();
        let places = (0..PLACES)
            .map(|place| Place::new(place % REGIONS.len(), limits))
            .collect();
        let lag = [0, 0, bound * 50, bound * 100][random.index(4)];
        let active = 1 + random.index(keys::COUNT);
        let pace = 1_000 + random.below(5_000);
        let rotation = match random.below(3) {
            0 => Rotation::Never,
            1 => Rotation::Orderly,
            _ => Rotation::Anyhow,
        };
        let first_deployment = random.below(40_000);
        let mut world = Self {
            random,
            limits,
            now: 0,
            queue: BTreeMap::new(),
            queued: 0,
            network,
            writer: Writer::new(),
            store,
            feeds,
            places,
            seen: vec![vec![Seen::default(); keys::COUNT]; PLACES],
            asked: BTreeMap::new(),
            asks: 0,
            lag,
            keys: active,
            pace,
            rotation,
            stage: Stage::First,
            stages: [Stage::First; PLACES],
            story: Vec::new(),
            totals: Totals::default(),
            violation: None,
        };
        for event in [Event::Change, Event::Verify, Event::Fault] {
            world.after(0, event);
        }
        if rotation != Rotation::Never {
            world.after(first_deployment, Event::Deploy);
        }
        world.after(LENGTH, Event::End);
        world
    }

    pub(crate) fn run(mut self) -> Report {
        while let Some(((at, _), event)) = self.queue.pop_first() {
            self.now = at;
            if matches!(event, Event::End) || self.violation.is_some() {
                break;
            }
            self.handle(event);
        }
        let revisions = self.writer.keys.iter().flat_map(|key| &key.versions);
        let acknowledged = revisions.filter(|revision| revision.acknowledged_at.is_some());
        self.totals.acknowledged = u64::try_from(acknowledged.count()).unwrap();
        let from = self.story.len().saturating_sub(60);
        Report {
            violation: self.violation,
            story: self.story.split_off(from),
            totals: self.totals,
        }
    }

    fn after(&mut self, millis: i64, event: Event) {
        self.queued += 1;
        self.queue.insert((self.now + millis, self.queued), event);
    }

    fn tell(&mut self, what: String) {
        self.story.push(format!("{:>7} {what}", self.now));
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Change => self.change(),
            Event::Verify => self.verify(),
            Event::Fault => self.fault(),
            Event::Mend(way) => self.network.mend(way),
            Event::Announce {
                copy,
                region,
                attempt,
            } => self.announce(copy, region, attempt),
            Event::Confirmed {
                copy,
                region,
                version,
            } => self.writer.confirm(copy, region, version, self.now),
            Event::Publish { copy, attempt } => self.publish(copy, attempt),
            Event::Landed {
                copy,
                version,
                ticket,
                answer,
            } => self.landed(copy, version, ticket, answer),
            Event::Deploy => self.deploy(),
            Event::DeployWriter(stage) => self.deploy_writer(stage),
            Event::DeployPlace(place, stage) => self.deploy_place(place, stage),
            Event::Republish(key) => {
                if self.writer.republish(key) {
                    let copy = keys::copy(key, self.writer.stage.current());
                    self.totals.republished += 1;
                    self.tell(format!("key {key} is republished"));
                    self.after(0, Event::Publish { copy, attempt: 0 });
                }
            }
            Event::Try(carrier) => self.begin_poll(carrier),
            Event::AtFeed(carrier, poll) => self.at_feed(carrier, poll),
            Event::Answered(carrier, poll, answer) => self.answered(carrier, &poll, answer),
            Event::Loaded { asked, load, from } => self.load(asked, &load, from),
            Event::Back { asked, loaded } => {
                let brought = self.asked.get_mut(&asked).and_then(|a| a.loaded(loaded));
                if let Some(brought) = brought {
                    self.resume(asked, brought);
                }
            }
            Event::End => {}
        }
    }

    // Changes, and what becomes of them.

    fn change(&mut self) {
        let next = 500 + self.random.below(self.pace);
        self.after(next, Event::Change);
        let key = self.random.index(self.keys);
        let version = self.writer.version(key);
        let standing = match version {
            0 => Standing::Active,
            _ => match (self.writer.standing(key, version), self.random.below(5)) {
                (Standing::Revoked, _) => return,
                (_, 0) if self.random.percent(50) => Standing::Revoked,
                (Standing::Active, _) => Standing::Blocked,
                (Standing::Blocked, _) => Standing::Active,
            },
        };
        let copies = self.writer.commit(key, standing, self.now);
        self.totals.changes += 1;
        self.tell(format!(
            "key {key} is {standing:?} in version {}",
            version + 1
        ));
        for copy in copies {
            self.tell_feeds(copy);
            self.after(0, Event::Publish { copy, attempt: 0 });
        }
    }

    fn tell_feeds(&mut self, copy: usize) {
        for region in 0..REGIONS.len() {
            self.after(
                0,
                Event::Announce {
                    copy,
                    region,
                    attempt: 0,
                },
            );
        }
    }

    fn announce(&mut self, copy: usize, region: usize, attempt: u32) {
        if attempt > 0 && self.writer.is_confirmed(copy, region) {
            return;
        }
        let there = self.network.carry(Way::Announce(region), &mut self.random);
        let back = self.network.carry(Way::Announce(region), &mut self.random);
        if there.is_some() {
            let change = self.writer.change(copy);
            self.feeds[region].add(change, self.now);
        }
        match (there, back) {
            (Some(there), Some(back)) => {
                let version = self.writer.version(copy / keys::PEPPERS);
                self.after(
                    there + back,
                    Event::Confirmed {
                        copy,
                        region,
                        version,
                    },
                );
            }
            _ => {
                let wait = 1_000 * 2_i64.pow(attempt.min(3));
                self.after(
                    wait,
                    Event::Announce {
                        copy,
                        region,
                        attempt: attempt + 1,
                    },
                );
            }
        }
    }

    fn publish(&mut self, copy: usize, attempt: u32) {
        let version = self.writer.version(copy / keys::PEPPERS);
        if self.writer.copies[copy].stored >= version {
            return;
        }
        self.writer.copies[copy].ticket += 1;
        let ticket = self.writer.copies[copy].ticket;
        if self
            .writer
            .announce_again(copy, self.now, self.limits.reannounce_millis())
        {
            self.tell_feeds(copy);
        }
        // Without its pepper there is no seal, and what was there must go.
        let version = match self.writer.stage.has(copy % keys::PEPPERS) {
            true => version,
            false => EMPTIED,
        };
        match self.network.carry(Way::Publish, &mut self.random) {
            // It may land all the same, and late.
            Some(delay) => {
                let answer = self.network.carry(Way::Publish, &mut self.random).is_some();
                self.after(
                    delay,
                    Event::Landed {
                        copy,
                        version,
                        ticket,
                        answer,
                    },
                );
                if !answer {
                    self.after(
                        6_000,
                        Event::Publish {
                            copy,
                            attempt: attempt + 1,
                        },
                    );
                }
            }
            None => {
                let wait = 1_000 * 2_i64.pow(attempt.min(3));
                self.after(
                    wait,
                    Event::Publish {
                        copy,
                        attempt: attempt + 1,
                    },
                );
            }
        }
    }

    fn landed(&mut self, copy: usize, version: u32, ticket: u32, answer: bool) {
        self.store.land(copy, version, self.now);
        let history = &mut self.writer.copies[copy];
        if answer && ticket == history.ticket {
            history.stored = history.stored.max(version);
        } else {
            // It ended after a later one was begun, or nobody knows how: once more.
            history.stored = 0;
            self.after(1_000, Event::Publish { copy, attempt: 0 });
        }
    }

    // Deployments with other peppers.

    fn deploy(&mut self) {
        let retention = self.limits.retention_millis();
        let (next, wait) = match self.rotation {
            Rotation::Never => return,
            Rotation::Orderly => match self.stage {
                Stage::First => (Stage::Both, 0),
                // Everybody has both, and everything is there.
                Stage::Both
                    if self.writer.stage == Stage::Both
                        && self.stages == [Stage::Both; PLACES]
                        && self.writer.is_done() =>
                {
                    (Stage::Second, retention)
                }
                Stage::Both => return self.after(1_000, Event::Deploy),
                Stage::Second => return,
            },
            Rotation::Anyhow => (Stage::ALL[self.random.index(3)], 0),
        };
        self.stage = next;
        let slow = self.random.below(30_000) + 1;
        let lag = self.random.below(slow);
        self.after(wait + lag, Event::DeployWriter(next));
        for place in 0..PLACES {
            let lag = self.random.below(slow);
            self.after(wait + lag, Event::DeployPlace(place, next));
        }
        let next = self.random.below(60_000);
        self.after(next, Event::Deploy);
    }

    fn deploy_writer(&mut self, stage: Stage) {
        self.tell(format!("the writer has {stage:?}"));
        for copy in self.writer.deploy(stage) {
            self.after(0, Event::Publish { copy, attempt: 0 });
        }
        let slow = self.random.below(30_000) + 1;
        for key in 0..self.keys {
            let wait = self.random.below(slow);
            self.after(wait, Event::Republish(key));
        }
    }

    /// A deployment is a new isolate.
    fn deploy_place(&mut self, place: usize, stage: Stage) {
        self.tell(format!("place {place} has {stage:?}"));
        self.stages[place] = stage;
        self.places[place].replace(self.limits);
        self.seen[place] = vec![Seen::default(); keys::COUNT];
    }

    /// Whether an isolate may know none of what is published of the key.
    fn may_miss(&self, key: usize, place: usize) -> bool {
        match self.rotation {
            Rotation::Never => false,
            // It was made under the new pepper while the place had the old one.
            Rotation::Orderly => {
                let first = &self.writer.copies[keys::copy(key, 0)];
                self.stages[place] == Stage::First && !first.exists
            }
            Rotation::Anyhow => true,
        }
    }

    /// Since when no read of the store has missed the key where it must be found.
    fn certain_since(&self, key: usize, place: usize) -> Option<i64> {
        let stage = self.stages[place];
        let copies = keys::copies(key).filter(|copy| {
            // Who removes a pepper in time does not notice that it is gone.
            let in_time = self.rotation == Rotation::Orderly && stage == Stage::Second;
            in_time || stage.has(copy % keys::PEPPERS)
        });
        copies
            .filter_map(|copy| self.store.certain_since(copy))
            .min()
    }

    // Verifications.

    fn verify(&mut self) {
        let next = match self.random.below(20) {
            0 => self.random.below(20_000),
            _ => self.random.below(900),
        };
        self.after(next, Event::Verify);
        let place = self.random.index(PLACES);
        let key = self.random.index(self.keys);
        let strong = self.random.percent(8);
        let keys = keys::all();
        let question = if strong {
            &keys.get(key).strong
        } else {
            &keys.get(key).question
        };
        let lag = self.random.below(self.lag + 1);
        let here = &mut self.places[place];
        let clock = here.clock(self.now, lag);
        let mut verification = Verification::begin(
            Some(question),
            &keys.shapes,
            Asker::trusted(keys.workspace.clone()),
            keys.peppers(self.stages[place]),
            clock,
        );
        let step = verification.advance(&mut here.isolate, clock, &mut |_| {});
        let life = here.life;
        let due = here.isolate.poll_is_due(clock);
        self.asks += 1;
        let asked = self.asks;
        let waiting = Asked::new(place, life, key, strong, self.now, verification);
        self.asked.insert(asked, waiting);
        self.go_on(asked, step);
        if due {
            self.after(
                0,
                Event::Try(Carrier {
                    place,
                    life,
                    asked: None,
                    check: Vec::new(),
                    deadline: self.now + FRESH_PATIENCE,
                }),
            );
        }
    }

    fn resume(&mut self, asked: u64, brought: Brought) {
        let Some(waiting) = self.asked.get_mut(&asked) else {
            return;
        };
        let here = &mut self.places[waiting.place];
        if here.life != waiting.life {
            self.asked.remove(&asked);
            return;
        }
        let lag = self.random.below(self.lag + 1);
        let clock = here.clock(self.now, lag);
        let step = waiting
            .verification
            .resume(brought, &mut here.isolate, clock, &mut |_| {});
        self.go_on(asked, step);
    }

    fn go_on(&mut self, asked: u64, step: Step) {
        match step {
            Step::Load(loads) => {
                let waiting = self.asked.get_mut(&asked).unwrap();
                waiting.wait_for(&loads);
                let (place, life) = (waiting.place, waiting.life);
                assert!(loads.caller.is_none());
                if loads.poll {
                    self.after(
                        0,
                        Event::Try(Carrier {
                            place,
                            life,
                            asked: Some(asked),
                            check: loads.check,
                            deadline: self.now + FRESH_PATIENCE,
                        }),
                    );
                }
                if let Some(load) = loads.key {
                    self.send(asked, load, place);
                }
            }
            Step::Done(outcome) => {
                let waiting = self.asked.remove(&asked).unwrap();
                let Outcome::Verdict { verdict, stale } = *outcome else {
                    panic!("{outcome:?}");
                };
                assert!(!stale, "no grace was given");
                let size = self.places[waiting.place].isolate.size();
                assert!(size.cached <= self.limits.cache_entries() + 1, "{size:?}");
                let times = Times {
                    now: self.now,
                    bound: self.limits.bound_millis(),
                    stored_since: self.certain_since(waiting.key, waiting.place),
                    may_miss: self.may_miss(waiting.key, waiting.place),
                    two_peppers: self.stages[waiting.place] == Stage::Both,
                };
                let checked = check::verdict(
                    &waiting,
                    &verdict,
                    &self.writer,
                    &mut self.seen[waiting.place],
                    &times,
                    &mut self.totals,
                );
                self.tell(format!(
                    "place {} says {} of key {} (asked at {})",
                    waiting.place,
                    verdict.code(),
                    waiting.key,
                    waiting.started_at
                ));
                if let Err(violation) = checked {
                    self.violation = Some(violation);
                }
            }
        }
    }

    fn send(&mut self, asked: u64, load: Load, place: usize) {
        let region = self.places[place].region;
        let (way, patience) = match load {
            Load::Store(_) => (Way::ToStore(region), STORE_PATIENCE),
            Load::Workspace { .. } => (Way::ToWriter(region), WRITER_PATIENCE),
        };
        match self.network.carry(way, &mut self.random) {
            Some(delay) if delay < patience => {
                self.after(
                    delay,
                    Event::Loaded {
                        asked,
                        load,
                        from: place,
                    },
                );
            }
            _ => self.after(
                patience,
                Event::Back {
                    asked,
                    loaded: Loaded::Failed,
                },
            ),
        }
    }

    /// At the other end.
    fn load(&mut self, asked: u64, load: &Load, place: usize) {
        let keys = keys::all();
        let region = self.places[place].region;
        let (way, found) = match load {
            Load::Store(name) => {
                let copy = keys.by_store_key(name);
                let key = copy / keys::PEPPERS;
                let version = self.store.read(copy, self.now, &mut self.random);
                let sealed = version.map(|version| match version {
                    EMPTIED => Vec::new(),
                    _ => keys.sealed(copy, version, self.writer.standing(key, version)),
                });
                (Way::ToStore(region), sealed)
            }
            Load::Workspace { hash, .. } => {
                let key = keys.by_hash(hash);
                let version = self.writer.version(key);
                let record = (version > 0)
                    .then(|| keys.record(key, version, self.writer.standing(key, version)));
                (Way::ToWriter(region), record)
            }
        };
        let loaded = found.map_or(Loaded::Absent, Loaded::Found);
        match self.network.carry(way, &mut self.random) {
            Some(delay) => self.after(delay, Event::Back { asked, loaded }),
            None => self.after(
                2_000,
                Event::Back {
                    asked,
                    loaded: Loaded::Failed,
                },
            ),
        }
    }

    // Polls, as the edge carries them.

    fn begin_poll(&mut self, carrier: Carrier) {
        let lag = self.random.below(self.lag + 1);
        let here = &mut self.places[carrier.place];
        if here.life != carrier.life {
            return;
        }
        let clock = here.clock(self.now, lag);
        let fresh =
            carrier.asked.is_some() && carrier.check.is_empty() && here.isolate.is_fresh(clock);
        if fresh {
            return self.polled(&carrier, Some(Checked::nothing()));
        }
        if self.now >= carrier.deadline {
            return self.polled(&carrier, None);
        }
        match here.isolate.begin_poll(carrier.check.clone(), clock) {
            Begin::NoFeed => self.polled(&carrier, None),
            Begin::Busy if carrier.asked.is_none() => {}
            Begin::Busy => self.after(5, Event::Try(carrier)),
            Begin::Poll(poll) => {
                let to = REGIONS.iter().position(|region| *region == poll.region);
                let way = Way::ToFeed(here.region, to.unwrap());
                match self.network.carry(way, &mut self.random) {
                    Some(delay) if delay < POLL_PATIENCE => {
                        self.after(delay, Event::AtFeed(carrier, poll));
                    }
                    _ => self.after(POLL_PATIENCE, Event::Answered(carrier, poll, None)),
                }
            }
        }
    }

    fn at_feed(&mut self, carrier: Carrier, poll: Box<Poll>) {
        let region = REGIONS
            .iter()
            .position(|region| *region == poll.region)
            .unwrap();
        let answer = self.feed_answer(region, &poll.question);
        let way = Way::ToFeed(self.places[carrier.place].region, region);
        match self.network.carry(way, &mut self.random) {
            Some(delay) if delay < POLL_PATIENCE => {
                let answer = answer.map(|bytes| self.damage(bytes));
                self.after(delay, Event::Answered(carrier, poll, answer));
            }
            _ => self.after(POLL_PATIENCE, Event::Answered(carrier, poll, None)),
        }
    }

    fn feed_answer(&mut self, region: usize, question: &Question) -> Option<Vec<u8>> {
        let retention = self.limits.retention_millis();
        if !self.feeds[region].is_ready() {
            // It has just started: what may it have missed?
            self.network
                .carry(Way::Announce(region), &mut self.random)?;
            for change in self.writer.lately(self.now - retention) {
                self.feeds[region].add(change, self.now);
            }
            let epoch = self.random.next();
            self.feeds[region].begin(epoch);
        }
        Some(self.feeds[region].answer(question, self.now, retention))
    }

    /// Torn, or longer than it was.
    fn damage(&mut self, mut bytes: Vec<u8>) -> Vec<u8> {
        if self.random.percent(1) {
            if self.random.percent(50) {
                let at = self.random.index(bytes.len());
                bytes.truncate(at);
            } else {
                bytes.push(0);
            }
        }
        bytes
    }

    fn answered(&mut self, carrier: Carrier, poll: &Poll, answer: Option<Vec<u8>>) {
        let lag = self.random.below(self.lag + 1);
        let here = &mut self.places[carrier.place];
        if here.life != carrier.life {
            return;
        }
        let clock = here.clock(self.now, lag);
        match here.isolate.finish_poll(poll, answer.as_deref(), clock) {
            Finished::UpToDate(checked) => self.polled(&carrier, Some(checked)),
            Finished::More | Finished::Failed => self.after(0, Event::Try(carrier)),
        }
    }

    fn polled(&mut self, carrier: &Carrier, checked: Option<Checked>) {
        let Some(asked) = carrier.asked else {
            return;
        };
        let brought = self.asked.get_mut(&asked).and_then(|a| a.polled(checked));
        if let Some(brought) = brought {
            self.resume(asked, brought);
        }
    }

    // What goes wrong.

    fn fault(&mut self) {
        let next = 1_000 + self.random.below(12_000);
        self.after(next, Event::Fault);
        let region = self.random.index(REGIONS.len());
        let place = self.random.index(PLACES);
        match self.random.below(12) {
            0..=3 => {
                let way = Network::any(&mut self.random);
                self.network.cut(way);
                self.totals.faults += 1;
                self.tell(format!("{way:?} is cut"));
                let until = self.random.below(25_000);
                self.after(until, Event::Mend(way));
            }
            4 if self.random.percent(20) => {
                // For longer than a window.
                self.network.cut(Way::Publish);
                self.totals.faults += 1;
                self.tell("the store takes no writes for long".to_owned());
                let until = self.random.below(200_000);
                self.after(until, Event::Mend(Way::Publish));
            }
            4 => {
                self.network.mend_all();
                self.tell("everything is mended".to_owned());
            }
            5 => self.feeds[region].back_up(),
            6 => {
                self.feeds[region].restore();
                self.totals.restarts += 1;
                self.tell(format!("feed {region} is put back to an older state"));
            }
            7 => {
                self.feeds[region].restart();
                self.totals.restarts += 1;
                self.tell(format!("feed {region} restarts"));
            }
            8 => {
                self.feeds[region].lose();
                self.totals.restarts += 1;
                self.tell(format!("feed {region} has lost everything"));
            }
            9 => {
                self.places[place].replace(self.limits);
                self.seen[place] = vec![Seen::default(); keys::COUNT];
                self.totals.restarts += 1;
                self.tell(format!("place {place} has a new isolate"));
            }
            10 => {
                self.places[place].step_back();
                self.totals.clocks += 1;
                self.tell(format!("the clock of place {place} steps back"));
            }
            _ => {
                let most = self.limits.bound_millis() / 10;
                self.lag = [0, most / 2, most][self.random.index(3)];
            }
        }
    }
}
