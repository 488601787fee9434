//! The Worker: skeleton.
use worker::{Context, DurableObject, Env, Request, Response, Result, State, durable_object, event};

#[event(fetch)]
async fn fetch(request: Request, _env: Env, _context: Context) -> Result<Response> {
    match request.path().as_str() {
        "/healthz" => Response::ok("{\"status\":\"ok\"}"),
        _ => Response::error("not found", 404),
    }
}

/// One workspace.
#[durable_object(alarm)]
pub struct Workspace {
    _state: State,
    _env: Env,
}

impl DurableObject for Workspace {
    fn new(state: State, env: Env) -> Self {
        Self { _state: state, _env: env }
    }
    async fn fetch(&self, _request: Request) -> Result<Response> {
        Response::ok("ok")
    }
    async fn alarm(&self) -> Result<Response> {
        Response::ok("ok")
    }
}
