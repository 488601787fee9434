//! The `Cookie` header of a page.

use keyway_core::session::SessionSecret;

use crate::show;

/// The session that is found is the one that was set; two are none.
pub fn run(bytes: &[u8]) {
    let header = String::from_utf8_lossy(bytes);
    let Some(session) = SessionSecret::from_cookie_header(&header) else {
        return;
    };
    let set = session.set_cookie();
    let (cookie, _) = set.split_once(';').unwrap();
    assert!(header.contains(cookie));

    for sent in [
        cookie.to_owned(),
        format!("theme=dark; {cookie}; x=y"),
        format!("{header}; theme=dark"),
    ] {
        let again = SessionSecret::from_cookie_header(&sent).unwrap();
        assert!(again.hash().matches(&session.hash()));
        assert_eq!(again.workspace(), session.workspace());
    }
    let twice = format!("{header}; {cookie}");
    assert!(SessionSecret::from_cookie_header(&twice).is_none());
    let (_, secret) = cookie.rsplit_once('.').unwrap();
    show::nothing_secret(secret, &format!("{session:?}"));
}
