//! The part of a history that a violation is about, for people.

use super::{At, History, Violation};

/// How much of what happened before a violation is told.
const BEFORE: At = At::from_secs(4);
/// And of what was done to the world.
const NOTES_BEFORE: At = At::from_secs(6);

impl History {
    /// What happened to that key and around that time, line by line.
    #[must_use]
    pub fn story(&self, violation: &Violation) -> String {
        let mut lines: Vec<(At, String)> = Vec::new();
        let near = |at: At| at + BEFORE >= violation.at && at <= violation.at;
        for change in self
            .changes
            .iter()
            .filter(|change| Some(change.key) == violation.key && change.start <= violation.at)
        {
            let text = format!(
                "{} … {}: {:?}",
                change.action,
                seconds(change.end),
                change.outcome
            );
            lines.push((change.start, text));
        }
        for reading in &self.readings {
            if Some(reading.key) == violation.key && near(reading.end) {
                let strong = if reading.strong { " (strong)" } else { "" };
                let text = format!(
                    "{}{strong}, {} … {}: {}",
                    reading.isolate,
                    reading.ask,
                    seconds(reading.end),
                    reading.code
                );
                lines.push((reading.start, text));
            }
        }
        let kills = self.kills.iter().map(|at| (*at, "kill -9".to_owned()));
        let notes = self.notes.iter().cloned();
        let told =
            |(at, _): &(At, String)| *at + NOTES_BEFORE >= violation.at && *at <= violation.at;
        lines.extend(kills.chain(notes).filter(told));
        lines.sort();
        let mut text = format!("{}\n  {}\n", violation.rule, violation.text);
        if let Some(key) = violation.key {
            text += &format!("  key {key}, at {}\n", seconds(violation.at));
        }
        for (at, line) in lines {
            text += &format!("  {} {line}\n", seconds(at));
        }
        text
    }
}

fn seconds(at: At) -> String {
    format!("{:8.3}", at.as_secs_f64())
}
