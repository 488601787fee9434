//! Takes the indentation out of the page's templates.
//!
//! A bundler leaves what is between backquotes as it is, for it cannot know what
//! it means. In a template of lit-html it is HTML, where a line break and the
//! blanks after it mean as much as one blank.

/// The tag of such a template.
const TAG: &str = "html";

/// The script with each run of white space that has a line break in it, within
/// its HTML, as one blank.
pub(super) fn collapsed(script: &str) -> String {
    let mut walk = Walk {
        rest: script,
        written: String::with_capacity(script.len()),
    };
    while !walk.rest.is_empty() {
        walk.code();
    }
    walk.written
}

struct Walk<'a> {
    rest: &'a str,
    written: String,
}

impl Walk<'_> {
    /// Copies so many bytes.
    fn copy(&mut self, bytes: usize) {
        let (copied, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.written.push_str(copied);
        self.rest = rest;
    }

    /// Copies to the end of the next `end`, or of everything.
    fn copy_to(&mut self, end: &str) {
        let found = self.rest.find(end);
        self.copy(found.map_or(self.rest.len(), |at| at.saturating_add(end.len())));
    }

    fn character(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.copy(character.len_utf8());
        Some(character)
    }

    /// Up to the brace that closes it, or the end.
    fn code(&mut self) {
        loop {
            if self.rest.starts_with("//") {
                self.copy_to("\n");
                continue;
            }
            if self.rest.starts_with("/*") {
                self.copy_to("*/");
                continue;
            }
            match self.character() {
                None | Some('}') => return,
                Some('{') => self.code(),
                Some(quote @ ('"' | '\'')) => self.text(quote),
                Some('`') => self.template(),
                Some(_) => {}
            }
        }
    }

    /// Never further than its line: what looked like a quote may have been a part
    /// of a regular expression.
    fn text(&mut self, quote: char) {
        while let Some(character) = self.character() {
            match character {
                '\\' => {
                    self.character();
                }
                _ if character == quote || character == '\n' => return,
                _ => {}
            }
        }
    }

    /// After its first backquote.
    fn template(&mut self) {
        let tagged = self.written.strip_suffix('`').unwrap_or_default();
        let before = tagged.strip_suffix(TAG);
        let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        let is_html = before.is_some_and(|before| !before.ends_with(goes_on));
        loop {
            let blank = self.rest.len() - self.rest.trim_start().len();
            let breaks = self.rest.get(..blank).is_some_and(|run| run.contains('\n'));
            if is_html && breaks {
                self.written.push(' ');
                self.rest = self.rest.trim_start();
            }
            if self.rest.starts_with("${") {
                self.copy(2);
                self.code();
                continue;
            }
            match self.character() {
                None | Some('`') => return,
                Some('\\') => {
                    self.character();
                }
                Some(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_loses_its_indentation_and_nothing_else() {
        let script = "const a = html`\n    <p>\n      ${b ? html`<i>\n  x</i>` : \"}`\"}  y\n  </p>`;\n  // `it's\n";
        assert_eq!(
            collapsed(script),
            "const a = html` <p> ${b ? html`<i> x</i>` : \"}`\"}  y </p>`;\n  // `it's\n"
        );
    }

    #[test]
    fn what_is_no_html_stays() {
        for script in [
            "text(`a\n    b ${c({ d: `e\n  f` })}\n  g`)",
            "csv`a\n  b`; xhtml`\n  c`",
            "'html`\n  a'; \"\\\"html`\"; /* html`\n  a */ x",
            "const q = /[\"']/u;\nhtml`${x}`;",
            "html`a  b \\` \\${\tc`",
            "",
        ] {
            assert_eq!(collapsed(script), script);
        }
    }
}
