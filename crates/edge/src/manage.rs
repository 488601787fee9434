//! The managing side: refuses what is not a call of this API, and passes the
//! rest on to its workspace. Rights are checked there, where they are kept.

use keyway_core::{
    access::HEADER,
    audit,
    avatar::Format,
    input::{Json, header::Precondition},
    problem::{Code, Problem},
    session::{SignIn, clear_cookie},
    token::{Malformed, Tenant, parse_management},
    workspace::WorkspaceName,
};
use worker::Env;

use crate::{
    access,
    http::{
        body, credential, credential::Credential, csrf, header, idempotency, path, query, respond,
    },
    isolate,
    platform::{Headers, Request, Response},
    route::Manage,
    wire::{self, Presented},
    workspace::link::{self, Call},
};

/// `POST /v1/session`: the one call that has its credential in the body, or none
/// and is Cloudflare Access's to vouch for.
///
/// # Errors
///
/// The problem to answer with.
pub async fn sign_in(request: Request, env: &Env) -> Result<Response, Problem> {
    // Also without a cookie: else a foreign page could sign its visitor in as
    // somebody else.
    csrf::check(&request)?;
    let origin = origin(&request.headers())?;
    let browser = header(&request.headers(), "user-agent")?;
    keyway_core::input::query::nothing(&query(&request))?;
    let body = body::json(&request, body::LIMIT).await?;
    let vouched = header(&request.headers(), HEADER)?;
    let sign_in = match vouched.is_some() && body.is_empty() {
        true => SignIn::default(),
        false => SignIn::read(&Json::parse(&body)?, vouched.is_none())?,
    };
    // Whoever sends a token wants to be who it says, whatever stands before us.
    let (workspace, presented) = match (sign_in.token(), vouched) {
        (Some(token), _) => (
            of(token.tenant(), sign_in.workspace.as_ref())?,
            Presented::Token(token.hash()),
        ),
        (None, Some(vouched)) => {
            let email = access::identify(&vouched, env).await?;
            let named = sign_in.workspace.as_ref();
            (of(&Tenant::Root, named)?, Presented::Access(email))
        }
        (None, None) => return Err(Problem::internal()),
    };
    let call = Call {
        method: "POST",
        path: "/v1/session",
        query: "",
        presented: Some(presented),
        idempotency_key: None,
        precondition: Precondition::Missing,
        media_type: None,
        origin,
        host: None,
        lines: false,
        // The token has done its work here; by this its owner knows the session.
        body: browser.unwrap_or_default().into_bytes(),
    };
    link::forward(env, &workspace, call).await
}

/// Every other call.
///
/// # Errors
///
/// The problem to answer with.
pub async fn forward(call: Manage, request: Request, env: &Env) -> Result<Response, Problem> {
    let named = named(&request.headers())?;
    let own = named.clone();
    let own = own.unwrap_or_else(WorkspaceName::default_workspace);
    let (workspace, presented) = match credential::find(&request.headers(), &own) {
        Ok(Credential::Bearer(text)) => {
            let token = parse_management(text.reveal()).map_err(malformed)?;
            (
                of(token.tenant(), named.as_ref())?,
                Presented::Token(token.hash()),
            )
        }
        Ok(Credential::Session(secret)) => {
            csrf::check(&request)?;
            (own, Presented::Session(secret.hash()))
        }
        // Signing out without being signed in is no mistake worth a message.
        Err(missing) if call == Manage::SignOut && missing.code() == Code::CredentialMissing => {
            return respond::empty(&[("set-cookie", &clear_cookie(&own))]);
        }
        Err(missing)
            if call == Manage::WhoAmI
                && missing.code() == Code::CredentialMissing
                && access::is_there(&request.headers(), env) =>
        {
            return Err(Problem::new(
                Code::AccessSignIn,
                "Cloudflare Access knows you. `POST /v1/session` without a body signs you in.",
            ));
        }
        Err(problem) => return Err(problem),
    };
    let idempotency_key = idempotency::key(&request.headers())?;
    let precondition = header(&request.headers(), "if-match")?;
    let precondition = Precondition::parse(precondition.as_deref());
    let media_type = header(&request.headers(), "content-type")?;
    // In our words: what a client sent goes on under no name that we read.
    let media_type = media_type.as_deref().and_then(Format::declared);
    let accept = header(&request.headers(), "accept")?;
    let lines = accept.is_some_and(|accept| accept.starts_with("application/x-ndjson"));
    let origin = origin(&request.headers())?;
    let host = header(&request.headers(), "host")?;
    let limit = call.body_limit();
    let reading = match call {
        // What it takes, the object says.
        Manage::PutAvatar(_) => body::any(&request, limit),
        _ => body::json(&request, limit),
    };
    let body = reading.await?;
    if !call.takes_body() && !body.is_empty() {
        return Err(Problem::new(
            Code::UnexpectedBody,
            "This call takes no body.",
        ));
    }
    let changes = call.takes_body()
        || matches!(
            call,
            Manage::RemoveVerifier(_)
                | Manage::EndVerifierToken(_)
                | Manage::EndPreviousToken(_)
                | Manage::DeleteKey(_)
        );
    let (method, path, query) = (request.method(), path(&request), query(&request));
    let call = Call {
        method: &method,
        path: &path,
        query: &query,
        presented: Some(presented),
        idempotency_key,
        precondition,
        media_type: media_type.map(Format::media_type),
        origin,
        host,
        lines,
        body,
    };
    let answered = link::forward(env, &workspace, call).await;
    // Without an answer it may have been done. What was refused changed nothing,
    // and must not let strangers make this isolate ask its feed.
    let refused = matches!(&answered, Ok(response) if response.status() >= 400);
    if changes && !refused {
        isolate::doubt();
    }
    answered
}

/// From where, and which request, for the audit log. Cloudflare sets both, whatever
/// the client sent. Where this runs elsewhere, what stands before it has to.
fn origin(headers: &Headers) -> Result<String, Problem> {
    let mut origin = audit::from_header(header(headers, "cf-connecting-ip")?);
    origin.push(',');
    origin.push_str(&audit::from_header(header(headers, "cf-ray")?));
    Ok(origin)
}

/// The workspace that a call names. A name that cannot be one is that of none.
fn named(headers: &Headers) -> Result<Option<WorkspaceName>, Problem> {
    let name = header(headers, wire::WORKSPACE)?;
    let name = name.map(|name| WorkspaceName::parse(&name)).transpose();
    name.map_err(|_| not_good())
}

/// The root token manages whichever workspace is named, and is in the default one
/// where none is. Every other token has its own.
fn of(tenant: &Tenant, named: Option<&WorkspaceName>) -> Result<WorkspaceName, Problem> {
    let own = match tenant {
        Tenant::Root => {
            return Ok(named
                .cloned()
                .unwrap_or_else(WorkspaceName::default_workspace));
        }
        Tenant::Workspace(own) => own,
    };
    match named {
        Some(named) if named != own => Err(not_good()),
        _ => Ok(own.clone()),
    }
}

pub(crate) fn not_good() -> Problem {
    Problem::new(
        Code::CredentialInvalid,
        "This credential is not good, or no longer.",
    )
}

fn malformed(malformed: Malformed) -> Problem {
    let code = match malformed {
        Malformed::WrongKind { .. } => Code::WrongCredentialKind,
        _ => Code::CredentialInvalid,
    };
    Problem::new(code, malformed.to_string())
}
