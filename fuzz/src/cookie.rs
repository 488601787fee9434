//! The `Cookie` header of a page.

use keyway_core::{session::SessionSecret, workspace::WorkspaceName};

use crate::show;

/// The session that is found is the one that was set; two are none.
pub fn run(bytes: &[u8]) {
    let header = String::from_utf8_lossy(bytes);
    for name in ["default", "acme"] {
        of(&header, &WorkspaceName::parse(name).unwrap());
    }
}

fn of(header: &str, workspace: &WorkspaceName) {
    let Some(session) = SessionSecret::from_cookie_header(header, workspace) else {
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
        let again = SessionSecret::from_cookie_header(&sent, workspace).unwrap();
        assert!(again.hash().matches(&session.hash()));
        assert_eq!(again.workspace(), workspace);
    }
    let twice = format!("{header}; {cookie}");
    assert!(SessionSecret::from_cookie_header(&twice, workspace).is_none());
    let (_, secret) = cookie.rsplit_once('.').unwrap();
    show::nothing_secret(secret, &format!("{session:?}"));
}
