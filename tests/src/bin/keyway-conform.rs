//! The Worker held against its own OpenAPI document: a fresh world is furnished
//! with some of everything, and Schemathesis asks it whatever the document allows,
//! and what it does not.
#![allow(
    clippy::disallowed_methods,
    reason = "this program is native: it has files and processes"
)]

use std::{
    env, fs, io,
    path::PathBuf,
    process::{Command, ExitCode},
};

use keyway_tests::{World, conform::Furniture, locate};
use serde_json::Value;

/// What Schemathesis reads, beside the document.
const FILES: [(&str, &str); 2] = [
    (
        "schemathesis.toml",
        include_str!("../../conform/schemathesis.toml"),
    ),
    ("hooks.py", include_str!("../../conform/hooks.py")),
];
/// What it writes.
const REPORT: &str = "report.json";
/// Pictures that keys may have.
const PICTURES: &str = "fuzz/corpus/avatar";

fn main() -> ExitCode {
    let Some(wanted) = Wanted::read() else {
        eprintln!(
            "usage: keyway-conform --schemathesis PROGRAM --document FILE --examples N --seed S \
             [--minutes M]"
        );
        return ExitCode::from(2);
    };
    match wanted.run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What was asked for.
#[derive(Default)]
struct Wanted {
    program: PathBuf,
    document: PathBuf,
    examples: u32,
    seed: u32,
    /// 0 is as long as it takes.
    minutes: u32,
}

impl Wanted {
    fn read() -> Option<Self> {
        let mut wanted = Self::default();
        let mut arguments = env::args().skip(1);
        while let Some(name) = arguments.next() {
            let value = arguments.next()?;
            match name.as_str() {
                "--schemathesis" => wanted.program = value.into(),
                "--document" => wanted.document = value.into(),
                "--examples" => wanted.examples = value.parse().ok()?,
                "--seed" => wanted.seed = value.parse().ok()?,
                "--minutes" => wanted.minutes = value.parse().ok()?,
                _ => return None,
            }
        }
        (wanted.examples > 0).then_some(wanted)
    }

    /// Whether nothing was found.
    fn run(&self) -> io::Result<bool> {
        let world = World::builder()
            .text("VAULT_KEY_1", "a vault key of thirty-two letters")
            .text("IMPORTED_TOKENS", "old_:hex:64")
            .start();
        let furniture = Furniture::of(&world);
        let folder = world.folder();
        for (name, items) in furniture.lists() {
            let lines: String = items.iter().map(|item| format!("\"{item}\"\n")).collect();
            fs::write(folder.join(name), lines)?;
        }
        for (name, text) in FILES {
            fs::write(folder.join(name), text)?;
        }
        let mut program = Command::new(&self.program);
        program
            .current_dir(folder)
            .env("KEYWAY_MANAGEMENT", world.root())
            .env("KEYWAY_VERIFIER", furniture.verifier())
            .env("KEYWAY_PICTURES", locate::project().join(PICTURES))
            .arg("run")
            .arg(&self.document)
            .args(["--url", &world.door().origin()])
            .args(["--max-examples", &self.examples.to_string()])
            .args(["--seed", &self.seed.to_string()])
            .args(["--report", "json", "--report-json-path", REPORT]);
        if self.minutes > 0 {
            let seconds = self.minutes.saturating_mul(60);
            program.args(["--max-time", &seconds.to_string()]);
        }
        let status = program.status()?;
        let unheard = unheard(&fs::read(folder.join(REPORT))?)?;
        if !unheard.is_empty() {
            println!("Never answered well, so try more examples of these: {unheard:?}");
        }
        Ok(status.success() && unheard.is_empty())
    }
}

/// What another operation may have taken away before it is called: a test in
/// workerd has it alone.
const TAKEN_AWAY: &str = "DELETE /v1/sessions/{id}";

/// The operations that refused all that the document allows: with wrong
/// credentials everything would, and nothing would be found.
fn unheard(report: &[u8]) -> io::Result<Vec<String>> {
    let report: Value = serde_json::from_slice(report)?;
    let rates = report.get("valid_rates").and_then(Value::as_object);
    let accepted = |phases: &Value| {
        let phases = phases.as_object().into_iter().flatten();
        let each = phases.filter_map(|(_, rate)| rate.get("accepted")?.as_u64());
        each.sum::<u64>()
    };
    let rates = rates.into_iter().flatten();
    let unheard = rates.filter(|(_, phases)| accepted(phases) == 0);
    let unheard = unheard.filter(|(operation, _)| *operation != TAKEN_AWAY);
    Ok(unheard.map(|(operation, _)| operation.clone()).collect())
}
