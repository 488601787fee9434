//! The page that people write, with a place in it that is generated.

const BEGIN: &str = "<!-- bench verify: generated from here -->";
const END: &str = "<!-- bench verify: to here -->";

/// The page with another section. `None` when it has no place for one.
pub(super) fn with_section(page: &str, section: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    let section = section.trim();
    Some(format!("{before}{BEGIN}\n\n{section}\n\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_is_replaced() {
        let page = format!("# Title\n\n{BEGIN}\n\nold\n\n{END}\n\nprose\n");
        let new = with_section(&page, "new\n").unwrap();
        assert_eq!(
            new,
            format!("# Title\n\n{BEGIN}\n\nnew\n\n{END}\n\nprose\n")
        );
        assert_eq!(with_section(&new, "new").unwrap(), new);
    }

    #[test]
    fn a_page_without_the_marks_is_left_alone() {
        assert_eq!(with_section("# Title", "new"), None);
        assert_eq!(with_section(BEGIN, "new"), None);
    }

    #[test]
    fn the_page_of_the_project_has_its_place() {
        let page = std::fs::read_to_string(crate::place::project(crate::place::PAGE)).unwrap();
        assert!(with_section(&page, "").is_some());
    }
}
