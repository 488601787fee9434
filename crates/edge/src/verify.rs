//! The verifying side: who asks, and is the token good.

use keyway_core::{
    digest::Peppers,
    input::Json,
    problem::{Code, Problem, ProblemDocument},
    token::{ApiPrefix, ManagementToken, parse_management},
    verify::{
        self, Anomaly, Caller, CallerRefusal, CallerStep, Load, Loaded, Question, Step, Verdict,
    },
    workspace::WorkspaceName,
};
use serde::Serialize;
use worker::{Env, Request, Response};

use crate::{
    clock, config,
    http::{body, credential, header, query, respond},
    log, store,
    workspace::{self, link},
};

/// `POST /v1/verify`.
///
/// # Errors
///
/// The problem to answer with. A token that is not good is none: the verdict
/// says so, with HTTP 200.
pub async fn answer(request: Request, env: &Env) -> Result<Response, Problem> {
    match verdict_of(request, env).await {
        Ok(Verdict::Unavailable) => {
            let detail = Verdict::Unavailable.detail();
            refusal(&Problem::new(Code::Unavailable, detail))
        }
        Ok(verdict) => respond::json(200, &verdict.view()),
        Err(problem) if problem.code().status() == 503 => refusal(&problem),
        Err(problem) => Err(problem),
    }
}

async fn verdict_of(mut request: Request, env: &Env) -> Result<Verdict, Problem> {
    keyway_core::input::query::nothing(&query(&request))?;
    let peppers = config::peppers(env)?;
    let workspace = caller(&request, env, &peppers).await?;
    let body = body::json(&mut request).await?;
    let question = Question::read(&Json::parse(&body)?)?;
    Ok(verdict(&question, &workspace, &peppers, env).await)
}

/// The workspace within which the caller asks.
async fn caller(request: &Request, env: &Env, peppers: &Peppers) -> Result<WorkspaceName, Problem> {
    let Some(authorization) = header(request.headers(), "authorization")? else {
        return Err(Problem::new(
            Code::CredentialMissing,
            "A verifier token is needed: send `Authorization: Bearer kwv_…`.",
        ));
    };
    let token = credential::bearer(&authorization)?;
    if let Ok(management) = parse_management(token.reveal()) {
        return administrator(&management, env);
    }
    let mut step = Caller::begin(token.reveal(), workspace::exists, peppers);
    loop {
        match step {
            CallerStep::Done(Ok(caller)) => return Ok(caller.workspace),
            CallerStep::Done(Err(refusal)) => return Err(refused(refusal)),
            CallerStep::Load(what, pending) => {
                let loaded = load(&what, env).await;
                step = pending.resume(loaded, note);
            }
        }
    }
}

/// An administrator may ask too, to try things out; the operator's root token
/// asks within the default workspace.
fn administrator(token: &ManagementToken<'_>, env: &Env) -> Result<WorkspaceName, Problem> {
    if config::root(env).is_some_and(|root| root.matches(&token.hash())) {
        return Ok(WorkspaceName::default_workspace());
    }
    Err(Problem::new(
        Code::CredentialInvalid,
        "This management token is not good, or no longer.",
    ))
}

async fn verdict(
    question: &Question,
    workspace: &WorkspaceName,
    peppers: &Peppers,
    env: &Env,
) -> Verdict {
    let prefix = ApiPrefix::default();
    let mut step = verify::begin(question, &prefix, workspace, peppers);
    loop {
        match step {
            Step::Verdict(verdict) => return *verdict,
            Step::Load(what, pending) => {
                let loaded = load(&what, env).await;
                step = pending.resume(loaded, clock::now(), note);
            }
        }
    }
}

async fn load(what: &Load, env: &Env) -> Loaded {
    match what {
        Load::Store(key) => store::read(env, key).await,
        Load::Workspace {
            workspace,
            kind,
            hash,
        } => link::record(env, workspace, *kind, hash).await,
    }
}

fn note(anomaly: Anomaly) {
    // What failed to answer has been logged where it failed, with the reason.
    if !matches!(anomaly, Anomaly::StoreFailed | Anomaly::WorkspaceFailed) {
        log::anomaly("verification", anomaly);
    }
}

fn refused(refusal: CallerRefusal) -> Problem {
    use keyway_core::token::Malformed;
    let code = match refusal {
        CallerRefusal::Malformed(Malformed::WrongKind { .. }) => Code::WrongCredentialKind,
        CallerRefusal::Malformed(_) | CallerRefusal::NotGood => Code::CredentialInvalid,
        CallerRefusal::Unavailable => Code::Unavailable,
    };
    Problem::new(code, refusal.to_string())
}

/// A refusal that is a verdict too: to a service that looks at `valid` alone,
/// none of them is a yes.
fn refusal(problem: &Problem) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Refusal<'a> {
        valid: bool,
        #[serde(flatten)]
        problem: ProblemDocument<'a>,
    }
    respond::problem_as(
        problem,
        &Refusal {
            valid: false,
            problem: problem.document(),
        },
    )
}
