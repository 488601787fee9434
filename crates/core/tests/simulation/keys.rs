//! A few tokens, the same in every run, with what belongs to them.

use std::sync::OnceLock;

use keyway_core::{
    digest::{Digest, DigestKind, Pepper, PepperNumber, Peppers, TokenHash},
    environment::Environment,
    grants::Grants,
    id::KeyId,
    input::Json,
    metadata::Metadata,
    name::Name,
    network::Networks,
    record::{KeyRecord, Record, Standing},
    seal,
    secret::Secret,
    token::{ApiPrefix, Shapes, mint_api},
    verify::Question,
    version::Version,
    workspace::WorkspaceName,
};

use crate::random::Random;

pub(crate) const COUNT: usize = 6;

/// How many peppers there are: what is published under the second is a copy of
/// its own.
pub(crate) const PEPPERS: usize = 2;

/// What is published of a key under one pepper.
pub(crate) const COPIES: usize = COUNT * PEPPERS;

pub(crate) fn copy(key: usize, pepper: usize) -> usize {
    key * PEPPERS + pepper
}

pub(crate) fn copies(key: usize) -> core::ops::Range<usize> {
    copy(key, 0)..copy(key + 1, 0)
}

/// Which peppers a deployment has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    First,
    Both,
    Second,
}

impl Stage {
    pub(crate) const ALL: [Self; 3] = [Self::First, Self::Both, Self::Second];

    /// The pepper that is written with.
    pub(crate) fn current(self) -> usize {
        usize::from(self != Self::First)
    }

    pub(crate) fn has(self, pepper: usize) -> bool {
        self == Self::Both || self.current() == pepper
    }
}

pub(crate) struct TestKey {
    pub(crate) hash: TokenHash,
    pub(crate) digests: [Digest; PEPPERS],
    pub(crate) question: Question,
    pub(crate) strong: Question,
    id: KeyId,
}

pub(crate) struct Keys {
    stages: [Peppers; 3],
    peppers: [Pepper; PEPPERS],
    pub(crate) shapes: Shapes,
    pub(crate) workspace: WorkspaceName,
    keys: Vec<TestKey>,
}

pub(crate) fn all() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    KEYS.get_or_init(make)
}

fn make() -> Keys {
    let mut random = Random::new(1);
    let peppers = [1, 2].map(|number: u8| {
        let secret = Secret::new(number.to_string().repeat(40));
        Pepper::new(PepperNumber::new(number).unwrap(), &secret).unwrap()
    });
    let workspace = WorkspaceName::default_workspace();
    let ask = |token: &str, consistency: &str| {
        let body = format!(r#"{{"token":"{token}","consistency":"{consistency}"}}"#);
        Question::read(&Json::parse(body.as_bytes()).unwrap()).unwrap()
    };
    let keys = (0..COUNT)
        .map(|_| {
            let token = mint_api(&ApiPrefix::default(), Environment::Live, &mut random).unwrap();
            let digest =
                |pepper: &Pepper| pepper.digest(DigestKind::Key, &workspace, &token.hash());
            TestKey {
                hash: token.hash(),
                digests: [digest(&peppers[0]), digest(&peppers[1])],
                question: ask(token.reveal(), "eventual"),
                strong: ask(token.reveal(), "strong"),
                id: KeyId::mint(&mut random).unwrap(),
            }
        })
        .collect();
    let [first, second] = peppers.clone();
    Keys {
        stages: [
            Peppers::new(first.clone(), None),
            Peppers::new(first, Some(second.clone())),
            Peppers::new(second, None),
        ],
        peppers,
        shapes: Shapes::default(),
        workspace,
        keys,
    }
}

impl Keys {
    pub(crate) fn get(&self, key: usize) -> &TestKey {
        &self.keys[key]
    }

    pub(crate) fn by_hash(&self, hash: &TokenHash) -> usize {
        self.keys.iter().position(|key| key.hash == *hash).unwrap()
    }

    pub(crate) fn peppers(&self, stage: Stage) -> &Peppers {
        let at = Stage::ALL.iter().position(|known| *known == stage);
        &self.stages[at.unwrap()]
    }

    pub(crate) fn digest(&self, copy: usize) -> Digest {
        self.keys[copy / PEPPERS].digests[copy % PEPPERS]
    }

    pub(crate) fn by_store_key(&self, name: &str) -> usize {
        (0..COPIES)
            .find(|copy| self.digest(*copy).store_key(DigestKind::Key) == name)
            .unwrap()
    }

    /// The record of a key at one version, bare.
    pub(crate) fn record(&self, key: usize, version: u32, standing: Standing) -> Vec<u8> {
        KeyRecord {
            key: self.keys[key].id,
            version: Version::new(version).unwrap(),
            standing,
            environment: Environment::Live,
            name: Name::parse("A key").unwrap(),
            scopes: Grants::All,
            accounts: Grants::All,
            allowed_ips: Networks::default(),
            metadata: Metadata::default(),
            not_before: None,
            expires_at: None,
            token_ends_at: None,
        }
        .encode()
        .unwrap()
    }

    /// The same, sealed.
    pub(crate) fn sealed(&self, copy: usize, version: u32, standing: Standing) -> Vec<u8> {
        let record = self.record(copy / PEPPERS, version, standing);
        seal::seal(&self.peppers[copy % PEPPERS], &self.digest(copy), record)
    }
}
