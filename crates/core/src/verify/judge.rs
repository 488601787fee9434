//! The order in which a key is held against a question.

use std::rc::Rc;

use super::{Question, Refusal, Verdict};
use crate::{
    instant::Instant,
    record::{KeptKey, KeyRecord, Standing},
};

/// Environment → revoked → blocked → not before → expired → account → scopes →
/// IP.
///
/// The order is part of the contract: what no client can mend comes first, what
/// it may learn about other keys' rights last.
pub(super) fn judge(record: Rc<KeptKey>, question: &Question, now: Instant) -> Verdict {
    match refusal(&record, question, now) {
        None => Verdict::Valid(record),
        Some(refusal) => Verdict::Refused(refusal, record),
    }
}

fn refusal(record: &KeyRecord, question: &Question, now: Instant) -> Option<Refusal> {
    if record.environment != question.environment() {
        return Some(Refusal::WrongEnvironment);
    }
    match record.standing {
        Standing::Revoked => return Some(Refusal::Revoked),
        Standing::Blocked => return Some(Refusal::Blocked),
        Standing::Active => {}
    }
    if let Some(start) = record.not_before.filter(|start| now < *start) {
        return Some(Refusal::NotYetValid(start));
    }
    if let Some(end) = record.expires_at.filter(|end| now >= *end) {
        return Some(Refusal::Expired(end));
    }
    if record.token_ends_at.is_some_and(|end| now >= end) {
        return Some(Refusal::Replaced);
    }
    if question
        .account()
        .is_some_and(|account| !record.accounts.allow(account))
    {
        return Some(Refusal::WrongAccount);
    }
    let missing: Vec<_> = question
        .scopes()
        .iter()
        .filter(|scope| !record.scopes.allow(scope))
        .cloned()
        .collect();
    if !missing.is_empty() {
        return Some(Refusal::InsufficientScope(missing));
    }
    (!record.allowed_ips.allow(question.ip())).then_some(Refusal::IpNotAllowed(question.ip()))
}
