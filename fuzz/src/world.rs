//! What is around a verification: a feed, a store, a workspace object, each of
//! which may answer anything.

use keyway_core::{
    digest::{DigestKind, TokenHash},
    feed::{Answer, Cursor, Epoch, Reach, Sequence},
    input::Json,
    isolate::{Begin, Checked, Finished, Isolate, Limits},
    region::Region,
    token::Shapes,
    verify::{Anomaly, Asker, Brought, Load, Loaded, Outcome, Question, Step, Verification},
    workspace::WorkspaceName,
};

use crate::given::{TOKEN, VERIFIER, now, peppers};

/// More steps than any verification takes, and more polls than it waits for.
const MOST: usize = 8;

/// Who answers what.
pub(crate) struct World {
    pub(crate) feed: Vec<u8>,
    pub(crate) store: Loaded,
    pub(crate) workspace: Loaded,
}

/// How a verification ended, and what was odd.
pub(crate) struct Ended {
    pub(crate) outcome: Outcome,
    pub(crate) odd: Vec<Anomaly>,
}

impl World {
    /// A feed that knows of no change, and a workspace object that is silent.
    pub(crate) fn storing(value: &[u8]) -> Self {
        Self {
            feed: quiet_feed(),
            store: Loaded::Found(value.to_vec()),
            workspace: Loaded::Failed,
        }
    }

    /// Is the token good? Asked by somebody who may.
    pub(crate) fn key(&self) -> Ended {
        let body = Json::Object(vec![("token".into(), Json::String(TOKEN.into()))]);
        let question = Question::read(&body).unwrap();
        let asker = Asker::trusted(WorkspaceName::default_workspace());
        self.run(Some(&question), asker)
    }

    /// May the verifier ask?
    pub(crate) fn caller(&self) -> Ended {
        self.run(None, Asker::verifier(VERIFIER).unwrap())
    }

    fn run(&self, question: Option<&Question>, asker: Asker) -> Ended {
        let mut isolate = Isolate::new(Limits::default(), vec![Region::Weur]);
        let (peppers, shapes, mut odd) = (peppers(), Shapes::default(), Vec::new());
        let mut note = |anomaly| odd.push(anomaly);
        let mut verification = Verification::begin(question, &shapes, asker, &peppers, now());
        let mut step = verification.advance(&mut isolate, now(), &mut note);
        for _ in 0..MOST {
            let loads = match step {
                Step::Done(outcome) => {
                    return Ended {
                        outcome: *outcome,
                        odd,
                    };
                }
                Step::Load(loads) => loads,
            };
            let polled = loads.poll.then(|| self.poll(&mut isolate, &loads.check));
            let brought = Brought {
                polled: polled.flatten(),
                caller: loads.caller.map(|load| self.load(&load)),
                key: loads.key.map(|load| self.load(&load)),
            };
            step = verification.resume(brought, &mut isolate, now(), &mut note);
        }
        panic!("a verification that does not end: {step:?}");
    }

    fn load(&self, load: &Load) -> Loaded {
        match load {
            Load::Store(_) => self.store.clone(),
            Load::Workspace { kind, hash, .. } => {
                let token = match kind {
                    DigestKind::Key => TOKEN,
                    DigestKind::Verifier => VERIFIER,
                };
                assert!(hash.matches(&TokenHash::of_secret(token)));
                self.workspace.clone()
            }
        }
    }

    fn poll(
        &self,
        isolate: &mut Isolate,
        check: &[keyway_core::digest::Digest],
    ) -> Option<Checked> {
        for _ in 0..MOST {
            let Begin::Poll(poll) = isolate.begin_poll(check.to_vec(), now()) else {
                return None;
            };
            let finished = isolate.finish_poll(&poll, Some(&self.feed), now());
            if let Finished::UpToDate(checked) = finished {
                return Some(checked);
            }
        }
        None
    }
}

fn quiet_feed() -> Vec<u8> {
    Answer {
        reach: Reach::Window,
        upto: Cursor {
            epoch: Epoch::from_bytes([1; 8]),
            sequence: Sequence::new(9),
        },
        more: false,
        changes: Vec::new(),
        checked: Vec::new(),
    }
    .encode()
}
