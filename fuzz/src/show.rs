//! Whether an answer shows what it must not.

/// Letters and digits in a row from which on a text may be a secret. No word of
/// an answer is as long.
const SECRET: usize = 20;

/// Fails if `answer` repeats a part of `sent` that may be a secret (promise 2).
pub(crate) fn nothing_secret(sent: &str, answer: &str) {
    for part in sent.split(|c: char| !c.is_ascii_alphanumeric()) {
        assert!(
            part.len() < SECRET || !answer.contains(part),
            "the answer repeats what was sent: {answer}"
        );
    }
}
