//! Gives short names to the page's classes and custom properties.
//!
//! Which names are the build's to give is a convention: those of classes that say
//! of what they are a part or a kind, `row__name` and `button--small`, and those of
//! the custom properties of the style. A class of one word, `.table`, stays, for it
//! may be any word. Whatever does not look like one or the other fails the build.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Result, bail};

/// A source of the page, and whether it is style or script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Style,
    Script,
}

/// The short names.
#[derive(Debug, Default)]
pub(super) struct Short {
    /// By the names in the sources. Of classes; the tests need them.
    pub(super) classes: BTreeMap<String, String>,
    properties: HashMap<String, String>,
}

impl Short {
    /// Names for what is in all the sources.
    pub(super) fn of(sources: &[(Kind, String)]) -> Result<Self> {
        let mut found = Found::default();
        for (kind, source) in sources {
            for word in words(source) {
                match kind {
                    Kind::Style => found.in_style(&word)?,
                    Kind::Script => found.in_script(&word)?,
                }
            }
        }
        found.named()
    }

    /// The source with them.
    pub(super) fn written(&self, kind: Kind, source: &str) -> String {
        let mut written = String::with_capacity(source.len());
        let mut end = 0;
        for word in words(source) {
            let short = match kind {
                Kind::Style if word.text.starts_with("--") => self.properties.get(word.text),
                Kind::Style | Kind::Script => self.classes.get(word.text),
            };
            if let Some(short) = short {
                written.push_str(source.get(end..word.at).unwrap_or_default());
                written.push_str(short);
                end = word.at.saturating_add(word.text.len());
            }
        }
        written.push_str(source.get(end..).unwrap_or_default());
        written
    }
}

/// What the sources have.
#[derive(Default)]
struct Found<'a> {
    /// Every word, so that no short name is one.
    words: BTreeSet<&'a str>,
    /// Classes that have a rule, in the order of the style: what stands together
    /// is named alike.
    ruled: Vec<&'a str>,
    properties: Vec<&'a str>,
    /// Classes in scripts, and how often.
    used: BTreeMap<&'a str, usize>,
    /// What scripts put an ending to, such as `status--`.
    begun: BTreeSet<&'a str>,
    /// What scripts have with two dashes before it.
    dashed: BTreeSet<&'a str>,
}

impl<'a> Found<'a> {
    fn in_style(&mut self, word: &Word<'a>) -> Result<()> {
        let text = word.text;
        self.words.insert(text);
        if text.starts_with("--") {
            keep(&mut self.properties, text);
        } else if is_class(text) {
            if word.before != Some('.') {
                bail!("the page's style names {text}, but not as a class");
            }
            keep(&mut self.ruled, text);
        } else if has_parts(text) {
            bail!(
                "the page's style has {text}, which is named neither like a class nor a property"
            );
        }
        Ok(())
    }

    fn in_script(&mut self, word: &Word<'a>) -> Result<()> {
        let text = word.text;
        self.words.insert(text);
        if text.starts_with("--") {
            self.dashed.insert(text);
        } else if is_class(text) {
            let uses = self.used.entry(text).or_default();
            *uses = uses.saturating_add(1);
        } else if word.is_begun {
            self.begun.insert(text);
        } else if has_parts(text.trim_matches(['_', '-'])) {
            bail!("the page's script has {text}, which is not named like a class");
        }
        Ok(())
    }

    fn named(self) -> Result<Short> {
        if let Some(name) = self
            .properties
            .iter()
            .find(|&name| self.dashed.contains(name))
        {
            bail!("the page's script names {name}, which the build renames in the style");
        }
        for begun in &self.begun {
            if !self.ruled.iter().any(|class| class.starts_with(begun)) {
                bail!("the page's script has {begun} with an ending, and no rule is for one");
            }
        }
        let is_begun = |class: &str| self.begun.iter().any(|begun| class.starts_with(begun));
        let mut classes = self.ruled.clone();
        for (class, uses) in &self.used {
            if !self.ruled.contains(class) {
                if *uses < 2 {
                    bail!("no rule is for the class {class}, and nothing looks for it");
                }
                classes.push(class);
            }
        }
        classes.retain(|class| !is_begun(class));
        if let Some(class) = classes.iter().find(|&class| !self.used.contains_key(class)) {
            bail!("there are rules for the class {class}, which nothing has");
        }
        let (mut names, mut letters) = (names(), names());
        let mut free = || names.find(|name| !self.words.contains(name.as_str()));
        let classes = classes
            .into_iter()
            .map_while(|class| Some((class.to_owned(), free()?)))
            .collect();
        let properties = self
            .properties
            .iter()
            .map_while(|&name| Some((name.to_owned(), format!("--{}", letters.next()?))))
            .collect();
        Ok(Short {
            classes,
            properties,
        })
    }
}

fn keep<'a>(names: &mut Vec<&'a str>, name: &'a str) {
    if !names.contains(&name) {
        names.push(name);
    }
}

/// Letters, then letters with a number; there are always more.
fn names() -> impl Iterator<Item = String> {
    let letters = || 'a'..='z';
    let numbered = (0_usize..)
        .flat_map(move |number| letters().map(move |letter| format!("{letter}{number}")));
    letters().map(String::from).chain(numbered)
}

/// What may be a name, with what tells what it is.
struct Word<'a> {
    at: usize,
    text: &'a str,
    before: Option<char>,
    /// A script goes on with something that it works out.
    is_begun: bool,
}

fn words(source: &str) -> impl Iterator<Item = Word<'_>> {
    let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    source.split(move |c| !goes_on(c)).filter_map(move |text| {
        let at = text.as_ptr().addr().checked_sub(source.as_ptr().addr())?;
        let (before, from) = source.split_at_checked(at)?;
        let is_begun = has_parts(text)
            && from
                .strip_prefix(text)
                .is_some_and(|after| after.starts_with("${"));
        (!text.is_empty()).then(|| Word {
            at,
            text,
            before: before.chars().next_back(),
            is_begun,
        })
    })
}

fn has_parts(word: &str) -> bool {
    word.contains("--") || word.contains("__")
}

/// `row__name`, `button--small`: words of small letters, joined by `-`, `__` or `--`.
fn is_class(word: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase());
    has_parts(word)
        && word
            .replace("__", "-")
            .replace("--", "-")
            .split('-')
            .all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(style: &str, script: &str) -> Result<(String, String)> {
        let sources = [
            (Kind::Style, style.to_owned()),
            (Kind::Script, script.to_owned()),
        ];
        let short = Short::of(&sources)?;
        let [style, script] = sources.map(|(kind, source)| short.written(kind, &source));
        Ok((style, script))
    }

    #[test]
    fn what_is_named_by_convention_is_named_anew_in_both() {
        let style = ".row__day, .row--over{--ink-quiet:red} .row{color:var(--ink-quiet)} \
                     .tag--bad .a0{margin:-.1rem}";
        let script = "for (;;) i--; html`<p class=\"row row__day ${a ? \"row--over\" : \"\"} \
                      tag--${tone}\">--`; find(\".row__day\"); find(\"x.its__hook\", \"its__hook\")";
        let (style, script) = page(style, script).unwrap();
        assert_eq!(
            style,
            ".b, .c{--a:red} .row{color:var(--a)} .tag--bad .a0{margin:-.1rem}"
        );
        assert_eq!(
            script,
            "for (;;) i--; html`<p class=\"row b ${a ? \"c\" : \"\"} \
             tag--${tone}\">--`; find(\".b\"); find(\"x.d\", \"d\")"
        );
    }

    #[test]
    fn what_is_not_understood_stops_the_build() {
        let refusals = [
            (".row__Day{}", "", "row__Day, which is named neither"),
            (
                "[class*=row__day]{}",
                "",
                "names row__day, but not as a class",
            ),
            (
                "",
                "'row__Day'",
                "row__Day, which is not named like a class",
            ),
            ("", "'row__day'", "no rule is for the class row__day"),
            ("", "`row--${x}`", "row-- with an ending"),
            (".row__day{}", "", "row__day, which nothing has"),
            ("a{--ink:red}", "'--ink'", "the page's script names --ink"),
        ];
        for (style, script, why) in refusals {
            let refusal = page(style, script).unwrap_err().to_string();
            assert!(refusal.contains(why), "{refusal}");
        }
    }
}
