//! The picture: a bar for each contender, as long as it is fast, with a thin
//! line along the middle half of its rounds.
//!
//! It stands on no ground of its own and takes its colours from the reader's
//! scheme, so that it can be read on a light and on a dark page.

use std::fmt::Write as _;

use super::{Report, number};
use crate::{lineup::Who, rounds::Line};

const WIDTH: u32 = 860;
const TOP: u32 = 44;
const ROW: u32 = 30;
const BAR: u32 = 16;
/// Where the bars begin, and how long the longest is.
const LEFT: f64 = 250.0;
const LONGEST: f64 = 380.0;

const STYLE: &str = "\
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.title { font-weight: 600; font-size: 15px; }
.said { fill: #59636e; }
.floor { fill: #afb8c1; } .keyway { fill: #0a7c66; } .peer { fill: #8c6bd1; }
.span { stroke: #1f2328; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; } .said { fill: #9198a1; }
.floor { fill: #656c76; } .keyway { fill: #2bb596; } .peer { fill: #a98bea; }
.span { stroke: #f0f6fc; }
}";

/// The picture, as SVG.
pub(super) fn draw(report: &Report) -> String {
    let rows = u32::try_from(report.lines.len()).unwrap_or_default();
    let height = TOP
        .saturating_add(rows.saturating_mul(ROW))
        .saturating_add(8);
    let fastest = report
        .lines
        .iter()
        .filter_map(|line| Some(line.rate()?.upper))
        .fold(1.0, f64::max);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"Verifications per second\">\n<style>\n{STYLE}\n</style>\n\
         <text class=\"title\" x=\"8\" y=\"24\">Verifications per second, {date}</text>\n",
        date = report.date
    );
    let mut top = TOP;
    for line in &report.lines {
        row(&mut svg, line, top, fastest);
        top = top.saturating_add(ROW);
    }
    svg.push_str("</svg>\n");
    svg
}

fn row(svg: &mut String, line: &Line, top: u32, fastest: f64) {
    let (Some(rate), Some(p99)) = (line.rate(), line.p99()) else {
        return;
    };
    let length = |rate: f64| rate / fastest * LONGEST;
    let (from, to) = (LEFT + length(rate.lower), LEFT + length(rate.upper));
    let text = top.saturating_add(13);
    let middle = top.saturating_add(BAR / 2);
    let _ = writeln!(
        svg,
        "<text x=\"8\" y=\"{text}\">{who}</text>\n\
         <rect class=\"{class}\" x=\"{LEFT}\" y=\"{top}\" width=\"{width:.1}\" height=\"{BAR}\" rx=\"2\"/>\n\
         <line class=\"span\" x1=\"{from:.1}\" y1=\"{middle}\" x2=\"{to:.1}\" y2=\"{middle}\"/>\n\
         <text class=\"said\" x=\"{said:.1}\" y=\"{text}\">{rate}/s, p99 {p99}</text>",
        who = escaped(&line.who.to_string()),
        class = class(line.who),
        width = length(rate.median),
        said = to + 8.0,
        rate = number::whole(rate.median),
        p99 = number::millis(p99.median),
    );
}

fn class(who: Who) -> &'static str {
    if who.is_keyway() {
        "keyway"
    } else if matches!(who, Who::Floor | Who::FloorWithBody | Who::AuthFloor) {
        "floor"
    } else {
        "peer"
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};

    #[test]
    fn the_fastest_round_is_as_long_as_there_is_place() {
        let svg = draw(&sample::report());
        assert!(svg.contains("x2=\"630.0\""), "{svg}");
        assert!(svg.contains("width=\"325.7\""), "{svg}");
    }

    #[test]
    fn every_contender_has_a_bar_of_its_kind() {
        let svg = draw(&sample::report());
        assert_eq!(svg.matches("<rect").count(), 3);
        for part in [
            "class=\"floor\"",
            "class=\"keyway\"",
            "class=\"peer\"",
            "8,500/s, p99 2.00 ms",
            "prefers-color-scheme: dark",
        ] {
            assert!(svg.contains(part), "{part} is not in\n{svg}");
        }
    }
}
