//! The description of the API, made from the Rust types.

use std::fs;

use anyhow::Result;

use super::{Workshop, page::OPENAPI, place};
use crate::process;

/// Makes `build/www/openapi.json`.
pub(super) fn make(workshop: &Workshop<'_>) -> Result<()> {
    let mut cargo = workshop.project.cargo();
    cargo.args(["run", "--package", "keyway-edge", "--features", "openapi"]);
    cargo.args(["--bin", "keyway-openapi"]);
    let document = process::output("keyway-openapi", &mut cargo)?;
    let made = workshop.aside("openapi")?.join(OPENAPI);
    fs::write(&made, document)?;
    place::file(&made, &workshop.project.page().join(OPENAPI))
}
