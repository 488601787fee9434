//! From measurements to a page and a picture.

mod document;
mod number;
mod picture;
mod table;
mod text;

use std::fs;

use anyhow::{Context as _, Result};
use time::Date;

use crate::{
    lineup::Who,
    load::Slice,
    options::Options,
    place,
    rounds::Line,
    size::Sizes,
    sparse::Single,
    startup::Startup,
    stats::{Spread, ratios},
};

/// All that a run brought.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) date: Date,
    pub(crate) processors: usize,
    pub(crate) versions: Versions,
    pub(crate) options: Options,
    pub(crate) lines: Vec<Line>,
    pub(crate) singles: Vec<Single>,
    pub(crate) startup: Option<Startup>,
    pub(crate) sizes: Sizes,
    pub(crate) notes: Vec<String>,
}

/// Of what was measured.
#[derive(Debug)]
pub(crate) struct Versions {
    pub(crate) keyway: String,
    pub(crate) workerd: String,
    pub(crate) node: String,
    pub(crate) hono: String,
    pub(crate) better_auth: String,
}

impl Report {
    fn line(&self, who: Who) -> Option<&Line> {
        self.lines.iter().find(|line| line.who == who)
    }

    /// How many requests one answers while the other answers one.
    fn ratio(&self, this: Who, to_that: Who) -> Option<Spread> {
        let rates = |who| {
            let slices = self.line(who)?.slices.iter();
            Some(slices.map(Slice::rate).collect::<Vec<_>>())
        };
        ratios(&rates(this)?, &rates(to_that)?)
    }

    /// The same for each second of CPU time instead of each second.
    fn ratio_of_cost(&self, this: Who, to_that: Who) -> Option<Spread> {
        let costs = |who| {
            let slices = self.line(who)?.slices.iter();
            Some(
                slices
                    .map(|slice| slice.cost().unwrap_or(0.0))
                    .collect::<Vec<_>>(),
            )
        };
        ratios(&costs(to_that)?, &costs(this)?)
    }
}

impl Line {
    fn rate(&self) -> Option<Spread> {
        Spread::of(self.slices.iter().map(Slice::rate))
    }

    /// Seconds of CPU time for a request.
    fn cost(&self) -> Option<Spread> {
        Spread::of(self.slices.iter().filter_map(Slice::cost))
    }

    fn busy(&self) -> Option<Spread> {
        Spread::of(self.slices.iter().filter_map(Slice::busy))
    }

    /// Nanoseconds.
    fn p50(&self) -> Option<Spread> {
        Spread::of(self.slices.iter().map(|slice| f64::from(slice.p50)))
    }

    fn p99(&self) -> Option<Spread> {
        Spread::of(self.slices.iter().map(|slice| f64::from(slice.p99)))
    }

    fn broken(&self) -> usize {
        self.slices.iter().map(|slice| slice.broken).sum()
    }
}

/// Shows the result, and writes it where it belongs.
pub(crate) fn publish(report: &Report) -> Result<()> {
    let section = text::section(report);
    let picture = picture::draw(report);
    println!("{section}");
    if !report.options.is_whole() {
        // A glance is no evidence.
        place::write(&place::aside("verify.md"), &section)?;
        place::write(&place::aside("verify.svg"), &picture)?;
        eprintln!(
            "bench: this run is kept in build/bench, not in {}",
            place::PAGE
        );
        return Ok(());
    }
    let page = place::project(place::PAGE);
    let old = fs::read_to_string(&page).with_context(|| format!("cannot read {}", place::PAGE))?;
    let new = document::with_section(&old, &section)
        .with_context(|| format!("{} has no place for the result", place::PAGE))?;
    place::write(&page, &new)?;
    place::write(&place::project(place::PICTURE), &picture)?;
    eprintln!("bench: written to {} and {}", place::PAGE, place::PICTURE);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_taken_within_each_round() {
        let report = sample::report();
        let ratio = report.ratio(Who::Hot, Who::Floor).unwrap();
        assert_eq!(number::ratio(Some(ratio)), "0.60 (0.55–0.65)");
        assert_eq!(report.ratio(Who::Auth, Who::AuthFloor), None);
    }

    #[test]
    fn a_ratio_of_cost_says_how_many_for_the_same_cpu_time() {
        let report = sample::report();
        let ratio = report.ratio_of_cost(Who::Hot, Who::Floor).unwrap();
        assert!((ratio.median - 0.6).abs() < 1e-9, "{ratio:?}");
    }
}

/// A run that never was, for the tests of what is made of one.
#[cfg(test)]
mod sample {
    use std::time::Duration;

    use time::Month;

    use super::*;
    use crate::size::Size;

    pub(super) fn report() -> Report {
        let size = Size {
            raw: 355_163,
            gzipped: 133_700,
        };
        let spread = |median| Spread {
            lower: median * 0.9,
            median,
            upper: median * 1.1,
        };
        Report {
            date: Date::from_calendar_date(2026, Month::November, 22).unwrap(),
            processors: 2,
            versions: Versions {
                keyway: "0.1.0".to_owned(),
                workerd: "2026-11-17".to_owned(),
                node: "v24.21.0".to_owned(),
                hono: "4.13.19".to_owned(),
                better_auth: "1.7.5".to_owned(),
            },
            options: Options::full(),
            lines: vec![
                line(Who::Floor, &[20_000, 10_000]),
                line(Who::Hot, &[10_000, 7_000]),
                line(Who::Hono, &[4_000, 3_000]),
            ],
            singles: vec![Single {
                who: Who::Hot,
                p50: 650_000,
                p99: 1_250_000,
            }],
            startup: Some(Startup {
                hello: spread(0.1),
                hono: spread(0.11),
                keyway: spread(0.15),
                first_verification: spread(0.005),
            }),
            sizes: Sizes {
                wasm: size,
                script: size,
                hono: size,
            },
            notes: vec!["Something is different.".to_owned()],
        }
    }

    fn line(who: Who, requests: &[usize]) -> Line {
        let slices = requests.iter().map(|requests| Slice {
            requests: *requests,
            took: Duration::from_secs(1),
            p50: 300_000,
            p99: 2_000_000,
            cpu: Some(Duration::from_secs(1)),
            broken: 0,
        });
        Line {
            who,
            slices: slices.collect(),
            memory: Some(64_000_000),
        }
    }
}
