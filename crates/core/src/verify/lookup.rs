//! Finding the record of a token: what the isolate remembers, then the store,
//! then the one writer; and holding what was found against the view.

use core::fmt;

use super::{Consistency, Trust};
use crate::{
    digest::{Digest, DigestKind, Pepper, Peppers, TokenHash},
    feed::Known,
    instant::Instant,
    isolate::{Checked, Held, Isolate, Met, decides},
    record::{Fact, RecordError},
    seal,
    workspace::WorkspaceName,
};

/// What has to be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Load {
    /// The sealed value under this key of the store.
    Store(String),
    /// The record of this token, from the workspace object itself.
    Workspace {
        /// Which object.
        workspace: WorkspaceName,
        /// Which kind of token.
        kind: DigestKind,
        /// Which token.
        hash: TokenHash,
    },
}

/// What the load brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loaded {
    /// These bytes: sealed from the store, bare from the workspace object.
    Found(Vec<u8>),
    /// There is none.
    Absent,
    /// No answer, or one that is none.
    Failed,
}

/// Something that must not happen, did, and was survived. Names no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anomaly {
    /// The store did not answer.
    StoreFailed,
    /// The store had a value that we did not seal for this digest.
    BrokenSeal,
    /// The store had a value of ours that cannot be read.
    StoreRecord(RecordError),
    /// The workspace object did not answer.
    WorkspaceFailed,
    /// The workspace object had a record that cannot be read.
    WorkspaceRecord(RecordError),
    /// The workspace object had an older record than a feed spoke of, or none.
    WorkspaceBehind,
}

impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StoreFailed => f.write_str("the store did not answer"),
            Self::BrokenSeal => f.write_str("a value in the store does not carry its seal"),
            Self::StoreRecord(error) => write!(f, "in the store, {error}"),
            Self::WorkspaceFailed => f.write_str("the workspace object did not answer"),
            Self::WorkspaceRecord(error) => write!(f, "from the workspace object, {error}"),
            Self::WorkspaceBehind => {
                f.write_str("the workspace object is behind what it announced before")
            }
        }
    }
}

/// What is known of a token in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Found(Fact),
    Absent,
    Unavailable,
}

/// What has been loaded for the digest at hand, and not judged yet.
#[derive(Debug)]
enum Got {
    Nothing,
    /// From the store: a record with our seal, or nothing.
    Store(Option<Fact>),
    /// The store cannot help.
    AskWorkspace,
    Workspace(Option<Fact>),
    WorkspaceFailed,
}

#[derive(Debug)]
pub(super) struct Lookup<'a> {
    kind: DigestKind,
    workspace: WorkspaceName,
    hash: TokenHash,
    pepper: &'a Pepper,
    digest: Digest,
    older: Option<&'a Pepper>,
    only_pepper: bool,
    started: Instant,
    got: Got,
    /// What was known when the last load began (rule 8).
    news: u32,
    asked_at: Instant,
    /// What a feed said of the digest, where it had to be asked.
    checked: Option<Option<Known>>,
    /// Answered from a view that is older than B, as the operator wants it.
    stale: bool,
    answer: Option<Answer>,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(
        kind: DigestKind,
        workspace: WorkspaceName,
        hash: TokenHash,
        digest: Option<Digest>,
        peppers: &'a Peppers,
        consistency: Consistency,
        now: Instant,
    ) -> Self {
        let pepper = peppers.current();
        let older = peppers.newest_first().nth(1);
        Self {
            kind,
            digest: digest.unwrap_or_else(|| pepper.digest(kind, &workspace, &hash)),
            workspace,
            hash,
            pepper,
            only_pepper: older.is_none(),
            older,
            started: now,
            got: match consistency {
                Consistency::Eventual => Got::Nothing,
                Consistency::Strong => Got::AskWorkspace,
            },
            news: 0,
            asked_at: now,
            checked: None,
            stale: false,
            answer: None,
        }
    }

    /// `None` until it is over.
    pub(super) fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref()
    }

    /// Whose token it is, if it was found under the current pepper.
    pub(super) fn met(&self) -> Option<Met> {
        let is_current = self.only_pepper || self.older.is_some();
        is_current.then(|| Met {
            hash: self.hash,
            workspace: self.workspace.clone(),
            digest: self.digest,
        })
    }

    pub(super) fn workspace(&self) -> &WorkspaceName {
        &self.workspace
    }

    pub(super) fn is_stale(&self) -> bool {
        self.stale
    }

    /// The digest that a feed has to be asked about before this can go on.
    pub(super) fn to_check(&self, isolate: &Isolate) -> Option<Digest> {
        let open = match self.got {
            Got::Nothing | Got::Store(_) => true,
            Got::AskWorkspace | Got::Workspace(_) | Got::WorkspaceFailed => false,
        };
        let needed = open && isolate.must_check() && self.checked.is_none();
        (needed && self.answer.is_none()).then_some(self.digest)
    }

    /// Whether it cannot end without the view.
    pub(super) fn needs_view(&self) -> bool {
        let open = matches!(self.got, Got::Nothing | Got::Store(_));
        open && self.answer.is_none() && !self.stale
    }

    pub(super) fn check(&mut self, checked: &Checked) {
        if let Some(known) = checked.of(&self.digest) {
            self.checked = Some(known);
            // From here on news comes to the cache by itself.
            self.news = checked.news();
        }
    }

    /// Takes in what was loaded.
    pub(super) fn take(&mut self, loaded: Loaded, note: &mut dyn FnMut(Anomaly)) {
        let asked_workspace = matches!(self.got, Got::AskWorkspace);
        let mut anomaly = None;
        self.got = match (asked_workspace, loaded) {
            (false, Loaded::Found(sealed)) => match self.open(&sealed) {
                Ok(fact) => Got::Store(Some(fact)),
                Err(why) => {
                    anomaly = Some(why);
                    Got::AskWorkspace
                }
            },
            (false, Loaded::Absent) => Got::Store(None),
            (false, Loaded::Failed) => {
                anomaly = Some(Anomaly::StoreFailed);
                Got::AskWorkspace
            }
            (true, Loaded::Found(bytes)) => match Fact::decode(self.kind, &bytes) {
                Ok(fact) => Got::Workspace(Some(fact)),
                Err(error) => {
                    anomaly = Some(Anomaly::WorkspaceRecord(error));
                    Got::WorkspaceFailed
                }
            },
            (true, Loaded::Absent) => Got::Workspace(None),
            (true, Loaded::Failed) => {
                anomaly = Some(Anomaly::WorkspaceFailed);
                Got::WorkspaceFailed
            }
        };
        if let Some(anomaly) = anomaly {
            note(anomaly);
        }
    }

    fn open(&self, sealed: &[u8]) -> Result<Fact, Anomaly> {
        let bytes =
            seal::open(self.pepper, &self.digest, sealed).map_err(|_| Anomaly::BrokenSeal)?;
        Fact::decode(self.kind, bytes).map_err(Anomaly::StoreRecord)
    }

    /// Goes as far as it can with what is known now. What has to be loaded is
    /// the answer; nothing, when it is over or has to wait for the view.
    pub(super) fn advance(
        &mut self,
        isolate: &mut Isolate,
        trust: Trust,
        now: Instant,
        note: &mut dyn FnMut(Anomaly),
    ) -> Option<Load> {
        while self.answer.is_none() {
            let trust = if self.stale { Trust::Fresh } else { trust };
            // Where each record has to be asked about and no feed can be asked,
            // only the writer is left.
            let unchecked = isolate.must_check() && self.checked.is_none() && !self.stale;
            let closed = trust == Trust::Nothing || (unchecked && trust == Trust::Unchecked);
            match core::mem::replace(&mut self.got, Got::Nothing) {
                Got::Nothing => match isolate.cached(&self.digest, now) {
                    _ if trust == Trust::Nothing => self.got = Got::AskWorkspace,
                    Held::Nothing if closed => self.got = Got::AskWorkspace,
                    Held::Nothing => return Some(self.ask_store(isolate, now)),
                    _ if trust == Trust::Wait => return None,
                    Held::Found(fact) => {
                        let newest = isolate.newest(&self.digest);
                        if let Some(fact) = self.hold(fact, newest) {
                            isolate.witness(self.digest, fact.known());
                        }
                    }
                    Held::Absent => self.miss(isolate.newest(&self.digest)),
                },
                Got::Store(_) if closed => self.got = Got::AskWorkspace,
                Got::Store(found) if unchecked || trust == Trust::Wait => {
                    self.got = Got::Store(found);
                    return None;
                }
                Got::Store(found) => self.judge(found, isolate),
                Got::AskWorkspace if self.stale => self.answer = Some(Answer::Unavailable),
                Got::AskWorkspace => {
                    self.got = Got::AskWorkspace;
                    self.news = isolate.news();
                    self.asked_at = now;
                    return Some(Load::Workspace {
                        workspace: self.workspace.clone(),
                        kind: self.kind,
                        hash: self.hash,
                    });
                }
                Got::Workspace(found) => self.judge_workspace(found, isolate, trust, note),
                // Rule 7, the operator's choice: the view is all there is.
                Got::WorkspaceFailed
                    if trust == Trust::Nothing && isolate.is_within_grace(self.started) =>
                {
                    self.stale = true;
                }
                Got::WorkspaceFailed => self.answer = Some(Answer::Unavailable),
            }
        }
        None
    }

    fn ask_store(&mut self, isolate: &Isolate, now: Instant) -> Load {
        self.news = isolate.news();
        self.asked_at = now;
        Load::Store(self.digest.store_key(self.kind))
    }

    /// Rule 2: an older record is never used. If what is known says enough the
    /// answer follows from it, else the writer is asked.
    fn hold(&mut self, fact: Fact, newest: Option<Known>) -> Option<Fact> {
        let fact = match newest.filter(|newest| newest.supersedes(fact.known())) {
            None => fact,
            Some(newest) if decides(newest) => fact.overruled(newest),
            Some(_) => {
                self.got = Got::AskWorkspace;
                return None;
            }
        };
        self.answer = Some(Answer::Found(fact.clone()));
        Some(fact)
    }

    /// Rule 3: a miss is one only where nothing is known of the digest. It may
    /// still be found under the pepper before.
    fn miss(&mut self, newest: Option<Known>) {
        match (newest, self.older.take()) {
            (Some(_), _) => self.got = Got::AskWorkspace,
            (None, None) => self.answer = Some(Answer::Absent),
            (None, Some(older)) => {
                self.pepper = older;
                self.digest = older.digest(self.kind, &self.workspace, &self.hash);
                self.checked = None;
            }
        }
    }

    fn judge(&mut self, found: Option<Fact>, isolate: &mut Isolate) {
        let newest = match (isolate.newest(&self.digest), self.checked.flatten()) {
            (Some(one), Some(other)) => Some(one.latest(other)),
            (one, other) => one.or(other),
        };
        // Rule 8.
        let keep = self.news == isolate.news() && !self.stale;
        match found {
            None => {
                if keep && newest.is_none() {
                    isolate.keep_absent(self.digest, self.asked_at);
                }
                self.miss(newest);
            }
            Some(fact) => {
                if let Some(fact) = self.hold(fact, newest) {
                    isolate.witness(self.digest, fact.known());
                    if keep {
                        isolate.keep(self.digest, fact);
                    }
                }
            }
        }
    }

    /// The writer's word. It cannot be behind a feed, which only says what the
    /// writer said before.
    fn judge_workspace(
        &mut self,
        found: Option<Fact>,
        isolate: &mut Isolate,
        trust: Trust,
        note: &mut dyn FnMut(Anomaly),
    ) {
        let newest = isolate.newest(&self.digest);
        let superseded = match (&found, newest) {
            (Some(fact), Some(newest)) => newest.supersedes(fact.known()),
            (None, newest) => newest.is_some(),
            (Some(_), None) => false,
        };
        if superseded {
            note(Anomaly::WorkspaceBehind);
        }
        // With two peppers in force an answer may come by either digest, and what
        // is kept under one must not be older than what was answered by the other.
        let keep = self.only_pepper
            && self.news == isolate.news()
            && matches!(trust, Trust::Fresh | Trust::Unchecked);
        self.answer = Some(match (found, newest) {
            (None, None) => {
                if keep {
                    isolate.keep_absent(self.digest, self.asked_at);
                }
                Answer::Absent
            }
            (Some(fact), Some(newest)) if superseded && decides(newest) => {
                Answer::Found(fact.overruled(newest))
            }
            (Some(fact), _) if !superseded => {
                isolate.witness(self.digest, fact.known());
                if keep {
                    isolate.keep_asked(self.digest, fact.clone(), self.asked_at);
                }
                Answer::Found(fact)
            }
            _ => Answer::Unavailable,
        });
    }
}
