//! Links the Worker without what it never hands to the runtime.
//!
//! `worker` exports classes for what some Worker may want. An export keeps all
//! that it reaches, and part of that stands in the table of functions, where no
//! later step can tell whether it is called: 4 KB. The linker can, while it still
//! knows who refers to whom. So rustc calls this program in its place, and it
//! asks for everything but these exports.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::{Context as _, Result};

/// The classes that are left out: of a container, of a range in R2, of how files
/// are made smaller, and of streams that come out of wasm.
pub(super) const LEFT_OUT: [&str; 6] = [
    "containerstartupoptions",
    "intounderlyingbytesource",
    "intounderlyingsink",
    "intounderlyingsource",
    "minifyconfig",
    "r2range",
];

/// Whether it is rustc that calls, told by the first argument: which kind of
/// linker it wants, or a file that has the arguments.
pub(crate) fn is_called(first: Option<&OsStr>) -> bool {
    let first = first.and_then(OsStr::to_str).unwrap_or_default();
    first == "-flavor" || first.starts_with('@')
}

/// Where rustc finds this program. Tests of it may have built it anew since it was
/// started; then Linux says that the file is deleted (proc(5), `/proc/pid/exe`),
/// and the new one is at the same place.
pub(super) fn program() -> Result<PathBuf> {
    let running = env::current_exe().context("cannot tell which program this is")?;
    let path = running.as_os_str().to_str();
    let path = path.and_then(|path| path.strip_suffix(" (deleted)"));
    Ok(path.map_or_else(|| running.clone(), PathBuf::from))
}

/// The link itself.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    // rustc has put where its own linker is on the path.
    let linked = Command::new("rust-lld").args(wanted(arguments)).status();
    match linked {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("rust-lld: {error}");
            ExitCode::FAILURE
        }
    }
}

fn wanted(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments = arguments.peekable();
    let mut wanted = Vec::new();
    while let Some(argument) = arguments.next() {
        if argument != "--export" || arguments.next_if(|name| is_left_out(name)).is_none() {
            wanted.push(argument);
        }
    }
    wanted
}

fn is_left_out(export: &OsStr) -> bool {
    let export = export.to_str().unwrap_or_default();
    LEFT_OUT.iter().any(|class| export.contains(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_not_asked_for() {
        let given = "-flavor wasm --export fetch_1f --export intounderlyingsink_write_2e \
                     --export __wbindgen_describe___wbg_r2range_free_3d --export=__heap_base -o \
                     r2range.wasm";
        let arguments = given.split_whitespace().map(OsString::from);
        assert!(is_called(Some(OsStr::new("-flavor"))));
        assert_eq!(
            wanted(arguments),
            [
                "-flavor",
                "wasm",
                "--export",
                "fetch_1f",
                "--export=__heap_base",
                "-o",
                "r2range.wasm",
            ]
        );
    }

    #[test]
    fn nobody_but_the_compiler_means_a_link() {
        for first in [None, Some("build"), Some("--help")] {
            assert!(!is_called(first.map(OsStr::new)), "{first:?}");
        }
    }
}
