//! The bytes of a record, without their seal.

use core::fmt::Debug;

use keyway_core::record::{KeyRecord, Record, RecordError, VerifierRecord};

/// What is read is written again to the very same bytes, so that no two records
/// say the same; a record of one kind is none of the other.
pub fn run(bytes: &[u8]) {
    one::<KeyRecord, VerifierRecord>(bytes);
    one::<VerifierRecord, KeyRecord>(bytes);
    // Most inputs would end at the two bytes that begin every record.
    one::<KeyRecord, VerifierRecord>(&[&[1, 1], bytes].concat());
    one::<VerifierRecord, KeyRecord>(&[&[1, 2], bytes].concat());
}

fn one<R, Other>(bytes: &[u8])
where
    R: Record + PartialEq + Debug,
    Other: Record + PartialEq + Debug,
{
    let Ok(record) = R::decode(bytes) else {
        return;
    };
    assert_eq!(record.encode().unwrap(), bytes, "{record:?}");
    assert_eq!(Other::decode(bytes), Err(RecordError::WrongKind));
    let longer = [bytes, &[0]].concat();
    assert_eq!(R::decode(&longer), Err(RecordError::Unreadable));
    let (_, shorter) = bytes.split_last().unwrap();
    assert_eq!(R::decode(shorter), Err(RecordError::Unreadable));
    let later = [&[2], &bytes[1..]].concat();
    assert_eq!(R::decode(&later), Err(RecordError::UnknownFormat));
}
