//! The feed of one region: a Durable Object with SQLite that remembers which
//! records changed lately. What it decides is in [`keyway_core::feed`].
//!
//! A feed is only as good as what it has been told. So an object that has just
//! started, with an empty database, an old one or the right one, first asks the
//! workspaces what they announced within the window; until it knows, it answers
//! nobody (but takes announcements). And it begins a new epoch each time, so that
//! the numbers it hands out can never be mistaken for those of another life.

mod entries;
mod gathering;
pub(crate) mod link;

use std::{cell::Cell, rc::Rc};

use keyway_core::{
    entropy::Entropy,
    feed::{Announcement, Answer, Cursor, Epoch, NotUnderstood, PAGE, Question},
    instant::Instant,
    problem::{Code, Problem},
    workspace::WorkspaceName,
};
use worker::{Env, State};

use crate::{
    clock, config,
    guard::outliving,
    http::{self, respond},
    ledger::{Ledger, migrations::migrate},
    log,
    platform::{self, Request, Response, internal, rest},
    random::Platform,
    workspace,
};
use entries::Entries;
use gathering::Gathering;

/// How long a question waits for the feed to learn what it may have missed.
const PATIENCE: i64 = 2_000;
/// Whoever set out to learn it has given up by then.
const LEARNING: i64 = 5_000;
/// How often those who wait look.
const GLANCE: u32 = 5;
/// What has left the window goes this often, at most.
const TRIM_EVERY: i64 = 10_000;

/// One region's feed.
pub(crate) struct Feed {
    state: Rc<State>,
    env: Env,
    migrated: Cell<bool>,
    /// Set once this instance knows what it may have missed.
    epoch: Cell<Option<Epoch>>,
    learning_until: Cell<Instant>,
    trimmed_at: Cell<Instant>,
    gathering: Rc<Gathering>,
}

impl Feed {
    pub(crate) fn new(state: State, env: Env) -> Self {
        Self {
            state: Rc::new(state),
            env,
            migrated: Cell::new(false),
            epoch: Cell::new(None),
            learning_until: Cell::new(Instant::EPOCH),
            trimmed_at: Cell::new(Instant::EPOCH),
            gathering: Rc::new(Gathering::new()),
        }
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    pub(crate) async fn answer(&self, request: Request) -> Result<Response, Problem> {
        let path = http::path(&request);
        let body = platform::bytes(request.array_buffer())
            .await
            .map_err(internal("feed"))?;
        let entries = Entries::new(Ledger::open(&self.state));
        let now = clock::now();
        if !self.migrated.get() {
            let ledger = Ledger::open(&self.state);
            ledger.atomically(|| migrate(&ledger, entries::MIGRATIONS, now))?;
            self.migrated.set(true);
        }
        match path.as_str() {
            link::ANNOUNCE => {
                let announcement = Announcement::decode(&body).map_err(not_understood)?;
                entries.add(&announcement.changes, now)?;
                respond::empty(&[])
            }
            link::POLL => {
                let question = Question::decode(&body).map_err(not_understood)?;
                self.poll(&entries, &question).await
            }
            link::PROBE => {
                self.learned(&entries).await?;
                respond::empty(&[])
            }
            _ => Err(Problem::internal()),
        }
    }

    async fn poll(&self, entries: &Entries, question: &Question) -> Result<Response, Problem> {
        let epoch = self.learned(entries).await?;
        // No wait from here on: what is answered is one state of the rows.
        self.trim(entries)?;
        let limit = config::limits(&self.env).window_entries();
        let state = entries.state(epoch, question, limit)?.ok_or_else(|| {
            // Another instance has taken over; what is in memory here is over.
            self.epoch.set(None);
            not_ready()
        })?;
        let plan = state.plan(question);
        let mut page = match plan.after {
            Some(after) => entries.after(after, PAGE)?,
            None => Vec::new(),
        };
        let more = page.len() > PAGE;
        page.truncate(PAGE);
        let upto = match page.last() {
            Some((sequence, _)) if more => *sequence,
            _ => state.newest,
        };
        let checked = question.check.iter().map(|digest| entries.of(digest));
        let answer = Answer {
            reach: plan.reach,
            upto: Cursor {
                epoch,
                sequence: upto,
            },
            more,
            changes: page.into_iter().map(|(_, change)| change).collect(),
            checked: checked.collect::<Result<_, _>>()?,
        };
        // Only with an answer: who gets none sends them again.
        self.gathering.add(&question.used);
        if let Some(wait) = self
            .gathering
            .must_wait(&config::limits(&self.env), clock::now())
        {
            let (env, gathering) = (self.env.clone(), Rc::clone(&self.gathering));
            outliving(&self.state, async move {
                gathering.pass_on(&env, wait).await;
            });
        }
        respond::octets(&answer.encode())
    }

    /// The epoch, once this instance knows what it may have missed. Each
    /// question that finds it does not goes and asks, or waits for one that does.
    async fn learned(&self, entries: &Entries) -> Result<Epoch, Problem> {
        let deadline = clock::now().plus_millis(PATIENCE);
        loop {
            if let Some(epoch) = self.epoch.get() {
                return Ok(epoch);
            }
            let now = clock::now();
            if now >= deadline {
                return Err(not_ready());
            }
            if now >= self.learning_until.get() {
                self.learning_until.set(now.plus_millis(LEARNING));
                let learned = self.learn(entries).await;
                self.learning_until.set(Instant::EPOCH);
                return learned;
            }
            rest(GLANCE).await;
        }
    }

    async fn learn(&self, entries: &Entries) -> Result<Epoch, Problem> {
        // Asked first: whatever one that is made meanwhile announces comes here too.
        let made = workspace::link::made(&self.env, "").await;
        for workspace in made.ok_or_else(not_ready)? {
            self.learn_from(entries, &workspace).await?;
        }
        let mut bytes = [0; 8];
        Platform.fill(&mut bytes).map_err(|error| {
            log::fault("feed", error);
            Problem::internal()
        })?;
        let epoch = Epoch::from_bytes(bytes);
        entries.begin(epoch)?;
        self.epoch.set(Some(epoch));
        Ok(epoch)
    }

    async fn learn_from(
        &self,
        entries: &Entries,
        workspace: &WorkspaceName,
    ) -> Result<(), Problem> {
        let mut from = None;
        loop {
            let seed = workspace::link::announced(&self.env, workspace, from)
                .await
                .ok_or_else(not_ready)?;
            entries.add(&seed.changes, clock::now())?;
            match seed.next {
                None => return Ok(()),
                next => from = next,
            }
        }
    }

    fn trim(&self, entries: &Entries) -> Result<(), Problem> {
        let now = clock::now();
        let every = TRIM_EVERY.min(config::limits(&self.env).retention_millis() / 8);
        if now.as_millis() - self.trimmed_at.get().as_millis() >= every {
            self.trimmed_at.set(now);
            entries.trim(now.plus_millis(-config::limits(&self.env).retention_millis()))?;
        }
        Ok(())
    }
}

fn not_ready() -> Problem {
    Problem::new(
        Code::Unavailable,
        "The feed does not know yet what it may have missed.",
    )
}

fn not_understood(error: NotUnderstood) -> Problem {
    log::anomaly("feed", error);
    Problem::internal()
}
