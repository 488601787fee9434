//! What this isolate remembers between requests: its set-up, and what
//! [`keyway_core::isolate`] makes of the feed and the store.
//!
//! Everything is plain data behind a borrow that ends before anything is waited
//! for. No request ever awaits what another one began: a promise of one request
//! is dead to the others once its request is gone.

use core::cell::RefCell;
use std::rc::Rc;

use keyway_core::{
    digest::{Digest, Peppers, TokenHash},
    instant::Instant,
    isolate::{Begin, Checked, Finished, FollowUp, Isolate},
    problem::Problem,
    token::Shapes,
};
use worker::Env;

use crate::{clock, config, feed::link, log, platform::rest};

/// How often a verification that waits for somebody else's poll looks.
const GLANCE: u32 = 5;

/// After this long it does without.
const PATIENCE: i64 = 4_000;

/// What does not change while the isolate lives: the runtime starts new ones
/// for a new deployment or setting.
pub(crate) struct Setup {
    pub(crate) peppers: Peppers,
    pub(crate) root: Option<TokenHash>,
    pub(crate) shapes: Shapes,
}

struct Here {
    setup: Rc<Setup>,
    isolate: Isolate,
}

thread_local! {
    static HERE: RefCell<Option<Here>> = const { RefCell::new(None) };
}

/// The set-up, read with the first request. `continent` is where that one came
/// from: the region of an isolate is fixed by it.
pub(crate) fn setup(
    env: &Env,
    continent: impl FnOnce() -> Option<String>,
) -> Result<Rc<Setup>, Problem> {
    if let Some(setup) = HERE.with_borrow(|here| here.as_ref().map(|here| Rc::clone(&here.setup))) {
        return Ok(setup);
    }
    let continent = continent().unwrap_or_default();
    // These can fail, and are read again then. What only warns comes after them.
    let (peppers, regions) = (config::peppers(env)?, config::regions(env)?);
    let feeds = regions.in_order_from(config::home(env), &continent);
    let setup = Rc::new(Setup {
        peppers,
        root: config::root(env),
        shapes: config::shapes(env).unwrap_or_default(),
    });
    let isolate = Isolate::new(config::limits(env), feeds);
    HERE.set(Some(Here {
        setup: Rc::clone(&setup),
        isolate,
    }));
    Ok(setup)
}

/// Looks at what the isolate remembers, or changes it.
pub(crate) fn with<T>(work: impl FnOnce(&mut Isolate) -> T) -> Result<T, Problem> {
    HERE.with_borrow_mut(|here| here.as_mut().map(|here| work(&mut here.isolate)))
        .ok_or_else(Problem::internal)
}

/// Something was changed through this isolate. There may be nothing here that
/// it could matter to.
pub(crate) fn doubt() {
    let _ = HERE.with_borrow_mut(|here| here.as_mut().map(|here| here.isolate.doubt()));
}

/// The same, with the set-up; `None` before the first request.
pub(crate) fn with_setup<T>(work: impl FnOnce(&Setup, &mut Isolate) -> T) -> Option<T> {
    HERE.with_borrow_mut(|here| {
        let here = here.as_mut()?;
        Some(work(&here.setup, &mut here.isolate))
    })
}

/// Brings the view up to date for a verification that started at `started`,
/// and asks about `check` besides. `None` when no feed answers.
pub(crate) async fn poll(env: &Env, check: Vec<Digest>, started: Instant) -> Option<Checked> {
    let deadline = clock::now().plus_millis(PATIENCE);
    loop {
        let now = clock::now();
        if now >= deadline {
            return None;
        }
        if check.is_empty() && with(|isolate| isolate.is_fresh(started)).ok()? {
            return Some(Checked::nothing());
        }
        match with(|isolate| isolate.begin_poll(check.clone(), now)).ok()? {
            Begin::NoFeed => return None,
            Begin::Busy => rest(GLANCE).await,
            Begin::Poll(poll) => {
                if let Finished::UpToDate(checked) = carry(env, &poll).await? {
                    return Some(checked);
                }
            }
        }
    }
}

/// What follows a verification while nobody waits for it.
pub(crate) async fn follow_up(env: &Env, what: FollowUp) {
    match what {
        FollowUp::Nothing => {}
        FollowUp::Poll => refresh(env).await,
        FollowUp::Flush { after_millis, plan } => {
            rest(u32::try_from(after_millis).unwrap_or(u32::MAX)).await;
            if with(|isolate| isolate.must_flush(plan)).is_ok_and(|must| must) {
                refresh(env).await;
            }
        }
    }
}

/// Brings the view up to date, and takes along what was counted.
async fn refresh(env: &Env) {
    while let Ok(Begin::Poll(poll)) = with(|isolate| isolate.begin_poll(Vec::new(), clock::now())) {
        if matches!(carry(env, &poll).await, None | Some(Finished::UpToDate(_))) {
            return;
        }
    }
}

async fn carry(env: &Env, poll: &keyway_core::isolate::Poll) -> Option<Finished> {
    let answer = link::poll(env, poll.region, &poll.question).await;
    let finished =
        with(|isolate| isolate.finish_poll(poll, answer.as_deref(), clock::now())).ok()?;
    if finished == Finished::Failed && answer.is_some() {
        log::anomaly("feed", "an answer that does not fit its question");
    }
    Some(finished)
}
