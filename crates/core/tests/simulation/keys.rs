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

pub(crate) struct TestKey {
    pub(crate) hash: TokenHash,
    pub(crate) digest: Digest,
    pub(crate) store_key: String,
    pub(crate) question: Question,
    pub(crate) strong: Question,
    id: KeyId,
}

pub(crate) struct Keys {
    pub(crate) peppers: Peppers,
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
    let secret = Secret::new("p".repeat(40));
    let pepper = Pepper::new(PepperNumber::new(1).unwrap(), &secret).unwrap();
    let workspace = WorkspaceName::default_workspace();
    let ask = |token: &str, consistency: &str| {
        let body = format!(r#"{{"token":"{token}","consistency":"{consistency}"}}"#);
        Question::read(&Json::parse(body.as_bytes()).unwrap()).unwrap()
    };
    let keys = (0..COUNT)
        .map(|_| {
            let token = mint_api(&ApiPrefix::default(), Environment::Live, &mut random).unwrap();
            let digest = pepper.digest(DigestKind::Key, &workspace, &token.hash());
            TestKey {
                hash: token.hash(),
                digest,
                store_key: digest.store_key(DigestKind::Key),
                question: ask(token.reveal(), "eventual"),
                strong: ask(token.reveal(), "strong"),
                id: KeyId::mint(&mut random).unwrap(),
            }
        })
        .collect();
    Keys {
        peppers: Peppers::new(pepper, None),
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

    pub(crate) fn by_store_key(&self, name: &str) -> usize {
        self.keys
            .iter()
            .position(|key| key.store_key == name)
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
    pub(crate) fn sealed(&self, key: usize, version: u32, standing: Standing) -> Vec<u8> {
        let record = self.record(key, version, standing);
        seal::seal(self.peppers.current(), &self.keys[key].digest, record)
    }
}
