//! The section of the page, which is shown at the terminal as well.

use super::{Report, number, table::Table};
use crate::{lineup::Who, rounds::Line};

/// All of it, in Markdown.
pub(super) fn section(report: &Report) -> String {
    let parts = [
        about(report),
        notes(report),
        "![Verifications per second](images/bench-verify.svg)\n".to_owned(),
        format!("### Under load\n\n{}", load(report)),
        format!("### Against the budgets\n\n{}", budgets(report)),
        format!("### One request now and then\n\n{}", singles(report)),
        format!("### Start and size\n\n{}", starts(report)),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n").trim_end().to_owned()
}

fn about(report: &Report) -> String {
    let versions = &report.versions;
    let options = &report.options;
    format!(
        "Measured on {date} on {processors} CPUs: Keyway {keyway}, workerd {workerd}, \
         Hono {hono}, better-auth {better_auth} on Node {node}. {rounds} rounds of {seconds} s for \
         each, {connections} connections, {keys} keys. Numbers are medians of the rounds, with the \
         quartiles in brackets.\n",
        date = report.date,
        processors = report.processors,
        keyway = versions.keyway,
        workerd = versions.workerd,
        hono = versions.hono,
        better_auth = versions.better_auth,
        node = versions.node.trim_start_matches('v'),
        rounds = options.rounds,
        seconds = options.slice.as_secs_f64(),
        connections = options.connections,
        keys = number::whole(f64::from(u32::try_from(options.keys).unwrap_or(u32::MAX))),
    )
}

fn load(report: &Report) -> String {
    let mut table = Table::new(&[
        "",
        "requests/s",
        "× floor",
        "p50",
        "p99",
        "CPU per request",
        "CPU busy",
        "memory",
    ]);
    for line in &report.lines {
        table.row([
            line.who.to_string(),
            number::rate(line.rate()),
            number::ratio(report.ratio(line.who, line.who.floor())),
            middle(line.p50(), number::millis),
            middle(line.p99(), number::millis),
            middle(line.cost(), number::micros),
            middle(line.busy(), number::percent),
            line.memory.map_or_else(number::nothing, number::megabytes),
        ]);
    }
    table.to_string()
}

fn middle(spread: Option<crate::stats::Spread>, show: fn(f64) -> String) -> String {
    spread.map_or_else(number::nothing, |spread| show(spread.median))
}

/// What must be at least so many times what.
const BUDGETS: [(&str, Who, Who, f64); 5] = [
    ("`POST /v1/verify`, of the floor", Who::Hot, Who::Floor, 0.8),
    (
        "`POST /v1/verify`, of Hono with the same request",
        Who::Hot,
        Who::Hono,
        2.0,
    ),
    (
        "`POST /v1/verify`, of Hono with the client's token only",
        Who::Hot,
        Who::HonoAuth,
        2.0,
    ),
    (
        "`GET /v1/auth`, of its floor",
        Who::Auth,
        Who::AuthFloor,
        0.8,
    ),
    (
        "`GET /v1/auth`, of Hono with the client's token only",
        Who::Auth,
        Who::HonoAuth,
        2.0,
    ),
];

fn budgets(report: &Report) -> String {
    let mut table = Table::new(&[
        "valid, warm",
        "budget",
        "by requests/s",
        "by CPU time",
        "kept",
    ]);
    for (what, this, that, least) in BUDGETS {
        let Some(ratio) = report.ratio(this, that) else {
            continue;
        };
        let is_kept = ratio.median >= least;
        table.row([
            what.to_owned(),
            format!("≥ {least:.1}"),
            number::ratio(Some(ratio)),
            number::ratio(report.ratio_of_cost(this, that)),
            if is_kept { "yes" } else { "**no**" }.to_owned(),
        ]);
    }
    table.to_string()
}

fn singles(report: &Report) -> String {
    let mut table = Table::new(&["", "p50", "p99"]);
    for single in &report.singles {
        table.row([
            single.who.to_string(),
            number::millis(f64::from(single.p50)),
            number::millis(f64::from(single.p99)),
        ]);
    }
    let count = report.options.singles;
    format!("{count} requests to each, more than a second apart.\n\n{table}")
}

fn starts(report: &Report) -> String {
    let mut text = String::new();
    if let Some(startup) = &report.startup {
        let mut table = Table::new(&[
            "from the start of workerd",
            "median",
            "lower quartile",
            "upper quartile",
        ]);
        for (what, spread) in [
            ("a Worker that does nothing", startup.hello),
            ("Hono's Worker", startup.hono),
            ("Keyway, to `GET /healthz`", startup.keyway),
            (
                "… and to its first verdict, in addition",
                startup.first_verification,
            ),
        ] {
            let show = |seconds: f64| format!("{:.1} ms", seconds * 1e3);
            table.row([
                what.to_owned(),
                show(spread.median),
                show(spread.lower),
                show(spread.upper),
            ]);
        }
        text = format!("{table}\n");
    }
    let mut table = Table::new(&["size", "as it is", "gzipped"]);
    for (what, size) in [
        ("Keyway, wasm", report.sizes.wasm),
        ("Keyway, script", report.sizes.script),
        ("Hono's Worker, script", report.sizes.hono),
    ] {
        table.row([
            what.to_owned(),
            number::kilobytes(size.raw),
            number::kilobytes(size.gzipped),
        ]);
    }
    format!("{text}{table}")
}

/// Below this share of a CPU the floor was not what was measured.
const UNDISTURBED: f64 = 0.85;

fn notes(report: &Report) -> String {
    let broken: usize = report.lines.iter().map(Line::broken).sum();
    let mut notes = report.notes.clone();
    if broken > 0 {
        notes.push(format!("{broken} connections broke and were opened again."));
    }
    let floor = report.line(Who::Floor).and_then(Line::busy);
    if let Some(busy) = floor.filter(|busy| busy.median < UNDISTURBED) {
        notes.push(format!(
            "The floor had a CPU for {} of the time only: the machine did something else \
             meanwhile. Ratios by CPU time suffer least from that.",
            number::percent(busy.median)
        ));
    }
    notes.iter().map(|note| format!("- {note}\n")).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{super::sample, *};

    #[test]
    fn the_section_tells_everything_once() {
        let text = section(&sample::report());
        for part in [
            "Measured on 2026-11-22 on 2 CPUs: Keyway 0.1.0, workerd 2026-11-17, Hono 4.13.19",
            "80 rounds of 0.15 s for each, 8 connections, 1,000 keys",
            "8,500 (7,750–9,250) | 0.60 (0.55–0.65) | 0.30 ms | 2.00 ms |",
            "≥ 0.8 | 0.60 (0.55–0.65) |",
            "**no**",
            "0.65 ms | 1.25 ms |",
            "133.7 KB",
            "- Something is different.",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }

    #[test]
    fn a_machine_that_did_something_else_is_noticed() {
        let mut report = sample::report();
        assert!(!notes(&report).contains("something else"));
        for slice in report.lines.iter_mut().flat_map(|line| &mut line.slices) {
            slice.took = Duration::from_secs(2);
        }
        assert!(notes(&report).contains("a CPU for 50 % of the time only"));
    }

    #[test]
    fn a_budget_of_what_was_not_measured_is_left_out() {
        assert!(!budgets(&sample::report()).contains("/v1/auth"));
    }
}
