//! The tables in `docs` name a test for each row, and the tests are there.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a table that cannot be read fails its test, loudly and at that row"
)]

use std::{fs, path::PathBuf};

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Holds each row of a table against the test in its last cell, which is
/// `` `file`: name of the test ``. A file of Rust is below `rust`, another is the
/// page's.
fn hold(document: &str, columns: usize, rust: &str) -> usize {
    let text = fs::read_to_string(root().join(document)).unwrap();
    let mut rows = 0;
    for row in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), columns, "{row}");
        assert!(cells.iter().all(|cell| !cell.is_empty()), "{row}");
        let last = cells[columns - 1];
        if last == "test" {
            continue;
        }
        let (file, name) = last.split_once("`: ").unwrap_or_else(|| panic!("{row}"));
        let file = file.trim_start_matches('`');
        let folder = match file.ends_with(".rs") || rust.is_empty() {
            true => rust,
            false => "tests/page",
        };
        let file = root().join(folder).join(file);
        let tests = fs::read_to_string(&file).unwrap_or_else(|_| panic!("{}", file.display()));
        let is_there = [
            format!("test(\"{name}\""),
            format!("test(`{name}`"),
            format!("fn {name}("),
        ]
        .iter()
        .any(|beginning| tests.contains(beginning));
        assert!(is_there, "{} has no test “{name}”", file.display());
        rows += 1;
    }
    rows
}

#[test]
fn every_feature_has_a_test() {
    assert!(hold("docs/FEATURES.md", 4, "tests/tests/edge") > 25);
}

#[test]
fn every_threat_has_a_test() {
    assert!(hold("docs/SECURITY-MODEL.md", 3, "") > 40);
}
