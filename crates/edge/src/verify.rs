//! The verifying side: who asks, and is the token good.

use futures_util::{FutureExt, future::join3};
use js_sys::{JsString, Reflect};
use keyway_core::{
    input::{Json, header::bearer},
    instant::Instant,
    isolate::FollowUp,
    problem::{Code, Problem, ProblemDocument},
    token::{ManagementToken, is_for_management, parse_management},
    verify::{
        Anomaly, Asker, Brought, CallerRefusal, Load, Loaded, Loads, Outcome, Question, Step,
        Verdict, Verification,
    },
    workspace::WorkspaceName,
};
use serde::Serialize;
use worker::Env;

use crate::{
    clock,
    http::{body, header, query, respond},
    isolate::{self, Setup},
    log,
    platform::{Context, Request, Response, exports, words},
    proxy, store,
    workspace::link,
};

/// Where a question stands.
pub enum Asked {
    /// In the body.
    InBody,
    /// In the body, and that was read already.
    Read(Vec<u8>),
    /// In the headers, as a reverse proxy sends it.
    InHeaders,
}

/// `POST /v1/verify` and `GET /v1/auth`.
///
/// # Errors
///
/// The problem to answer with. A token that is not good is none: the verdict
/// says so, with HTTP 200 where the question is in the body.
pub async fn answer(
    request: Request,
    asked: Asked,
    env: &Env,
    context: &Context,
) -> Result<Response, Problem> {
    let by_proxy = matches!(asked, Asked::InHeaders);
    let verdict = verdict_of(request, asked, env, context).await;
    if by_proxy {
        return proxy::answer(verdict);
    }
    match verdict {
        Ok((Verdict::Unavailable, _)) => {
            let detail = Verdict::Unavailable.detail();
            refusal(&Problem::new(Code::Unavailable, detail))
        }
        Ok((verdict, stale)) => respond::json(200, &verdict.view(stale)),
        Err(problem) if problem.code().status() == 503 => refusal(&problem),
        Err(problem) => Err(problem),
    }
}

/// The verdict, if nothing has to be waited for: the set-up is read, the records
/// are cached, the view is fresh. Nothing is decided here that [`answer`] would
/// decide otherwise; whatever is out of the ordinary is left to it.
///
/// With it comes what is to follow.
pub(crate) fn at_once(
    authorization: &str,
    body: &[u8],
    now: Instant,
) -> Option<(JsString, FollowUp)> {
    isolate::with_setup(|setup, isolate| {
        let token = bearer(authorization).ok()?;
        let asker = match Asker::met(token, isolate) {
            Some(asker) => asker,
            None => asker(token, setup).ok()?,
        };
        let question = Question::read(&Json::parse(body).ok()?).ok()?;
        let (shapes, peppers) = (&setup.shapes, &setup.peppers);
        let mut verification = Verification::begin(Some(&question), shapes, asker, peppers, now);
        match verification.advance(isolate, now, &mut note) {
            Step::Done(outcome) => match *outcome {
                Outcome::Refused(_)
                | Outcome::Verdict {
                    verdict: Verdict::Unavailable,
                    ..
                } => None,
                Outcome::Verdict { verdict, stale } => {
                    let answer = written(&verdict, stale)?;
                    let follow_up = match counts(&verdict) {
                        true => isolate.follow_up(now),
                        false => FollowUp::Nothing,
                    };
                    Some((answer, follow_up))
                }
            },
            Step::Load(_) => None,
        }
    })?
}

/// A good verdict goes the same way again and again, so it is kept as what the
/// runtime takes: no text has to be made of bytes any more.
fn written(verdict: &Verdict, stale: bool) -> Option<JsString> {
    let write = || verdict.to_json(stale).map(JsString::from);
    match verdict {
        Verdict::Valid(kept) if !stale => kept.good(write).cloned(),
        _ => write(),
    }
}

async fn verdict_of(
    request: Request,
    asked: Asked,
    env: &Env,
    context: &Context,
) -> Result<(Verdict, bool), Problem> {
    let started = clock::now();
    keyway_core::input::query::nothing(&query(&request))?;
    let setup = isolate::setup(env, || continent(&request))?;
    let asker = match asked {
        Asked::InHeaders => asker(&proxy::credential(&request.headers())?, &setup)?,
        Asked::InBody | Asked::Read(_) => asker(bearer(&authorization(&request)?)?, &setup)?,
    };
    let body = match asked {
        Asked::InHeaders => None,
        Asked::Read(body) => Some(Ok(body)),
        Asked::InBody => Some(body::json(&request, body::LIMIT).await),
    };
    let question = match body {
        None => proxy::question(&request.headers()),
        Some(Ok(body)) => {
            Json::parse(&body).and_then(|json| Question::read(&json).map_err(Into::into))
        }
        Some(Err(problem)) => Err(problem),
    };
    let outcome = verify(question.as_ref().ok(), asker, &setup, started, env).await?;
    let counts = match &outcome {
        Outcome::Verdict { verdict, .. } => counts(verdict),
        Outcome::Refused(_) => true,
    };
    if counts {
        let follow_up = isolate::with(|isolate| isolate.follow_up(clock::now()))?;
        if follow_up != FollowUp::Nothing {
            let env = env.clone();
            let following = async move { isolate::follow_up(&env, follow_up).await };
            if let Err(thrown) = context.wait_until(&exports::done(following.boxed_local())) {
                log::fault("verification", words(&thrown));
            }
        }
    }
    // What is wrong with a question learns only who may ask one.
    question?;
    match outcome {
        Outcome::Verdict { verdict, stale } => Ok((verdict, stale)),
        Outcome::Refused(refusal) => Err(refused(refusal)),
    }
}

/// Whether a verification shows that there is traffic, for which the view is kept
/// up to date. A token of no known shape costs nothing (promise 9).
fn counts(verdict: &Verdict) -> bool {
    !matches!(verdict, Verdict::Malformed(_))
}

/// Where the request came from, as the platform tells it.
fn continent(request: &Request) -> Option<String> {
    let cf = Reflect::get(request, &"cf".into()).ok()?;
    Reflect::get(&cf, &"continent".into()).ok()?.as_string()
}

fn authorization(request: &Request) -> Result<String, Problem> {
    header(&request.headers(), "authorization")?.ok_or_else(|| {
        Problem::new(
            Code::CredentialMissing,
            "A verifier token is needed: send `Authorization: Bearer kwv_…`.",
        )
    })
}

/// Who asks, and within which workspace.
fn asker(token: &str, setup: &Setup) -> Result<Asker, Problem> {
    if is_for_management(token)
        && let Ok(management) = parse_management(token)
    {
        return administrator(&management, setup);
    }
    Asker::verifier(token).map_err(refused)
}

/// An administrator may ask too, to try things out; the operator's root token
/// asks within the default workspace.
fn administrator(token: &ManagementToken<'_>, setup: &Setup) -> Result<Asker, Problem> {
    if setup.root.is_some_and(|root| root.matches(&token.hash())) {
        return Ok(Asker::trusted(WorkspaceName::default_workspace()));
    }
    Err(Problem::new(
        Code::CredentialInvalid,
        "This management token is not good, or no longer.",
    ))
}

async fn verify(
    question: Option<&Question>,
    asker: Asker,
    setup: &Setup,
    started: Instant,
    env: &Env,
) -> Result<Outcome, Problem> {
    let mut verification =
        Verification::begin(question, &setup.shapes, asker, &setup.peppers, started);
    let mut step = isolate::with(|isolate| verification.advance(isolate, clock::now(), &mut note))?;
    loop {
        match step {
            Step::Done(outcome) => return Ok(*outcome),
            Step::Load(loads) => {
                let brought = bring(&loads, started, env).await;
                step = isolate::with(|isolate| {
                    verification.resume(brought, isolate, clock::now(), &mut note)
                })?;
            }
        }
    }
}

/// Everything at once: what is slowest is what it takes.
async fn bring(loads: &Loads, started: Instant, env: &Env) -> Brought {
    let poll = async {
        match loads.poll {
            true => isolate::poll(env, loads.check.clone(), started).await,
            false => None,
        }
    };
    let (polled, caller, key) = join3(
        poll,
        load(loads.caller.as_ref(), env),
        load(loads.key.as_ref(), env),
    )
    .await;
    Brought {
        polled,
        caller,
        key,
    }
}

async fn load(what: Option<&Load>, env: &Env) -> Option<Loaded> {
    Some(match what? {
        Load::Store(key) => store::read(env, key).await,
        Load::Workspace {
            workspace,
            kind,
            hash,
        } => match link::is_made(env, workspace).await {
            // Made up by whoever sent the token. Where nobody can say, the object can.
            Some(false) => Loaded::Absent,
            _ => link::record(env, workspace, *kind, hash).await,
        },
    })
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
