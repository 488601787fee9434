//! JSON (RFC 8259) as it was sent: members in order and none twice, numbers by
//! their digits.
//!
//! Our own reader, though there are good ones. Numbers must pass through it as
//! they are, and in `serde_json` they become doubles; and with serde's visitors
//! and errors it takes ten times the bytes of this one in the Worker, whose size
//! has a budget. Tests and fuzzing hold the two against each other.

use std::borrow::Cow;

use crate::problem::{Code, Problem};

/// Members of one object, far beyond what any route takes. Looking for doubles
/// takes the square of it.
const MAX_MEMBERS: usize = 256;

/// Lists and objects within each other.
const MAX_DEPTH: usize = 128;

/// Values in one body, far beyond what any route takes. A short list of many
/// takes up more memory than its text by far.
const MAX_VALUES: usize = 250_000;

/// Characters of a number, and digits of its exponent: what fits is a finite
/// double for every reader.
const MAX_NUMBER: usize = 64;
const MAX_EXPONENT: usize = 2;

/// A JSON value. Texts are those of the body, unless they were written with
/// escapes.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// Any number, as it was written.
    Number(&'a str),
    /// A text.
    String(Cow<'a, str>),
    /// A list.
    Array(Vec<Self>),
    /// Members in the order in which they were sent.
    Object(Vec<(Cow<'a, str>, Self)>),
}

impl<'a> Json<'a> {
    /// Reads a whole body: UTF-8, one value, at most 128 levels deep.
    ///
    /// # Errors
    ///
    /// `body_missing` for nothing, `invalid_json` for anything else.
    pub fn parse(body: &'a [u8]) -> Result<Self, Problem> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err(Problem::new(
                Code::BodyMissing,
                "The request needs a JSON body.",
            ));
        }
        let text = core::str::from_utf8(body)
            .map_err(|_| Problem::new(Code::InvalidJson, "The body is not UTF-8."))?;
        Self::parse_text(text).map_err(|wrong| {
            let before = text.get(..wrong.at).unwrap_or(text);
            let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
            let column = before
                .bytes()
                .rev()
                .take_while(|byte| *byte != b'\n')
                .count()
                + 1;
            Problem::new(
                Code::InvalidJson,
                format!(
                    "The body is not valid JSON: {} (line {line}, column {column}).",
                    wrong.what
                ),
            )
        })
    }

    pub(crate) fn parse_text(text: &'a str) -> Result<Self, Wrong> {
        let mut reader = Reader {
            text,
            at: 0,
            values: 0,
        };
        let read = reader.value(0).and_then(|value| {
            reader.skip_blanks();
            match reader.peek() {
                None => Ok(value),
                Some(_) => Err("something follows its end"),
            }
        });
        read.map_err(|what| Wrong {
            what,
            at: reader.at,
        })
    }

    /// The member of an object that has this name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else {
            return None;
        };
        let found = members.iter().find(|(member, _)| member == name);
        found.map(|(_, value)| value)
    }

    /// What it is, in a word with its article.
    #[must_use]
    pub fn described(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// Writes it without any white space.
    pub(crate) fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Number(number) => out.push_str(number),
            Self::String(text) => write_text(text, out),
            Self::Array(items) => {
                let mut before = '[';
                for item in items {
                    out.push(core::mem::replace(&mut before, ','));
                    item.write(out);
                }
                out.push_str(if items.is_empty() { "[]" } else { "]" });
            }
            Self::Object(members) => {
                let mut before = '{';
                for (name, member) in members {
                    out.push(core::mem::replace(&mut before, ','));
                    write_text(name, out);
                    out.push(':');
                    member.write(out);
                }
                out.push_str(if members.is_empty() { "{}" } else { "}" });
            }
        }
    }

    /// How many lists and objects are within each other.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Self::Array(items) => 1 + items.iter().map(Self::depth).max().unwrap_or(0),
            Self::Object(members) => {
                let depths = members.iter().map(|(_, member)| member.depth());
                1 + depths.max().unwrap_or(0)
            }
            _ => 0,
        }
    }
}

pub(crate) fn write_text(text: &str, out: &mut String) {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\0'..='\x1f' => {
                let digit = |at: usize| DIGITS.get(at).copied().unwrap_or('0');
                let code = c as usize;
                out.extend(['\\', 'u', '0', '0', digit(code >> 4), digit(code & 15)]);
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

/// What is wrong with a text, and after how many bytes of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    what: &'static str,
    at: usize,
}

type Read<T> = Result<T, &'static str>;

/// Where a reader is. It only ever stops between characters.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    values: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, wanted: u8) -> bool {
        let is_there = self.peek() == Some(wanted);
        self.at += usize::from(is_there);
        is_there
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn value(&mut self, depth: usize) -> Read<Json<'a>> {
        self.skip_blanks();
        self.values += 1;
        match self.peek() {
            None => Err("it ends too early"),
            Some(_) if self.values > MAX_VALUES => Err("it has too many values"),
            Some(b'{' | b'[') if depth == MAX_DEPTH => Err("it has too many levels"),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => self.string().map(Json::String),
            Some(b'-' | b'0'..=b'9') => self.number().map(Json::Number),
            Some(_) => {
                let words = [
                    ("null", Json::Null),
                    ("true", Json::Bool(true)),
                    ("false", Json::Bool(false)),
                ];
                let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
                for (word, value) in words {
                    if rest.starts_with(word.as_bytes()) {
                        self.at += word.len();
                        return Ok(value);
                    }
                }
                Err("a value is expected here")
            }
        }
    }

    fn array(&mut self, depth: usize) -> Read<Json<'a>> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_blanks();
        if self.eat(b']') {
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.skip_blanks();
            if self.eat(b']') {
                return Ok(Json::Array(items));
            }
            if !self.eat(b',') {
                return Err("a comma or the end of the list is expected here");
            }
        }
    }

    fn object(&mut self, depth: usize) -> Read<Json<'a>> {
        self.at += 1;
        let mut members: Vec<(Cow<'a, str>, Json<'a>)> = Vec::new();
        self.skip_blanks();
        if self.eat(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.skip_blanks();
            if self.peek() != Some(b'"') {
                return Err("the name of a member is expected here, in double quotes");
            }
            let name = self.string()?;
            // Two readers of one body must not see two different requests.
            if members.iter().any(|(known, _)| *known == name) {
                return Err("a member is given twice");
            }
            if members.len() == MAX_MEMBERS {
                return Err("an object has too many members");
            }
            self.skip_blanks();
            if !self.eat(b':') {
                return Err("a colon is expected here");
            }
            let member = self.value(depth)?;
            members.push((name, member));
            self.skip_blanks();
            if self.eat(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.eat(b',') {
                return Err("a comma or the end of the object is expected here");
            }
        }
    }

    fn string(&mut self) -> Read<Cow<'a, str>> {
        self.at += 1;
        let start = self.at;
        let mut from = start;
        let mut decoded = String::new();
        loop {
            match self.peek() {
                None => return Err("a text does not end"),
                Some(b'"') => {
                    let rest = self.since(from);
                    self.at += 1;
                    if from == start {
                        return Ok(Cow::Borrowed(rest));
                    }
                    decoded.push_str(rest);
                    return Ok(Cow::Owned(decoded));
                }
                Some(b'\\') => {
                    decoded.push_str(self.since(from));
                    self.at += 1;
                    decoded.push(self.escaped()?);
                    from = self.at;
                }
                Some(0..=0x1f) => return Err("a text has a control character"),
                Some(_) => self.at += 1,
            }
        }
    }

    /// What stands after a backslash.
    fn escaped(&mut self) -> Read<char> {
        let byte = self.peek().ok_or("a text does not end")?;
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.unit()?;
                let code = match unit {
                    0xd800..=0xdbff if self.eat(b'\\') && self.eat(b'u') => match self.unit()? {
                        low @ 0xdc00..=0xdfff => {
                            0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
                        }
                        _ => unit,
                    },
                    _ => unit,
                };
                // Half of a pair is none.
                char::from_u32(code).ok_or("an escape stands for no character")?
            }
            _ => {
                self.at -= 1;
                return Err("there is no such escape");
            }
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Read<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            unit = unit * 16 + digit.ok_or("four hexadecimal digits are expected here")?;
            self.at += 1;
        }
        Ok(unit)
    }

    fn number(&mut self) -> Read<&'a str> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        let mut exponent = 0;
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            exponent = self.digits()?;
        }
        let number = self.since(start);
        if number.len() > MAX_NUMBER || exponent > MAX_EXPONENT {
            return Err("a number has too many digits");
        }
        Ok(number)
    }

    /// One digit or more; how many is the answer.
    fn digits(&mut self) -> Read<usize> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        match self.at - start {
            0 => Err("a digit is expected here"),
            digits => Ok(digits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    /// Whether two readers of one text saw the same.
    fn same(ours: &Json<'_>, theirs: &Value) -> bool {
        match (ours, theirs) {
            (Json::Null, Value::Null) => true,
            (Json::Bool(one), Value::Bool(other)) => one == other,
            (Json::Number(one), Value::Number(other)) => one.parse() == Ok(other.as_f64().unwrap()),
            (Json::String(one), Value::String(other)) => one == other,
            (Json::Array(ours), Value::Array(theirs)) => {
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| same(a, b))
            }
            (Json::Object(ours), Value::Object(theirs)) => {
                ours.len() == theirs.len()
                    && ours.iter().all(|(name, one)| {
                        theirs.get(&**name).is_some_and(|other| same(one, other))
                    })
            }
            _ => false,
        }
    }

    fn against_serde_json(text: &str) -> Result<(), TestCaseError> {
        let theirs = serde_json::from_str::<Value>(text);
        match (Json::parse_text(text), theirs) {
            (Ok(ours), Ok(theirs)) => {
                prop_assert!(same(&ours, &theirs), "{}", text);
                let mut written = String::new();
                ours.write(&mut written);
                prop_assert_eq!(Json::parse_text(&written).unwrap(), ours);
                prop_assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), theirs);
            }
            (Ok(_), Err(error)) => prop_assert!(false, "{} was taken: {}", text, error),
            (Err(wrong), Ok(_)) => {
                let ours_alone = ["twice", "too many"];
                prop_assert!(
                    ours_alone.iter().any(|words| wrong.what.contains(words)),
                    "{} was refused: {:?}",
                    text,
                    wrong
                );
            }
            (Err(_), Err(_)) => {}
        }
        Ok(())
    }

    #[test]
    fn what_is_and_what_is_not_json() {
        for text in [
            "0",
            "-0",
            "1.5e-3",
            "10",
            "[]",
            "[ ]",
            "{ }",
            "\"\"",
            " null ",
            "\"\\u00e9\"",
            "\"\\ud83d\\ude00\"",
            "\"\\/\\b\\f\\n\\r\\t\"",
            "{\"a\":[1,{\"b\":false}]}",
            "\"\u{7f}\u{2028}\"",
        ] {
            assert!(Json::parse_text(text).is_ok(), "{text}");
            against_serde_json(text).unwrap();
        }
        for text in [
            "",
            " ",
            "01",
            "+1",
            "1.",
            ".5",
            "1e",
            "1e+",
            "--1",
            "0x1",
            "NaN",
            "Infinity",
            "nul",
            "nulll",
            "True",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[",
            "{",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "\"",
            "\"\t\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12g4\"",
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"\\ud800\\u0041\"",
            "\"\\ud800x\"",
            "1 2",
            "/**/1",
            "\u{feff}1",
            "'a'",
            "\u{a0}1",
        ] {
            assert!(Json::parse_text(text).is_err(), "{text}");
            against_serde_json(text).unwrap();
        }
    }

    #[test]
    fn what_other_readers_might_read_otherwise_is_refused() {
        let long = "1".repeat(65);
        for text in ["1e400", "1e-999", &long, "{\"a\":1,\"\\u0061\":2}"] {
            assert!(Json::parse_text(text).is_err(), "{text}");
        }
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert_eq!(Json::parse_text(&deep(128)).unwrap().depth(), 128);
        assert!(Json::parse_text(&deep(129)).is_err());
        assert!(Json::parse_text(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn where_it_is_wrong_is_said() {
        let problem = Json::parse(b"{\n  \"a\": 1,\n  b\n}").unwrap_err();
        assert!(
            problem.detail().ends_with("(line 3, column 3)."),
            "{problem:?}"
        );
        assert_eq!(Json::parse(b"\xff").unwrap_err().code(), Code::InvalidJson);
    }

    proptest! {
        #[test]
        fn promise_11_any_text_is_read_as_another_reader_reads_it(text in any::<String>()) {
            against_serde_json(&text)?;
        }

        #[test]
        fn what_is_nearly_json_too(
            text in r#"([\[\]{}:, \n]|"a?"|"\\\\[u"n\\\\]?[d0]{0,2}[89cC]{0,2}"|-?[01]\.?[0e]{0,2}-?[15]{0,3}|true|null){0,9}"#,
        ) {
            against_serde_json(&text)?;
        }
    }
}
