//! SQLite, as an object sees it.

pub(crate) mod migrations;
mod row;
mod values;

use core::fmt;

use js_sys::Array;
use keyway_core::{
    digest::Digest,
    feed::{Change, Known},
    problem::Problem,
    record::Standing,
    version::Version,
};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use worker::State;

use crate::{log, platform::words};
pub(crate) use row::Row;
pub(crate) use values::{Values, values};

#[wasm_bindgen]
extern "C" {
    type Storage;

    #[wasm_bindgen(method, getter)]
    fn sql(this: &Storage) -> Sql;

    type Sql;

    #[wasm_bindgen(method, catch, variadic)]
    fn exec(this: &Sql, statement: &str, values: &Array) -> Result<Cursor, JsValue>;

    type Cursor;

    /// Rows as lists of their columns.
    #[wasm_bindgen(method)]
    fn raw(this: &Cursor) -> JsValue;

    /// What `js-sys` has of it does not expect the rows to throw.
    #[wasm_bindgen(catch, js_namespace = Array, js_name = from)]
    fn collected(rows: &JsValue) -> Result<Array, JsValue>;

    /// `worker` 0.8 does not wrap it. Unlike its `transaction`, this one cannot
    /// be interleaved: the work is a plain function.
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &Storage,
        work: &mut dyn FnMut() -> Result<JsValue, JsValue>,
    ) -> Result<JsValue, JsValue>;
}

/// What is done in a transaction. Not `dyn FnMut`: each of those comes with a second
/// function, for being called once, that nobody calls.
pub(crate) trait Work {
    fn run(&mut self) -> Result<(), Problem>;
}

impl<F: FnMut() -> Result<(), Problem>> Work for F {
    fn run(&mut self) -> Result<(), Problem> {
        self()
    }
}

/// What is done with a row. Likewise.
trait Read {
    fn row(&mut self, row: &mut Row) -> Result<(), Fault>;
}

impl<F: FnMut(&mut Row) -> Result<(), Fault>> Read for F {
    fn row(&mut self, row: &mut Row) -> Result<(), Fault> {
        self(row)
    }
}

/// The object's database.
pub(crate) struct Ledger {
    sql: Sql,
    storage: Storage,
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

impl From<JsValue> for Fault {
    fn from(thrown: JsValue) -> Self {
        Self::new(words(&thrown))
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
        let storage: Storage = raw.clone().unchecked_into();
        Self {
            sql: storage.sql(),
            storage,
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
    pub(crate) fn commit(&self, work: &mut dyn Work) -> Result<(), Problem> {
        let mut refused = None;
        let committed = self.storage.transaction_sync(&mut || match work.run() {
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
            (None, Err(error)) => Err(Fault::from(error).into()),
        }
    }

    /// Runs a statement that answers with nothing.
    pub(crate) fn run(&self, statement: &str, values: Values) -> Result<(), Fault> {
        self.rows(statement, values).map(drop)
    }

    /// Every row of the answer, in its order.
    pub(crate) fn all<T>(
        &self,
        statement: &str,
        values: Values,
        read: impl Fn(&mut Row) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let mut found = Vec::new();
        self.each(statement, values, u32::MAX, &mut |row: &mut Row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The first row of the answer, if there is one.
    pub(crate) fn first<T>(
        &self,
        statement: &str,
        values: Values,
        read: impl Fn(&mut Row) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        let mut found = None;
        self.each(statement, values, 1, &mut |row: &mut Row| {
            found = Some(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Up to so many rows. Apart, for once is enough.
    fn each(
        &self,
        statement: &str,
        values: Values,
        most: u32,
        read: &mut dyn Read,
    ) -> Result<(), Fault> {
        let rows = self.rows(statement, values)?;
        for index in 0..rows.length().min(most) {
            let mut row = Row::new(rows.get(index));
            read.row(&mut row)?;
            row.sound()?;
        }
        Ok(())
    }

    /// The cursor is read to its end at once: one that is held across another
    /// statement or a wait is a trap.
    fn rows(&self, statement: &str, Values(values): Values) -> Result<Array, Fault> {
        let cursor = self.sql.exec(statement, &values);
        let rows = cursor.and_then(|cursor| collected(&cursor.raw()));
        Ok(rows?)
    }
}

impl Fault {
    fn unexpected(wanted: &str) -> Self {
        Self::new(format_args!("something else is where {wanted} should be"))
    }
}

/// Reads digest, version and standing.
pub(crate) fn change(row: &mut Row) -> Result<Change, Fault> {
    let digest = Digest::from_bytes(row.blob());
    let version = u32::try_from(row.integer()).ok().and_then(Version::new);
    let standing = u8::try_from(row.integer())
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
