//! What the page asks of a list.

/// A call, and what it is for.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) what: &'static str,
    pub(crate) target: String,
    /// How many pages further on.
    pub(crate) pages: u32,
}

impl Question {
    fn of(what: &'static str, target: &str) -> Self {
        Self {
            what,
            target: target.to_owned(),
            pages: 0,
        }
    }

    /// What takes the same way and reads one row.
    pub(crate) fn floor() -> Self {
        Self::of("who am I (the way there and back)", "/v1/session")
    }
}

/// All of them; the names and words are those of `fill.mjs`.
pub(crate) fn all() -> Vec<Question> {
    let list = |what, query: &str| Question::of(what, &format!("/v1/keys?limit=50{query}"));
    let member = format!("mem_{:022}", 7);
    vec![
        Question::floor(),
        list("newest first", ""),
        Question {
            pages: 20,
            ..list("the twenty-first page", "")
        },
        list("by name", "&sort=name"),
        list("by expiry", "&sort=expires"),
        list("by use, longest ago first", "&sort=used"),
        list("blocked", "&status=blocked"),
        list("revoked", "&status=revoked"),
        list("test keys", "&environment=test"),
        list("of one scope, which all have", "&scope=reports:read"),
        list("of one creator in twenty", &format!("&created_by={member}")),
        list("search: one key", "&search=Wellington%20crawler%207"),
        list("search: an eighth of all", "&search=tampere"),
        list("search: a contact", "&search=team-123@"),
        list("search: two characters", "&search=7x"),
        list("search: nothing", "&search=zzyzx"),
        list("search and filter", "&search=checkout&status=blocked"),
        Question::of("counts by status", "/v1/keys/counts"),
    ]
}
