//! The rounds: everybody once, one after the other, each time beginning with
//! another, so that nobody always has the warm or the noisy moment.

use anyhow::{Context as _, Result};

use crate::{
    cpu,
    lineup::{Contender, Who},
    load::{self, Slice},
    options::Options,
};

/// What one contender did in all rounds.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) who: Who,
    /// One for each round.
    pub(crate) slices: Vec<Slice>,
    /// Of its process at the end, in bytes.
    pub(crate) memory: Option<u64>,
}

pub(crate) fn run(contenders: &[Contender], options: &Options) -> Result<Vec<Line>> {
    let mut lines: Vec<Line> = contenders
        .iter()
        .map(|contender| Line {
            who: contender.who,
            slices: Vec::new(),
            memory: None,
        })
        .collect();
    for round in 0..options.rounds {
        eprintln!(
            "bench: round {} of {} …",
            round.saturating_add(1),
            options.rounds
        );
        let mut order: Vec<_> = lines.iter_mut().zip(contenders).collect();
        let warm_up = if round == 0 {
            options.first_warm_up
        } else {
            options.warm_up
        };
        let turn = usize::try_from(round).unwrap_or_default() % order.len().max(1);
        order.rotate_left(turn);
        for (line, contender) in order {
            let slice = load::slice(&contender.target, warm_up, options)
                .with_context(|| contender.who.to_string())?;
            line.slices.push(slice);
            line.memory = cpu::memory(contender.target.process);
        }
    }
    Ok(lines)
}
