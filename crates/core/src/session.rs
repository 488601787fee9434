//! Signed-in pages.

use core::fmt;

use crate::{
    base62,
    digest::TokenHash,
    entropy::{Entropy, EntropyError},
    input::{Fields, Invalid, Json, read},
    problem::Code,
    secret::Secret,
    token::{ManagementToken, parse_management},
    workspace::WorkspaceName,
};

/// How long a page stays signed in: 12 hours, in milliseconds.
pub const LIFETIME_MILLIS: i64 = 12 * 60 * 60 * 1000;

/// The name of the cookie of the default workspace. The prefix makes browsers
/// insist on `Secure`, on `Path=/` and on no `Domain` (RFC 6265bis, section
/// 4.1.3.2).
pub const COOKIE: &str = "__Host-keyway";

/// The name of the cookie of each workspace: that of another one has the
/// workspace's name at its end, so that one browser is signed in to several.
fn cookie(workspace: &WorkspaceName) -> String {
    let mut name = COOKIE.to_owned();
    if !workspace.is_default() {
        name.push('-');
        name.push_str(workspace.as_str());
    }
    name
}

/// Random characters of a session's secret (256 bits).
const RANDOM: usize = 43;

/// The value of the cookie: `{workspace}.{random}`. As much a secret as a token.
pub struct SessionSecret {
    workspace: WorkspaceName,
    text: Secret,
}

impl SessionSecret {
    /// A new one.
    ///
    /// # Errors
    ///
    /// When the source of randomness fails.
    pub fn mint(
        workspace: WorkspaceName,
        entropy: &mut impl Entropy,
    ) -> Result<Self, EntropyError> {
        let random = base62::random::<RANDOM>(entropy)?;
        let mut text = String::with_capacity(workspace.as_str().len() + 1 + RANDOM);
        text.push_str(workspace.as_str());
        text.push('.');
        base62::write(&random, &mut text);
        Ok(Self {
            workspace,
            text: Secret::new(text),
        })
    }

    /// Finds the secret of `workspace` in a `Cookie` header. `None` when there is
    /// none of the right shape, or more than one: then nobody can say which is meant.
    #[must_use]
    pub fn from_cookie_header(header: &str, workspace: &WorkspaceName) -> Option<Self> {
        let cookie = cookie(workspace);
        let mut values = header
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == cookie)
            .map(|(_, value)| value);
        match (values.next(), values.next()) {
            (Some(value), None) => Self::parse(value, workspace),
            _ => None,
        }
    }

    /// Its workspace stands in it too: under another cookie's name it is none.
    fn parse(text: &str, workspace: &WorkspaceName) -> Option<Self> {
        let (name, random) = text.split_once('.')?;
        let fits = name == workspace.as_str()
            && random.len() == RANDOM
            && random.bytes().all(base62::is_digit);
        fits.then(|| Self {
            workspace: workspace.clone(),
            text: Secret::new(text.to_owned()),
        })
    }

    /// Which workspace is asked about it.
    #[must_use]
    pub fn workspace(&self) -> &WorkspaceName {
        &self.workspace
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of_secret(self.text.reveal())
    }

    /// The `Set-Cookie` value that signs a page in.
    #[must_use]
    pub fn set_cookie(&self) -> String {
        let seconds = LIFETIME_MILLIS / 1000;
        format!(
            "{}={}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict",
            cookie(&self.workspace),
            self.text.reveal()
        )
    }
}

impl fmt::Debug for SessionSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionSecret({}, redacted)", self.workspace)
    }
}

/// What a browser says that it is, as far as it is kept: 200 visible characters of
/// ASCII.
#[must_use]
pub fn browser(said: &[u8]) -> String {
    let shown = said.iter().filter(|byte| matches!(byte, b' '..=b'~'));
    shown.take(200).copied().map(char::from).collect()
}

/// The `Set-Cookie` value that signs a page out of `workspace`.
#[must_use]
pub fn clear_cookie(workspace: &WorkspaceName) -> String {
    let cookie = cookie(workspace);
    format!("{cookie}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict")
}

/// The body of `POST /v1/session`.
#[derive(Default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// A management token. May be left out where Cloudflare Access says who it is.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^kwm_"))]
    token: Option<Secret>,
    /// Into which workspace, for the root token and for whom Cloudflare Access
    /// knows; `default` unless said otherwise. Every other token names its own.
    pub workspace: Option<WorkspaceName>,
}

impl SignIn {
    /// Reads the body of a request. With `token_needed`, nobody else says who it is.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong; `malformed_token` says what
    /// looks wrong with the token.
    pub fn read(body: &Json<'_>, token_needed: bool) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let token = match token_needed {
            true => fields.required("token", token as Read),
            false => fields.optional("token", token as Read),
        };
        let workspace = fields.optional("workspace", WorkspaceName::read);
        fields.finish(Some(Self {
            token: token.map(Secret::new),
            workspace,
        }))
    }

    /// The token, if there was one.
    #[must_use]
    pub fn token(&self) -> Option<ManagementToken<'_>> {
        parse_management(self.token.as_ref()?.reveal()).ok()
    }
}

type Read = fn(&Json<'_>) -> Result<String, Invalid>;

fn token(value: &Json<'_>) -> Result<String, Invalid> {
    let text = read::string(value)?;
    match parse_management(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(malformed) => Err(Invalid::one(Code::MalformedToken, malformed.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::testing::Seeded;

    /// The stored shape. A change here signs every page out.
    #[test]
    fn the_cookie_is_pinned() {
        let workspace = WorkspaceName::default_workspace();
        let secret = SessionSecret::mint(workspace, &mut Seeded::new(1)).unwrap();
        let set = secret.set_cookie();
        let (value, attributes) = set.split_once("; ").unwrap();
        assert_eq!(
            attributes,
            "Path=/; Max-Age=43200; Secure; HttpOnly; SameSite=Strict"
        );
        assert_eq!(value.len(), "__Host-keyway=default.".len() + 43);

        let sent = format!("theme=dark; {value}; x=y");
        let read = SessionSecret::from_cookie_header(&sent, secret.workspace()).unwrap();
        assert!(read.hash().matches(&secret.hash()));
        assert_eq!(
            format!("{read:?}"),
            "SessionSecret(WorkspaceName(\"default\"), redacted)"
                .replace("WorkspaceName(\"default\")", "default")
        );
    }

    /// The stored shape of the others, likewise.
    #[test]
    fn each_workspace_has_a_cookie_of_its_own_and_no_other_s_is_taken_for_it() {
        let [default, acme] = ["default", "acme"].map(|name| WorkspaceName::parse(name).unwrap());
        let secret = SessionSecret::mint(acme.clone(), &mut Seeded::new(1)).unwrap();
        let set = secret.set_cookie();
        let (pair, attributes) = set.split_once("; ").unwrap();
        assert!(pair.starts_with("__Host-keyway-acme=acme."), "{pair}");
        assert_eq!(
            attributes,
            "Path=/; Max-Age=43200; Secure; HttpOnly; SameSite=Strict"
        );
        assert_eq!(
            clear_cookie(&acme),
            "__Host-keyway-acme=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict"
        );
        let own = SessionSecret::mint(default.clone(), &mut Seeded::new(2)).unwrap();
        let both = format!("{}; {pair}", own.set_cookie().split_once(';').unwrap().0);
        for (workspace, secret) in [(&acme, &secret), (&default, &own)] {
            let read = SessionSecret::from_cookie_header(&both, workspace).unwrap();
            assert!(read.hash().matches(&secret.hash()));
        }
        // A session of one workspace under the cookie of another is none.
        let moved = pair.replace("__Host-keyway-acme", COOKIE);
        for workspace in [&default, &acme] {
            assert!(SessionSecret::from_cookie_header(&moved, workspace).is_none());
        }
    }

    #[test]
    fn a_browser_says_no_more_than_can_be_shown() {
        assert_eq!(browser("Moz\n\u{7f}illa é/5".as_bytes()), "Mozilla /5");
        assert_eq!(browser(&[b'x'; 300]).len(), 200);
    }

    #[test]
    fn a_cookie_that_is_cut_doubled_or_of_another_name_is_none() {
        let workspace = &WorkspaceName::default_workspace();
        let good = format!("__Host-keyway=default.{}", "a".repeat(43));
        assert!(SessionSecret::from_cookie_header(&good, workspace).is_some());
        for bad in [
            "",
            "__Host-keyway=",
            "__Host-keyway=default.",
            good.get(..good.len() - 1).unwrap(),
            &format!("{good}a"),
            &format!("{good}; {good}"),
            &good.replace("__Host-", ""),
            &good.replace("default", "root"),
            &good.replace('a', "-"),
        ] {
            let read = SessionSecret::from_cookie_header(bad, workspace);
            assert!(read.is_none(), "{bad}");
        }
    }
}
