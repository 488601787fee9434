//! Finding the record of a token: the store first, then the one writer.

use core::fmt;

use crate::{
    digest::{Digest, DigestKind, Pepper, Peppers, TokenHash},
    record::{Record, RecordError},
    seal,
    verify::Consistency,
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
}

impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StoreFailed => f.write_str("the store did not answer"),
            Self::BrokenSeal => f.write_str("a value in the store does not carry its seal"),
            Self::StoreRecord(error) => write!(f, "in the store, {error}"),
            Self::WorkspaceFailed => f.write_str("the workspace object did not answer"),
            Self::WorkspaceRecord(error) => write!(f, "from the workspace object, {error}"),
        }
    }
}

pub(super) enum Progress<R> {
    Load(Load),
    Done(Answer<R>),
}

pub(super) enum Answer<R> {
    Found(R),
    Absent,
    Unavailable,
}

/// Where the lookup is. The digest is kept because the seal is checked with it.
#[derive(Debug)]
enum Stage<'a> {
    Store {
        pepper: &'a Pepper,
        digest: Digest,
        older: Option<&'a Pepper>,
    },
    Workspace,
}

#[derive(Debug)]
pub(super) struct Lookup<'a> {
    kind: DigestKind,
    workspace: WorkspaceName,
    hash: TokenHash,
    stage: Stage<'a>,
}

impl<'a> Lookup<'a> {
    pub(super) fn begin(
        kind: DigestKind,
        workspace: WorkspaceName,
        hash: TokenHash,
        peppers: &'a Peppers,
        consistency: Consistency,
    ) -> (Self, Load) {
        let mut lookup = Self {
            kind,
            workspace,
            hash,
            stage: Stage::Workspace,
        };
        let load = match consistency {
            Consistency::Strong => lookup.ask_workspace(),
            Consistency::Eventual => {
                let older = peppers.newest_first().nth(1);
                lookup.ask_store(peppers.current(), older)
            }
        };
        (lookup, load)
    }

    pub(super) fn resume<R: Record>(
        &mut self,
        loaded: Loaded,
        mut note: impl FnMut(Anomaly),
    ) -> Progress<R> {
        match self.stage {
            Stage::Store {
                pepper,
                digest,
                older,
            } => match loaded {
                Loaded::Found(sealed) => match open(pepper, &digest, &sealed) {
                    Ok(record) => Progress::Done(Answer::Found(record)),
                    Err(anomaly) => {
                        note(anomaly);
                        Progress::Load(self.ask_workspace())
                    }
                },
                Loaded::Absent => Progress::Load(match older {
                    Some(older) => self.ask_store(older, None),
                    None => self.ask_workspace(),
                }),
                Loaded::Failed => {
                    note(Anomaly::StoreFailed);
                    Progress::Load(self.ask_workspace())
                }
            },
            Stage::Workspace => Progress::Done(match loaded {
                Loaded::Found(bytes) => match R::decode(&bytes) {
                    Ok(record) => Answer::Found(record),
                    Err(error) => {
                        note(Anomaly::WorkspaceRecord(error));
                        Answer::Unavailable
                    }
                },
                Loaded::Absent => Answer::Absent,
                Loaded::Failed => {
                    note(Anomaly::WorkspaceFailed);
                    Answer::Unavailable
                }
            }),
        }
    }

    fn ask_store(&mut self, pepper: &'a Pepper, older: Option<&'a Pepper>) -> Load {
        let digest = pepper.digest(self.kind, &self.workspace, &self.hash);
        self.stage = Stage::Store {
            pepper,
            digest,
            older,
        };
        Load::Store(digest.store_key(self.kind))
    }

    fn ask_workspace(&mut self) -> Load {
        self.stage = Stage::Workspace;
        Load::Workspace {
            workspace: self.workspace.clone(),
            kind: self.kind,
            hash: self.hash,
        }
    }
}

fn open<R: Record>(pepper: &Pepper, digest: &Digest, sealed: &[u8]) -> Result<R, Anomaly> {
    let bytes = seal::open(pepper, digest, sealed).map_err(|_| Anomaly::BrokenSeal)?;
    R::decode(bytes).map_err(Anomaly::StoreRecord)
}
