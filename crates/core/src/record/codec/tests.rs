use proptest::prelude::*;

use super::*;
use crate::{
    id::{KeyId, VerifierId},
    scope::{AccountId, ScopeId},
};

fn full() -> KeyRecord {
    KeyRecord {
        key: KeyId::parse("key_0123456789ABCDEFGHIJab").unwrap(),
        version: Version::new(7).unwrap(),
        standing: Standing::Blocked,
        environment: Environment::Test,
        name: Name::parse("Ré").unwrap(),
        scopes: Grants::Some(
            ["a:read", "b"]
                .map(|id| ScopeId::parse(id).unwrap())
                .into_iter()
                .collect(),
        ),
        accounts: Grants::All,
        allowed_ips: Networks::from_stored("10.0.0.0/8\n").unwrap(),
        metadata: Metadata::from_stored(r#"{"a":1}"#.to_owned()).unwrap(),
        not_before: Instant::from_millis(1),
        expires_at: Instant::from_millis(2),
        token_ends_at: Instant::from_millis(3),
    }
}

/// The stored shape. A change here needs a migration of every published record:
/// say how in the commit, and keep reading what stands here.
#[test]
fn the_shape_of_a_key_record_is_pinned() {
    let bytes = [
        b"\x01\x01".as_slice(),
        b"\x01\x00\x1akey_0123456789ABCDEFGHIJab",
        b"\x02\x00\x04\x00\x00\x00\x07",
        b"\x03\x00\x01\x02",
        b"\x04\x00\x03R\xc3\xa9",
        b"\x05\x00\x04test",
        b"\x06\x00\x08a:read\nb",
        b"\x07\x00\x01*",
        b"\x08\x00\x08\x00\x00\x00\x00\x00\x00\x00\x01",
        b"\x09\x00\x08\x00\x00\x00\x00\x00\x00\x00\x02",
        b"\x0a\x00\x08\x00\x00\x00\x00\x00\x00\x00\x03",
        b"\x0b\x00\x0b10.0.0.0/8\n",
        b"\x0c\x00\x07{\"a\":1}",
    ]
    .concat();
    assert_eq!(full().encode().unwrap(), bytes);
    assert_eq!(KeyRecord::decode(&bytes), Ok(full()));
}

/// As they were written before keys had networks and metadata, and as they still
/// are for keys without.
#[test]
fn a_record_without_the_younger_fields_is_read() {
    let bare = KeyRecord {
        allowed_ips: Networks::default(),
        metadata: Metadata::default(),
        ..full()
    };
    let bytes = bare.encode().unwrap();
    assert!(bytes.ends_with(b"\x0a\x00\x08\x00\x00\x00\x00\x00\x00\x00\x03"));
    assert_eq!(KeyRecord::decode(&bytes), Ok(bare));
}

/// As above.
#[test]
fn the_shape_of_a_verifier_record_is_pinned() {
    let record = VerifierRecord {
        verifier: VerifierId::parse("ver_0123456789ABCDEFGHIJab").unwrap(),
        version: Version::FIRST,
        standing: Standing::Revoked,
        name: Name::parse("Gateway").unwrap(),
        token_ends_at: None,
    };
    let bytes = [
        b"\x01\x02".as_slice(),
        b"\x01\x00\x1aver_0123456789ABCDEFGHIJab",
        b"\x02\x00\x04\x00\x00\x00\x01",
        b"\x03\x00\x01\x03",
        b"\x04\x00\x07Gateway",
    ]
    .concat();
    assert_eq!(record.encode().unwrap(), bytes);
    assert_eq!(VerifierRecord::decode(&bytes), Ok(record.clone()));
    assert_eq!(KeyRecord::decode(&bytes), Err(RecordError::WrongKind));

    // With the end of a grace, which those before rotations never have.
    let ending = VerifierRecord {
        token_ends_at: Instant::from_millis(3),
        ..record
    };
    let bytes = [
        &bytes,
        b"\x0a\x00\x08\x00\x00\x00\x00\x00\x00\x00\x03".as_slice(),
    ]
    .concat();
    assert_eq!(ending.encode().unwrap(), bytes);
    assert_eq!(VerifierRecord::decode(&bytes), Ok(ending));
}

#[test]
fn promise_8_what_a_newer_version_wrote_is_refused_not_guessed() {
    let mut bytes = full().encode().unwrap();
    bytes.extend_from_slice(b"\x0d\x00\x01x");
    assert_eq!(KeyRecord::decode(&bytes), Err(RecordError::Unreadable));
    bytes[0] = 2;
    assert_eq!(KeyRecord::decode(&bytes), Err(RecordError::UnknownFormat));
}

#[test]
fn a_record_that_says_the_same_in_other_bytes_is_refused() {
    let bytes = full().encode().unwrap();
    for (written, other) in [
        (b"R\xc3\xa9".as_slice(), b"R\x20\x20".as_slice()),
        (b"a:read\nb", b"b\na:read"),
        (b"a:read\nb", b"b\nb\nb\nbb"),
    ] {
        let at = bytes.windows(written.len()).position(|w| w == written);
        let mut changed = bytes.clone();
        changed[at.unwrap()..][..other.len()].copy_from_slice(other);
        assert_eq!(KeyRecord::decode(&changed), Err(RecordError::Unreadable));
    }
}

fn ids<T: Ord + std::fmt::Debug>(parse: fn(&str) -> T) -> impl Strategy<Value = Grants<T>> {
    prop_oneof![
        Just(()).prop_map(|()| Grants::All),
        prop::collection::vec("[a-z0-9][a-z0-9:._-]{0,10}", 0..5)
            .prop_map(move |ids| Grants::Some(ids.iter().map(|id| parse(id)).collect())),
    ]
}

fn instants() -> impl Strategy<Value = Option<Instant>> {
    prop::option::of(
        (0..=Instant::LAST.as_millis()).prop_map(|at| Instant::from_millis(at).unwrap()),
    )
}

prop_compose! {
    fn records()(
        version in 1_u32.., standing in prop_oneof![
            Just(Standing::Active), Just(Standing::Blocked), Just(Standing::Revoked),
        ],
        test: bool,
        name in "[a-zA-Zéم]{1,20}",
        scopes in ids(|id| ScopeId::parse(id).unwrap()),
        accounts in ids(|id| AccountId::parse(id).unwrap()),
        not_before in instants(), expires_at in instants(), token_ends_at in instants(),
    ) -> KeyRecord {
        KeyRecord {
            version: Version::new(version).unwrap(),
            standing,
            environment: if test { Environment::Test } else { Environment::Live },
            name: Name::parse(&name).unwrap(),
            scopes, accounts, not_before, expires_at, token_ends_at,
            ..full()
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(record in records()) {
        prop_assert_eq!(KeyRecord::decode(&record.encode().unwrap()), Ok(record));
    }

    #[test]
    fn promise_11_a_torn_or_garbled_record_is_refused(
        record in records(), at: prop::sample::Index, byte: u8, more: Vec<u8>,
    ) {
        let bytes = record.encode().unwrap();
        let at = at.index(bytes.len());
        // The optional instants stand at the end: a record torn exactly between
        // two of them would read as one without. Only the seal tells those apart.
        let _ = KeyRecord::decode(&bytes[..at]);
        let mut garbled = bytes.clone();
        garbled[at] = byte;
        let _ = KeyRecord::decode(&garbled);
        let _ = VerifierRecord::decode(&garbled);
        let longer = [bytes.as_slice(), &more].concat();
        prop_assert_eq!(KeyRecord::decode(&longer).is_ok(), more.is_empty());
    }

    #[test]
    fn promise_11_no_bytes_make_the_decoder_panic(bytes: Vec<u8>) {
        let _ = KeyRecord::decode(&bytes);
        let _ = VerifierRecord::decode(&[b"\x01\x02".as_slice(), &bytes].concat());
        let _ = KeyRecord::decode(&[b"\x01\x01".as_slice(), &bytes].concat());
    }
}
