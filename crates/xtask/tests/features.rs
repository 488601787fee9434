//! The table of features names a test for each, and the tests are there.

use std::{fs, path::Path};

#[test]
fn every_feature_has_a_test_in_a_browser() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let table = fs::read_to_string(root.join("docs/FEATURES.md")).unwrap();
    let mut rows = 0;
    for row in table.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 4, "{row}");
        assert!(cells.iter().all(|cell| !cell.is_empty()), "{row}");
        let (file, title) = cells[3]
            .split_once("`: ")
            .unwrap_or_else(|| panic!("{row}"));
        let file = root.join("tests/page").join(file.trim_start_matches('`'));
        let tests = fs::read_to_string(&file).unwrap_or_else(|_| panic!("{}", file.display()));
        let is_there = ["\"", "`"]
            .iter()
            .any(|quote| tests.contains(&format!("test({quote}{title}{quote}")));
        assert!(is_there, "{} has no test “{title}”", file.display());
        rows += 1;
    }
    assert!(rows > 25);
}
