//! The managing side: refuses what is not a call of this API, and passes the
//! rest on to its workspace. Rights are checked there, where they are kept.

use keyway_core::{
    access::HEADER,
    audit,
    avatar::Format,
    input::{Json, header::Precondition},
    problem::{Code, Problem},
    session::SignIn,
    token::{Malformed, Tenant, parse_management},
    workspace::WorkspaceName,
};
use worker::{Env, Headers, Request, Response};

use crate::{
    access,
    http::{body, credential, credential::Credential, csrf, header, idempotency, query},
    isolate,
    route::Manage,
    wire::Presented,
    workspace::{
        self,
        link::{self, Call},
    },
};

/// `POST /v1/session`: the one call that has its credential in the body, or none
/// and is Cloudflare Access's to vouch for.
///
/// # Errors
///
/// The problem to answer with.
pub async fn sign_in(mut request: Request, env: &Env) -> Result<Response, Problem> {
    // Also without a cookie: else a foreign page could sign its visitor in as
    // somebody else.
    csrf::check(&request)?;
    let origin = origin(request.headers())?;
    let browser = header(request.headers(), "user-agent")?;
    keyway_core::input::query::nothing(&query(&request))?;
    let body = body::json(&mut request, body::LIMIT).await?;
    let (workspace, presented) = match header(request.headers(), HEADER)? {
        // Whoever sends a token wants to be who it says, whatever stands before us.
        Some(token) if body.is_empty() => {
            let email = access::identify(&token, env).await?;
            let workspace = WorkspaceName::default_workspace();
            (workspace, Presented::Access(email))
        }
        _ => {
            let sign_in = SignIn::read(&Json::parse(&body)?)?;
            let token = sign_in.token().ok_or_else(Problem::internal)?;
            (
                workspace_of(token.tenant())?,
                Presented::Token(token.hash()),
            )
        }
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
pub async fn forward(call: Manage, mut request: Request, env: &Env) -> Result<Response, Problem> {
    let (workspace, presented) = match credential::find(request.headers()) {
        Ok(Credential::Bearer(text)) => {
            let token = parse_management(text.reveal()).map_err(malformed)?;
            (
                workspace_of(token.tenant())?,
                Some(Presented::Token(token.hash())),
            )
        }
        Ok(Credential::Session(secret)) => {
            csrf::check(&request)?;
            let hash = secret.hash();
            (known(secret.workspace())?, Some(Presented::Session(hash)))
        }
        // Signing out without being signed in is no mistake worth a message.
        Err(missing) if call == Manage::SignOut && missing.code() == Code::CredentialMissing => {
            (WorkspaceName::default_workspace(), None)
        }
        Err(missing)
            if call == Manage::WhoAmI
                && missing.code() == Code::CredentialMissing
                && access::is_there(request.headers(), env) =>
        {
            return Err(Problem::new(
                Code::AccessSignIn,
                "Cloudflare Access knows you. `POST /v1/session` without a body signs you in.",
            ));
        }
        Err(problem) => return Err(problem),
    };
    let idempotency_key = idempotency::key(request.headers())?;
    let precondition = header(request.headers(), "if-match")?;
    let precondition = Precondition::parse(precondition.as_deref());
    let media_type = header(request.headers(), "content-type")?;
    // In our words: what a client sent goes on under no name that we read.
    let media_type = media_type.as_deref().and_then(Format::declared);
    let accept = header(request.headers(), "accept")?;
    let lines = accept.is_some_and(|accept| accept.starts_with("application/x-ndjson"));
    let origin = origin(request.headers())?;
    let host = header(request.headers(), "host")?;
    let limit = call.body_limit();
    let reading = match call {
        // What it takes, the object says.
        Manage::PutAvatar(_) => body::any(&mut request, limit),
        _ => body::json(&mut request, limit),
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
    let (method, path, query) = (request.inner().method(), request.path(), query(&request));
    let call = Call {
        method: &method,
        path: &path,
        query: &query,
        presented,
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
    let refused = matches!(&answered, Ok(response) if response.status_code() >= 400);
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

/// The root token manages the default workspace.
fn workspace_of(tenant: &Tenant) -> Result<WorkspaceName, Problem> {
    match tenant {
        Tenant::Root => Ok(WorkspaceName::default_workspace()),
        Tenant::Workspace(name) => known(name),
    }
}

fn known(name: &WorkspaceName) -> Result<WorkspaceName, Problem> {
    if workspace::exists(name) {
        return Ok(name.clone());
    }
    Err(Problem::new(
        Code::CredentialInvalid,
        "This credential is not good, or no longer.",
    ))
}

fn malformed(malformed: Malformed) -> Problem {
    let code = match malformed {
        Malformed::WrongKind { .. } => Code::WrongCredentialKind,
        _ => Code::CredentialInvalid,
    };
    Problem::new(code, malformed.to_string())
}
