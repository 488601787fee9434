//! Statements in the object of a workspace, in the runtime's own SQLite: what an
//! older version left there, or more than calls would make in a test's time.

use std::fs;

use serde_json::Value;

use crate::{Request, World};

/// Stands in for the Worker meanwhile.
const SCRIPT: &str = include_str!("../workers/sql.js");

/// When the alarm of the object goes off, in milliseconds since 1970.
///
/// # Panics
/// When none is set.
pub fn alarm(world: &mut World) -> u128 {
    let at = run(world, "").as_u64().expect("an alarm");
    u128::from(at)
}

/// Runs them, and gives back the rows of the last one. The Worker is ended for that
/// and started again.
///
/// # Panics
/// When one is wrong.
pub fn run(world: &mut World, statements: &str) -> Value {
    let script = world.folder().join("index.js");
    let worker = fs::read(&script).expect("the Worker's script");
    world.terminate();
    fs::write(&script, SCRIPT).expect("a script in its place");
    world.start_again();
    let answer = world.send(&Request::post("/").body(statements)).expect(200);
    world.terminate();
    fs::write(&script, worker).expect("the Worker's script again");
    world.start_again();
    answer.json()
}
