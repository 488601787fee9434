//! The one writer: a Durable Object per workspace, with SQLite.
//!
//! How a change is made, step by step:
//!
//! 1. who calls, and may they (`authority`);
//! 2. the alarm is set, so that step 5 happens even if this process dies;
//! 3. what takes waiting is made: the copies of tokens (`vault`);
//! 4. one transaction reads the body ([`keyway_core::input`]), and writes the key
//!    and what is to be published (`ledger`);
//! 5. the outbox publishes, and the answer says how far it got (`outbox`).
//!
//! What is published goes the way from 2 on in `changes`, whatever it is. The rest
//! needs no alarm.
//!
//! Requests to one object interleave wherever one of them waits for something
//! other than its storage. So everything that must be seen as one thing happens
//! in 4, which never waits, and nothing read before a wait is relied on after it.

mod announcements;
mod audit;
mod authority;
mod catalog;
mod changes;
mod idempotency;
mod keys;
pub(crate) mod link;
mod members;
mod notices;
mod outbox;
mod records;
mod registry;
mod reviews;
mod rotation;
mod schema;
mod sessions;
mod settings;
mod usage;
mod vault;
mod verifiers;
mod webhooks;

use std::{
    cell::{Cell, OnceCell},
    rc::Rc,
};

use keyway_core::{
    attempts::{Attempts, Whose},
    digest::Peppers,
    feed::{self, Seed, SeedCursor},
    input::{Invalid, Json, header::Precondition},
    instant::Instant,
    isolate::Limits,
    key::{ReasonRequest, RotateRequest},
    member::{Action, Actor},
    problem::{Code, Problem},
    region::Regions,
    scope::{AccountId, ScopeId},
    settings::Settings,
    text::Text,
    webhook::{self, WebhookUrl},
    workspace::WorkspaceName,
};
use wasm_bindgen::JsValue;
use worker::{Env, State};

use crate::{
    clock, config,
    http::{body, header, path, query, respond},
    ledger::{Ledger, migrations},
    log,
    platform::{self, Request, Response, internal},
    route::{self, Manage, Route},
    wire::{self, Presented},
};
use authority::Caller;

/// One workspace.
pub(crate) struct Workspace {
    // Shared with the writes to the store, which outlive the call that began them.
    state: Rc<State>,
    env: Env,
    /// Whether this instance has brought the schema up to date.
    migrated: Cell<bool>,
    /// And has seen to the rest that the first call of an instance sees to.
    named: Cell<bool>,
    /// Sign-ins that failed, here and lately.
    attempts: Cell<Attempts>,
}

/// A request as it reached the object.
struct Call {
    workspace: WorkspaceName,
    presented: Option<Presented>,
    /// What whoever calls has to be allowed.
    action: Action,
    path: String,
    /// From where, for the audit log: see [`wire::ORIGIN`].
    origin: String,
    /// A line for each entry is wanted.
    lines: bool,
    idempotency_key: Option<String>,
    precondition: Precondition,
    query: String,
    media_type: Option<String>,
    body: Vec<u8>,
    /// E-mail is set up.
    mails: bool,
    /// Where Keyway itself is: the names of hosts.
    own: [Option<String>; 2],
    now: Instant,
    /// Once they were read: see [`Call::settings`].
    settings: OnceCell<Settings>,
}

impl Call {
    /// What people have settled. Read once: a call may change a thousand keys, and
    /// nothing comes in between.
    fn settings(&self, ledger: &Ledger) -> core::result::Result<&Settings, Problem> {
        if let Some(settings) = self.settings.get() {
            return Ok(settings);
        }
        let settings = settings::read(ledger)?;
        Ok(self.settings.get_or_init(|| settings))
    }

    /// What is told must not come back here. Where that is may be another place
    /// later, so it is looked at again before anything is sent.
    fn refuse_own(
        &self,
        url: Option<&WebhookUrl>,
        field: &'static str,
    ) -> core::result::Result<(), Invalid> {
        let host = url.map(WebhookUrl::host);
        for own in self.own.iter().flatten() {
            if host.is_some_and(|host| own.eq_ignore_ascii_case(host)) {
                let own = Invalid::one(
                    Code::WebhookNotPublic,
                    "This is where Keyway itself is. Webhooks go elsewhere.",
                );
                return Err(own.at(field));
            }
        }
        Ok(())
    }

    /// Why, from a body that may be left out.
    fn reason(&self) -> Result<Option<Text>, Problem> {
        if self.body.is_empty() {
            return Ok(None);
        }
        Ok(ReasonRequest::read(&Json::parse(&self.body)?)?.reason)
    }

    /// How to rotate, likewise.
    fn rotation(&self) -> Result<RotateRequest, Problem> {
        if self.body.is_empty() {
            return Ok(RotateRequest::default());
        }
        Ok(RotateRequest::read(&Json::parse(&self.body)?)?)
    }
}

impl Workspace {
    pub(crate) fn new(state: State, env: Env) -> Self {
        Self {
            state: Rc::new(state),
            env,
            migrated: Cell::new(false),
            named: Cell::new(false),
            attempts: Cell::default(),
        }
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    pub(crate) async fn fetch(&self, request: Request) -> Result<Response, Problem> {
        let answered = self.answer(request).await;
        answered.map_err(|problem| self.helped(problem))
    }

    /// An error makes the platform try again, later and later.
    pub(crate) async fn alarm(&self) -> Result<JsValue, JsValue> {
        match self.publish_due().await {
            Ok(()) => Ok(JsValue::UNDEFINED),
            Err(problem) => Err(problem.detail().into()),
        }
    }

    fn ledger(&self) -> Ledger {
        Ledger::open(&self.state)
    }

    fn regions(&self) -> Result<Regions, Problem> {
        config::regions(&self.env)
    }

    fn limits(&self) -> Limits {
        config::limits(&self.env)
    }

    fn peppers(&self) -> Result<Peppers, Problem> {
        config::peppers(&self.env)
    }

    async fn answer(&self, request: Request) -> Result<Response, Problem> {
        let path = path(&request);
        // Traffic alone is enough to begin a rotation: nobody who manages may call
        // for long.
        if !self.migrated.get() && self.awake()? {
            let _ = outbox::arm_for_the_rest(&self.state).await;
        }
        if let Some((kind, hash)) = wire::parse_record_path(&path) {
            if !self.awake()? {
                return respond::empty(&[]);
            }
            return records::answer(&self.ledger(), kind, &hash);
        }
        if path == link::ANNOUNCED {
            let from = platform::bytes(request.array_buffer())
                .await
                .map_err(internal("body"))?;
            return self.announced(&from);
        }
        if path == link::USED {
            if !self.awake()? {
                return respond::empty(&[]);
            }
            let body = platform::bytes(request.array_buffer())
                .await
                .map_err(internal("body"))?;
            return usage::add(&self.ledger(), &body, clock::now());
        }
        if path == link::MADE {
            let name = platform::bytes(request.array_buffer())
                .await
                .map_err(internal("body"))?;
            let made = match self.awake()? {
                true => registry::made(&self.ledger(), &name)?,
                false => registry::DEFAULT.to_owned(),
            };
            return respond::octets(made.as_bytes());
        }
        if path == link::PROBE {
            return respond::empty(&[]);
        }
        let Ok(Route::Manage(route)) = route::find(&request.method(), &path) else {
            return Err(Problem::internal());
        };
        let headers = &request.headers();
        let workspace = header(headers, wire::WORKSPACE)?
            .and_then(|name| WorkspaceName::parse(&name).ok())
            .ok_or_else(Problem::internal)?;
        let presented = header(headers, wire::CREDENTIAL)?.and_then(|text| Presented::parse(&text));
        let idempotency_key = header(headers, wire::IDEMPOTENCY_KEY)?;
        let precondition = header(headers, wire::PRECONDITION)?;
        let precondition = Precondition::parse(precondition.as_deref());
        let media_type = header(headers, "content-type")?;
        let origin = header(headers, wire::ORIGIN)?.unwrap_or_default();
        let lines = header(headers, wire::LINES)?.is_some();
        let page = config::page(&self.env).ok().flatten();
        let page = page
            .as_ref()
            .and_then(|page| webhook::host_of(page.as_str()));
        let own = [header(headers, wire::HOST)?, page.map(str::to_owned)];
        let query = query(&request);
        let body = body::any(&request, route.body_limit()).await?;

        let call = Call {
            workspace,
            presented,
            action: route.action(),
            path,
            origin,
            lines,
            idempotency_key,
            precondition,
            query,
            media_type,
            body,
            mails: config::sender(&self.env).is_some(),
            own,
            now: clock::now(),
            settings: OnceCell::new(),
        };
        let ledger = self.ledger();
        self.wake(&ledger, &call).await?;
        if route.tells() {
            // Before who calls is known, for it waits. What is published sets its own.
            self.arm().await?;
        }
        if route == Manage::SignOut {
            // Who is not known any more is signed out, and leaves no entry.
            let caller = self.known(&ledger, &call).ok();
            return sessions::sign_out(&ledger, caller.as_ref(), &call);
        }
        let caller = match route {
            Manage::SignIn => self.signing_in(&ledger, &call)?,
            _ => self.known(&ledger, &call)?,
        };
        let answered = match caller.rights.allow(call.action) {
            Err(problem) => Err(problem),
            Ok(()) if route.publishes() => self.change(&route, &call).await,
            Ok(()) => match route {
                Manage::RevealKey(id) => self.reveal(&caller, id, &call).await,
                _ => self.answer_at_once(&ledger, &route, &caller, &call),
            },
        };
        if let Err(problem) = &answered
            && problem.code().status() == 403
        {
            let wanted = match route {
                // What exactly stands in the body, and is not in the action.
                Manage::ChangeKeys => "keys.bulk",
                _ => call.action.as_str(),
            };
            audit::note_refusal(&ledger, &caller, wanted, &call)?;
        }
        // Also where it was set before: an alarm of meanwhile may have seen nothing to do,
        // and taken it away.
        if answered.is_ok() && (route.sends() || route.tells()) {
            outbox::arm_for_the_rest(&self.state).await?;
        }
        answered
    }

    /// What waits for nothing.
    fn answer_at_once(
        &self,
        ledger: &Ledger,
        route: &Manage,
        caller: &Caller,
        call: &Call,
    ) -> Result<Response, Problem> {
        let has_vault = || !config::vault_keys(&self.env).is_empty();
        match route {
            Manage::SignIn => sessions::sign_in(ledger, caller, call, has_vault()),
            Manage::WhoAmI => sessions::who_am_i(ledger, caller, call, has_vault()),
            Manage::ListSessions | Manage::EndSessions | Manage::EndSession(_) => {
                sessions::answer(ledger, caller, route, call)
            }
            Manage::ListKeys => keys::list(ledger, caller, call),
            Manage::CountKeys => keys::counts(ledger, caller, call),
            Manage::ReadKey(id) => keys::read(ledger, caller, *id, call),
            Manage::ReadLog => audit::list(ledger, caller, None, call),
            Manage::KeyAudit(id) => audit::list(ledger, caller, Some(*id), call),
            Manage::KeyUsage(id) => usage::read(ledger, caller, *id, call),
            Manage::PutAvatar(id) | Manage::ReadAvatar(id) | Manage::DeleteAvatar(id) => {
                keys::avatar::answer(ledger, caller, route, *id, call)
            }
            Manage::CreateScope => catalog::create::<ScopeId>(ledger, caller, call),
            Manage::ListScopes => catalog::list(ledger, caller.rights.scope_sight(), call),
            Manage::ReadScope(id) => catalog::read(ledger, caller.rights.scope_sight(), id, call),
            Manage::EditScope(id) => catalog::edit(ledger, caller, id, call),
            Manage::DeleteScope(id) => catalog::delete(ledger, caller, id, call),
            Manage::CreateAccount => catalog::create::<AccountId>(ledger, caller, call),
            Manage::ListAccounts => catalog::list(ledger, caller.rights.sight(), call),
            Manage::ReadAccount(id) => catalog::read(ledger, caller.rights.sight(), id, call),
            Manage::EditAccount(id) => catalog::edit(ledger, caller, id, call),
            Manage::DeleteAccount(id) => catalog::delete(ledger, caller, id, call),
            Manage::NoteReview => reviews::note(ledger, caller, call),
            Manage::ListReviews => reviews::list(ledger, call),
            Manage::CreateWorkspace => registry::create(ledger, caller, call),
            Manage::ListWorkspaces => registry::list(ledger, call),
            Manage::ReadSettings | Manage::EditSettings => settings::answer(
                ledger,
                caller,
                matches!(route, Manage::EditSettings),
                self.limits().bound_millis(),
                call,
            ),
            Manage::ReadPepper => self.pepper(ledger, call),
            Manage::InviteMember
            | Manage::ListMembers
            | Manage::ReadMember(_)
            | Manage::EditMember(_)
            | Manage::RemoveMember(_)
            | Manage::ReplaceMemberToken(_)
            | Manage::RevokeMemberToken(_) => members::answer(ledger, caller, route, call),
            Manage::ListVerifiers => verifiers::list(ledger, call),
            Manage::CreateWebhook
            | Manage::ListWebhooks
            | Manage::ReadWebhook(_)
            | Manage::EditWebhook(_)
            | Manage::RemoveWebhook(_)
            | Manage::RotateWebhook(_)
            | Manage::TestWebhook(_)
            | Manage::ListDeliveries
            | Manage::ResendDelivery(_) => webhooks::answer(ledger, caller, route, call),
            // Answered before.
            Manage::SignOut
            | Manage::CreateKey
            | Manage::ImportKeys
            | Manage::ChangeKeys
            | Manage::EditKey(_)
            | Manage::BlockKey(_)
            | Manage::UnblockKey(_)
            | Manage::RevokeKey(_)
            | Manage::DeleteKey(_)
            | Manage::RevealKey(_)
            | Manage::RotateKey(_)
            | Manage::EndPreviousToken(_)
            | Manage::CreateVerifier
            | Manage::RotateVerifier(_)
            | Manage::EndVerifierToken(_)
            | Manage::RemoveVerifier(_) => Err(Problem::internal()),
        }
    }

    /// Who signs in. Whether there is no such token, or it is good no longer, takes
    /// the same look and gets the same answer.
    fn signing_in(&self, ledger: &Ledger, call: &Call) -> Result<Caller, Problem> {
        let (address, _) = call.origin.split_once(',').unwrap_or_default();
        let from = Whose::address(address);
        let mut attempts = self.attempts.take();
        let mut caller = attempts
            .check(from, call.now)
            .and_then(|()| self.known(ledger, call));
        match &caller {
            Err(problem) if problem.code() == Code::CredentialInvalid => {
                attempts.note(from, call.now);
            }
            // The operator's own token is no member's.
            Ok(known) if known.actor.id != Actor::root().id => {
                let member = Whose::member(known.actor.id);
                match attempts.check(member, call.now) {
                    Ok(()) => attempts.note(member, call.now),
                    Err(problem) => caller = Err(problem),
                }
            }
            _ => {}
        }
        self.attempts.set(attempts);
        caller
    }

    /// Who calls, if they may do what they call for. Asked again after whatever
    /// waited: meanwhile somebody may have lost a right.
    fn caller(&self, ledger: &Ledger, call: &Call) -> Result<Caller, Problem> {
        let caller = self.known(ledger, call)?;
        caller.rights.allow(call.action)?;
        Ok(caller)
    }

    /// Who calls, whatever they may do.
    fn known(&self, ledger: &Ledger, call: &Call) -> Result<Caller, Problem> {
        let root = config::root(&self.env);
        Caller::establish(ledger, call, root.as_ref(), clock::now())
    }

    /// A refusal, with where help is to be had. What reads the settings must not
    /// stand in the way of saying what is wrong, so a refusal goes without.
    fn helped(&self, problem: Problem) -> Problem {
        // Before the first call is through there may be no tables.
        if !self.named.get() {
            return problem;
        }
        match settings::read(&self.ledger()) {
            Ok(settings) => problem.helped(settings),
            Err(_) => problem,
        }
    }

    /// The first call of an instance: the tables are brought up to date, and an
    /// alarm is set if there is work that lost its own.
    async fn wake(&self, ledger: &Ledger, call: &Call) -> Result<(), Problem> {
        if self.named.get() {
            return Ok(());
        }
        ledger.atomically(|| {
            migrations::migrate(ledger, schema::MIGRATIONS, call.now)?;
            schema::name(ledger, &call.workspace)
        })?;
        self.migrated.set(true);
        self.take_up(ledger)?;
        self.named.set(true);
        outbox::arm_for_the_rest(&self.state).await
    }

    /// For calls that nobody makes who could bring a workspace into being: the
    /// tables are brought up to date if there are any. Whether there are is the
    /// answer.
    fn awake(&self) -> Result<bool, Problem> {
        if self.migrated.get() {
            return Ok(true);
        }
        let ledger = self.ledger();
        if migrations::applied(&ledger)? == 0 {
            return Ok(false);
        }
        ledger.atomically(|| migrations::migrate(&ledger, schema::MIGRATIONS, clock::now()))?;
        self.migrated.set(true);
        self.take_up(&ledger)?;
        Ok(true)
    }

    /// Whatever changed about the regions and the peppers since the instance
    /// before. What is not configured stays as it was.
    fn take_up(&self, ledger: &Ledger) -> Result<(), Problem> {
        let now = clock::now();
        let since = now.plus_millis(-self.limits().retention_millis());
        ledger.commit(&mut || {
            if let Ok(regions) = self.regions() {
                announcements::take_up(ledger, &regions, since, now)?;
            }
            if let Ok(peppers) = self.peppers() {
                rotation::take_up(ledger, peppers.current(), now)?;
            }
            Ok(())
        })
    }

    /// What a feed that has just started may have missed.
    fn announced(&self, from: &[u8]) -> Result<Response, Problem> {
        let after = SeedCursor::decode(from).map_err(|error| {
            log::anomaly("feed", error);
            Problem::internal()
        })?;
        let mut seed = Seed {
            changes: Vec::new(),
            next: None,
        };
        if self.awake()? {
            let since = clock::now().plus_millis(-self.limits().retention_millis());
            let after = after.map(|cursor| (cursor.announced_at, cursor.digest));
            let limit = i64::try_from(feed::PAGE).unwrap_or(i64::MAX);
            let page = outbox::announced(&self.ledger(), since, after, limit)?;
            if page.len() >= feed::PAGE {
                seed.next = page.last().map(|(announced_at, change)| SeedCursor {
                    announced_at: *announced_at,
                    digest: change.digest,
                });
            }
            seed.changes = page.into_iter().map(|(_, change)| change).collect();
        }
        respond::octets(&seed.encode())
    }
}
