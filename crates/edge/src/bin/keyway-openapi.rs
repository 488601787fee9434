//! Prints the OpenAPI document. `cargo xtask build` puts it beside the page.

use std::{io::Write, process::ExitCode};

fn main() -> ExitCode {
    let printed = serde_json::to_vec(&keyway_edge::openapi::document())
        .map_err(std::io::Error::other)
        .and_then(|document| std::io::stdout().write_all(&document));
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("keyway-openapi: {error}");
            ExitCode::FAILURE
        }
    }
}
