//! The shapes of the HTTP answers that are not a single thing's own.

use serde::Serialize;

use crate::{
    contact::Contact,
    endpoint::{self, Endpoint},
    id::{KeyId, MemberId},
    instant::Instant,
    key::KeyView,
    member::{Action, MemberView, Role},
    problem::ProblemDocument,
    region::Region,
    review::Review,
    scope::{Account, Scope},
    settings::Settings,
    usage::{Day, Tally},
    verifier::Verifier,
    workspace::{Workspace, WorkspaceName},
};

/// A page of a list.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// What was found, in the order of the list.
    pub items: Vec<T>,
    /// Where the next page begins; null on the last one.
    pub next_cursor: Option<String>,
}

/// How far a change has got beyond the workspace object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Propagation {
    /// Whether the feed of each region has it, durably.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, Delivery>))]
    pub regions: Reached,
    /// Once every region has it, no verification that starts this much later is
    /// answered from before the change.
    pub bound_seconds: i64,
}

/// How far a change has got, by region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached(pub Vec<(Region, Delivery)>);

impl Reached {
    /// Every region has it.
    #[must_use]
    pub fn all(&self) -> bool {
        self.0
            .iter()
            .all(|(_, delivery)| *delivery == Delivery::Confirmed)
    }
}

impl Serialize for Reached {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let named = self
            .0
            .iter()
            .map(|(region, delivery)| (region.as_str(), delivery));
        serializer.collect_map(named)
    }
}

/// Whether something has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Delivery {
    /// It has.
    Confirmed,
    /// Not yet; it is tried again until it has.
    Pending,
}

/// A key after a change of it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedKey<'a> {
    /// The key as it is now.
    pub key: KeyView<'a>,
    /// Its token: only in the first answer to its creation, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<&'a str>,
    /// How far the change has got.
    pub propagation: Propagation,
}

/// A token, once more: of a key that was created as recoverable.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevealedToken<'a> {
    /// The key, with a note of this.
    pub key: KeyView<'a>,
    /// Its current token.
    pub token: &'a str,
}

/// Keys after a change of several.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedKeys<'a> {
    /// What became of each, in the order in which they were named.
    pub results: Vec<KeyResult<'a>>,
    /// How far the changes have got, all of them.
    pub propagation: Propagation,
}

/// What became of one of several keys.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyResult<'a> {
    /// Which.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^key_[0-9A-Za-z]{22}$", example = "key_4fK9wQm2ZtR7xB1nC8dE0a"))]
    pub id: KeyId,
    /// As it is now; null where the change is refused.
    pub key: Option<KeyView<'a>>,
    /// Why it is refused; null where it is not.
    pub problem: Option<ProblemDocument<'a>>,
}

/// What an import made.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportedKeys<'a> {
    /// What became of each key, in the order in which they were sent.
    pub results: Vec<ImportedKey<'a>>,
}

/// What became of one key of an import.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportedKey<'a> {
    /// Whether there is such a key now.
    pub result: ImportOutcome,
    /// Which; null where it is refused.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^key_[0-9A-Za-z]{22}$", example = "key_4fK9wQm2ZtR7xB1nC8dE0a"))]
    pub id: Option<KeyId>,
    /// Its token, if one was made: only in this answer, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<&'a str>,
    /// Why it is refused; null where it is not.
    pub problem: Option<ProblemDocument<'a>>,
}

/// Whether an import made a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ImportOutcome {
    /// It did.
    Created,
    /// The same import made it before.
    Exists,
    /// There is none, and nothing of it was done.
    Refused,
}

/// One key.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OneKey<'a> {
    /// The key.
    pub key: KeyView<'a>,
}

/// How many keys there are, by where they stand. Counted up to 100,000 of each:
/// that number says so many or more.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyCounts {
    /// Good later.
    pub scheduled: u32,
    /// Good.
    pub active: u32,
    /// Out of use, can come back.
    pub blocked: u32,
    /// Their time is over; can be extended.
    pub expired: u32,
    /// Ended for good.
    pub revoked: u32,
}

impl KeyCounts {
    /// So many of each are counted.
    pub const MOST: u32 = 100_000;
}

/// How often a key was used.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyUsage {
    /// When a service last found it good; about a minute late.
    pub last_used_at: Option<Instant>,
    /// The last 90 days and today, without those on which it was not used; the
    /// newest first.
    pub days: Vec<DayUsage>,
}

/// How often on one day.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayUsage {
    /// The day, in UTC.
    #[cfg_attr(feature = "openapi", schema(format = Date, example = "2026-11-22"))]
    pub day: String,
    /// Verifications that found it good.
    pub allowed: u32,
    /// Verifications that did not, for whatever reason.
    pub denied: u32,
}

impl DayUsage {
    /// Of one day.
    #[must_use]
    pub fn new(day: Day, tally: Tally) -> Self {
        Self {
            day: day.date(),
            allowed: tally.allowed,
            denied: tally.denied,
        }
    }
}

/// One scope.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OneScope {
    /// The scope.
    pub scope: Scope,
}

/// The settings of the workspace.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OneSettings<'a> {
    /// What its people have settled.
    pub settings: &'a Settings,
    /// What its operator has: once every region has a change, no verification
    /// that starts this much later is answered from before it.
    pub bound_seconds: i64,
    /// Whether e-mail is set up here.
    pub email: bool,
}

/// The peppers in force: `GET /v1/pepper`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Pepper))]
pub struct PepperView {
    /// The number of the one that records are published under.
    pub current: i64,
    /// The number of the one before, while it is configured too.
    pub previous: Option<i64>,
    /// Records that were there when the current one came.
    pub records: i64,
    /// How many of them are in the store under it.
    pub republished: i64,
    /// From when on the previous one may be removed: not while this is `null`.
    pub previous_may_go_at: Option<Instant>,
}

/// A review of keys.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OneReview {
    /// The review.
    pub review: Review,
}

/// One workspace.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OneWorkspace {
    /// The workspace.
    pub workspace: Workspace,
}

/// One account.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OneAccount {
    /// The account.
    pub account: Account,
}

/// A verifier after a change of it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedVerifier<'a> {
    /// The verifier as it is now.
    pub verifier: Verifier,
    /// Its token: only in the answer to its creation or its rotation, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<&'a str>,
    /// How far the change has got.
    pub propagation: Propagation,
}

/// An endpoint for webhooks after a change, or as it is.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedWebhook<'a> {
    /// The endpoint.
    pub webhook: Endpoint,
    /// What webhooks to it are signed with (Standard Webhooks 1.0.0): only in the
    /// answer that made it, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^whsec_[0-9A-Za-z+/=]{44}$"))]
    pub secret: Option<&'a str>,
}

/// One delivery.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OneDelivery {
    /// The delivery.
    pub delivery: endpoint::Delivery,
}

/// A member after a change, or as they are.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedMember<'a> {
    /// The member.
    pub member: MemberView,
    /// Their management token: only in the answer that made it, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<&'a str>,
}

/// Who is signed in.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OneSession {
    /// The session.
    pub session: Session,
}

/// A signed-in page.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Whose.
    pub member: SessionMember,
    /// Where.
    pub workspace: WorkspaceName,
    /// Whether keys can be created as recoverable: the operator has set a vault key.
    pub vault: bool,
    /// Whom to ask for what is not theirs to do: up to five of the administrators,
    /// those for longest first. Empty for administrators.
    pub administrators: Vec<Contact>,
    /// Until when, for a signed-in page; null for a caller with a token.
    pub expires_at: Option<Instant>,
}

/// One of the caller's signed-in pages.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenSession {
    /// Which. It is no secret: nobody gets in by it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^ses_[0-9A-Za-z]{22}$"))]
    pub id: String,
    /// When it was signed in.
    pub created_at: Instant,
    /// Until when.
    pub expires_at: Instant,
    /// From which address that was, if it is known.
    pub address: Option<String>,
    /// What the browser said that it is.
    pub browser: Option<String>,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// A member, as their own page greets them.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionMember {
    /// The member.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^mem_[0-9A-Za-z]{22}$", example = "mem_0000000000000000000000"))]
    pub id: MemberId,
    /// Their name.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// What they may do: `keys.create` and the like. The list grows.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub may: Vec<Action>,
}
