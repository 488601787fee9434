//! SQLite, as an object sees it.

pub(crate) mod migrations;

use core::fmt;

use keyway_core::{
    digest::Digest,
    feed::{Change, Known},
    instant::Instant,
    problem::Problem,
    record::Standing,
    version::Version,
};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use worker::{SqlStorage, SqlStorageValue, State};

use crate::log;

#[wasm_bindgen]
extern "C" {
    type SyncTransactions;

    /// `worker` 0.8 does not wrap it. Unlike its `transaction`, this one cannot
    /// be interleaved: the work is a plain function.
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &SyncTransactions,
        work: &mut dyn FnMut() -> Result<JsValue, JsValue>,
    ) -> Result<JsValue, JsValue>;
}

/// The object's database.
pub(crate) struct Ledger {
    sql: SqlStorage,
    transactions: SyncTransactions,
}

/// The database said no, or holds something that no version of ours wrote. What
/// exactly has been logged where it was found; the caller learns that it was
/// our mistake and no more.
#[derive(Debug)]
pub(crate) struct Fault(());

impl Fault {
    fn new(what: impl fmt::Display) -> Self {
        log::fault("database", what);
        Self(())
    }

    /// A column that holds something it cannot.
    pub(crate) fn column(name: &str) -> Self {
        Self::new(format_args!("the column {name} holds something unreadable"))
    }
}

impl From<worker::Error> for Fault {
    fn from(error: worker::Error) -> Self {
        Self::new(error)
    }
}

impl From<Fault> for Problem {
    fn from(Fault(()): Fault) -> Self {
        Self::internal()
    }
}

impl Ledger {
    pub(crate) fn open(state: &State) -> Self {
        let storage = state.storage();
        let raw: &JsValue = storage.as_raw().as_ref();
        Self {
            sql: storage.sql(),
            transactions: raw.clone().unchecked_into(),
        }
    }

    /// All of `work`, or nothing of it: an error undoes what was written.
    pub(crate) fn atomically<T>(
        &self,
        work: impl FnOnce() -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let mut work = Some(work);
        let mut outcome = None;
        self.commit(&mut || match work.take().map(|work| work()) {
            Some(Ok(value)) => {
                outcome = Some(value);
                Ok(())
            }
            Some(Err(problem)) => Err(problem),
            None => Err(Problem::internal()),
        })?;
        outcome.ok_or_else(Problem::internal)
    }

    /// The same for work that has no answer. Apart, for once is enough.
    pub(crate) fn commit(
        &self,
        work: &mut dyn FnMut() -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let mut refused = None;
        let committed = self.transactions.transaction_sync(&mut || match work() {
            Ok(()) => Ok(JsValue::UNDEFINED),
            // Throwing is how the runtime is told to roll back.
            Err(problem) => {
                refused = Some(problem);
                Err(JsValue::from_str("rolled back"))
            }
        });
        match (refused, committed) {
            (Some(problem), _) => Err(problem),
            (None, Ok(_)) => Ok(()),
            (None, Err(error)) => Err(Fault::from(worker::Error::from(error)).into()),
        }
    }

    /// Runs a statement that answers with nothing.
    pub(crate) fn run(&self, statement: &str, bindings: Vec<SqlStorageValue>) -> Result<(), Fault> {
        self.sql.exec(statement, bindings)?;
        Ok(())
    }

    /// Every row of the answer, in its order.
    pub(crate) fn all<T>(
        &self,
        statement: &str,
        bindings: Vec<SqlStorageValue>,
        read: impl Fn(&mut Row) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let mut found = Vec::new();
        for mut row in self.rows(statement, bindings)? {
            found.push(read(&mut row)?);
        }
        Ok(found)
    }

    /// The first row of the answer, if there is one.
    pub(crate) fn first<T>(
        &self,
        statement: &str,
        bindings: Vec<SqlStorageValue>,
        read: impl Fn(&mut Row) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        match self.rows(statement, bindings)?.first_mut() {
            Some(row) => read(row).map(Some),
            None => Ok(None),
        }
    }

    /// The cursor is read to its end at once: one that is held across another
    /// statement or a wait is a trap.
    fn rows(&self, statement: &str, bindings: Vec<SqlStorageValue>) -> Result<Vec<Row>, Fault> {
        let mut rows = Vec::new();
        for values in self.sql.exec(statement, bindings)?.raw() {
            rows.push(Row {
                values: values?.into_iter(),
            });
        }
        Ok(rows)
    }
}

/// One row, whose columns are taken from left to right.
pub(crate) struct Row {
    values: std::vec::IntoIter<SqlStorageValue>,
}

impl Row {
    pub(crate) fn text(&mut self) -> Result<String, Fault> {
        self.optional_text()?
            .ok_or_else(|| Fault::new("a text is null"))
    }

    pub(crate) fn optional_text(&mut self) -> Result<Option<String>, Fault> {
        match self.values.next() {
            Some(SqlStorageValue::String(text)) => Ok(Some(text)),
            Some(SqlStorageValue::Null) => Ok(None),
            other => Err(Fault::unexpected("a text", other.as_ref())),
        }
    }

    pub(crate) fn integer(&mut self) -> Result<i64, Fault> {
        self.optional_integer()?
            .ok_or_else(|| Fault::new("a number is null"))
    }

    pub(crate) fn optional_integer(&mut self) -> Result<Option<i64>, Fault> {
        match self.values.next() {
            Some(SqlStorageValue::Integer(value)) => Ok(Some(value)),
            Some(SqlStorageValue::Null) => Ok(None),
            other => Err(Fault::unexpected("a number", other.as_ref())),
        }
    }

    pub(crate) fn blob<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        match self.values.next() {
            Some(SqlStorageValue::Blob(bytes)) => bytes
                .try_into()
                .map_err(|_| Fault::new("a blob is of another length")),
            other => Err(Fault::unexpected("a blob", other.as_ref())),
        }
    }

    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>, Fault> {
        match self.values.next() {
            Some(SqlStorageValue::Blob(bytes)) => Ok(bytes),
            other => Err(Fault::unexpected("a blob", other.as_ref())),
        }
    }

    pub(crate) fn version(&mut self) -> Result<Version, Fault> {
        let version = u32::try_from(self.integer()?).ok().and_then(Version::new);
        version.ok_or_else(|| Fault::column("of a version"))
    }

    pub(crate) fn instant(&mut self) -> Result<Instant, Fault> {
        Instant::from_millis(self.integer()?).ok_or_else(|| Fault::column("of an instant"))
    }

    pub(crate) fn optional_instant(&mut self) -> Result<Option<Instant>, Fault> {
        self.optional_integer()?
            .map(|millis| {
                Instant::from_millis(millis).ok_or_else(|| Fault::column("of an instant"))
            })
            .transpose()
    }
}

impl Fault {
    fn unexpected(wanted: &str, found: Option<&SqlStorageValue>) -> Self {
        let found = match found {
            None => "no column",
            Some(SqlStorageValue::Null) => "null",
            Some(SqlStorageValue::Boolean(_)) => "a boolean",
            Some(SqlStorageValue::Integer(_) | SqlStorageValue::Float(_)) => "a number",
            Some(SqlStorageValue::String(_)) => "a text",
            Some(SqlStorageValue::Blob(_)) => "a blob",
        };
        Self::new(format_args!("{found} where {wanted} should be"))
    }
}

/// Reads digest, version and standing.
pub(crate) fn change(row: &mut Row) -> Result<Change, Fault> {
    let digest = Digest::from_bytes(row.blob()?);
    let version = u32::try_from(row.integer()?).ok().and_then(Version::new);
    let standing = u8::try_from(row.integer()?)
        .ok()
        .and_then(Standing::from_byte);
    match (version, standing) {
        (Some(version), Some(standing)) => Ok(Change {
            digest,
            known: Known { version, standing },
        }),
        _ => Err(Fault::column("of a change")),
    }
}

/// For a binding.
pub(crate) fn instant(at: Instant) -> SqlStorageValue {
    SqlStorageValue::Integer(at.as_millis())
}

/// For a binding.
pub(crate) fn optional_instant(at: Option<Instant>) -> SqlStorageValue {
    at.map_or(SqlStorageValue::Null, instant)
}

/// For a binding.
pub(crate) fn blob(bytes: &[u8]) -> SqlStorageValue {
    SqlStorageValue::Blob(bytes.to_vec())
}
