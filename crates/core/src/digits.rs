//! Whole numbers as they are written.

/// A number in digits alone: the standard library reads `+24` too. As one type, for
/// each has a reader of its own there.
pub(crate) fn whole(text: &str) -> Option<i64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}
