//! The page with the numbers.

use std::fmt::Write as _;

use anyhow::Result;

use super::{Workspace, questions::Question};
use crate::{options::ListOptions, place};

const PAGE: &str = "docs/LISTS.md";

pub(super) fn write(
    questions: &[Question],
    workspaces: &[Workspace],
    options: &ListOptions,
) -> Result<()> {
    let text = text(questions, workspaces);
    eprintln!("{text}");
    let path = match options.quick {
        true => place::aside("LISTS.md"),
        false => place::project(PAGE),
    };
    place::write(&path, &text)
}

fn text(questions: &[Question], workspaces: &[Workspace]) -> String {
    let mut page = String::from(
        "# How lists grow\n\n\
         Made by `cargo xtask bench lists`. One workspace object in the real workerd, with more and more keys; \
         each question is asked again and again over one connection, and what counts is the time from the request \
         to the whole answer, from outside. The first line is the way there and back with next to no work. \
         Milliseconds: the median, and what 95 of 100 do not exceed. Nothing else ran on the machine as far as one can know; \
         the growth says more than the numbers.\n\n",
    );
    page.push_str("| 50 keys |");
    for workspace in workspaces {
        let _ = write!(page, " of {} |", grouped(workspace.keys));
    }
    page.push_str(" growth |\n|---|");
    page.push_str(&"--:|".repeat(workspaces.len() + 1));
    page.push('\n');
    for (number, question) in questions.iter().enumerate() {
        let took = || workspaces.iter().filter_map(|one| one.took.get(number));
        let _ = write!(page, "| {} |", question.what);
        for took in took() {
            let _ = write!(page, " {} ({}) |", millis(took.p50), millis(took.p95));
        }
        let growth = took().next().zip(took().next_back());
        let growth = growth.map(|(first, last)| f64::from(last.p50) / f64::from(first.p50.max(1)));
        let _ = writeln!(page, " {:.1} × |", growth.unwrap_or_default());
    }
    page.push_str("\n| |");
    for workspace in workspaces {
        let _ = write!(page, " {} keys |", grouped(workspace.keys));
    }
    page.push_str("\n|---|");
    page.push_str(&"--:|".repeat(workspaces.len()));
    page.push_str("\n| keys created in a second, one after the other |");
    for workspace in workspaces {
        let _ = write!(page, " {:.0} |", workspace.created);
    }
    page.push_str("\n| memory of the process before the questions, and after them |");
    for workspace in workspaces {
        let (before, after) = workspace.memory;
        let _ = write!(
            page,
            " {} MB, {} MB |",
            before / 1_000_000,
            after / 1_000_000
        );
    }
    page.push('\n');
    page
}

fn millis(micros: u32) -> String {
    format!("{:.1}", f64::from(micros) / 1_000.0)
}

fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lists::Took;

    #[test]
    fn the_page_has_a_row_for_each_question_and_the_growth() {
        let questions = [Question::floor()];
        let workspace = |keys, p50| Workspace {
            keys,
            took: vec![Took { p50, p95: 2 * p50 }],
            created: 512.4,
            memory: (100_000_000, 120_000_000),
        };
        let page = text(
            &questions,
            &[workspace(10_000, 1_000), workspace(1_000_000, 2_500)],
        );
        assert!(
            page.contains("| of 10,000 | of 1,000,000 | growth |"),
            "{page}"
        );
        assert!(page.contains("| 1.0 (2.0) | 2.5 (5.0) | 2.5 × |"), "{page}");
        assert!(page.contains("| 512 | 512 |"), "{page}");
    }
}
