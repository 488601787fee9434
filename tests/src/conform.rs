//! Some of everything, for whoever is to try everything.

use serde_json::json;

use crate::World;

/// More than one run takes away.
const KEYS: usize = 150;
/// Of each of the rest.
const OTHERS: usize = 30;

const PICTURE: &[u8] = include_bytes!("../../fuzz/corpus/avatar/png");

/// What a world was furnished with.
#[derive(Debug)]
pub struct Furniture {
    keys: Vec<String>,
    tokens: Vec<String>,
    scopes: Vec<String>,
    accounts: Vec<String>,
    verifiers: Vec<String>,
    members: Vec<String>,
    management: [String; 1],
    verifier: String,
}

impl Furniture {
    /// Furnishes it.
    ///
    /// # Panics
    /// When the Worker does not let it.
    #[must_use]
    pub fn of(world: &World) -> Self {
        let admin = world.admin();
        let named = |what: &str| (0..OTHERS).map(|n| format!("{what}:{n}")).collect();
        let (scopes, accounts): (Vec<String>, Vec<String>) = (named("read"), named("acme"));
        scopes.iter().for_each(|id| admin.scope(id));
        accounts.iter().for_each(|id| admin.account(id));
        let verifiers = (0..OTHERS).map(|n| admin.verifier(&format!("Gateway {n}")));
        let verifiers = verifiers.map(|verifier| verifier.id).collect();
        let members = (0..OTHERS).map(|n| {
            let member =
                json!({ "name": format!("Mo {n}"), "email": format!("mo{n}@example.com") });
            let invited = admin.post("/v1/members", &member).good(201);
            invited["member"]["id"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        });
        let members = members.collect();
        let (mut keys, mut tokens) = (Vec::new(), Vec::new());
        for n in 0..KEYS {
            let made = admin.create(&json!({
                "name": format!("Key {n}"),
                "recoverable": n % 2 == 0,
                "scopes": [scopes[n % 10]],
                "accounts": [accounts[n % 10]],
            }));
            if n % 2 == 0 {
                let request = admin.request("PUT", &format!("/v1/keys/{}/avatar", made.id));
                let request = request.header("content-type", "image/png").body(PICTURE);
                let _ = admin.door.send(&request).good(200);
            }
            keys.push(made.id);
            tokens.push(made.token);
        }
        Self {
            keys,
            tokens,
            scopes,
            accounts,
            verifiers,
            members,
            management: [world.root().to_owned()],
            verifier: admin.verifier("Conform").token,
        }
    }

    /// The lists, by the names of their files.
    #[must_use]
    pub fn lists(&self) -> [(&'static str, &[String]); 7] {
        [
            ("keys.txt", &self.keys),
            ("tokens.txt", &self.tokens),
            ("scopes.txt", &self.scopes),
            ("accounts.txt", &self.accounts),
            ("verifiers.txt", &self.verifiers),
            ("members.txt", &self.members),
            ("management.txt", &self.management),
        ]
    }

    /// The token of a verifier that is on no list: nothing removes it.
    #[must_use]
    pub fn verifier(&self) -> &str {
        &self.verifier
    }
}
