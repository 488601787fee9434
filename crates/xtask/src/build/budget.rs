//! What the Worker and the page weigh, and may weigh.

use std::{
    fmt, fs,
    io::{self, Write as _},
    path::Path,
};

use anyhow::{Context as _, Result, bail};
use flate2::{Compression, write::GzEncoder};

use super::{page, parts, place};
use crate::project::Project;

/// The Worker's wasm, in bytes, gzipped. The script beside it is shown, and is
/// what wasm-bindgen and `worker` make it.
const WASM: usize = 200_000;
/// All that the page transfers when it is opened, in bytes, gzipped.
const PAGE: usize = 80_000;
/// And the rest of its script, which it fetches when that is first asked for.
const LATER: usize = 30_000;

/// Files beside the page that it does not load.
const NOT_TRANSFERRED: [&str; 4] = ["_headers", "_redirects", page::LEGAL, page::OPENAPI];

/// What was weighed.
#[derive(Debug)]
pub(crate) struct Report {
    wasm: usize,
    script: usize,
    page: usize,
    later: usize,
}

impl Report {
    /// Fails when a budget is exceeded.
    pub(crate) fn check(&self) -> Result<()> {
        if self.wasm > WASM {
            bail!(
                "the Worker's wasm has {} gzipped, over its {}",
                kb(self.wasm),
                kb(WASM)
            );
        }
        if self.page > PAGE {
            bail!(
                "the page has {} gzipped, over its {}",
                kb(self.page),
                kb(PAGE)
            );
        }
        if self.later > LATER {
            bail!(
                "what the page fetches later has {} gzipped, over its {}",
                kb(self.later),
                kb(LATER)
            );
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Worker  {} of {} gzipped, its wasm; the script beside it {}",
            kb(self.wasm),
            kb(WASM),
            kb(self.script)
        )?;
        write!(
            f,
            "page    {} of {} gzipped, everything it opens with; {} of {} more when asked for",
            kb(self.page),
            kb(PAGE),
            kb(self.later),
            kb(LATER)
        )
    }
}

/// Weighs what was built.
pub(super) fn measure(project: &Project) -> Result<Report> {
    let worker = project.worker();
    let page = project.page();
    let (mut loaded, mut later) = (0_usize, 0_usize);
    for file in place::files(&page)? {
        if NOT_TRANSFERRED.iter().any(|name| file == Path::new(name)) {
            continue;
        }
        let sum = match parts::is_later(&file) {
            true => &mut later,
            false => &mut loaded,
        };
        *sum = sum.saturating_add(transferred(&page.join(file))?);
    }
    Ok(Report {
        wasm: transferred(&worker.join("index_bg.wasm"))?,
        script: transferred(&worker.join("index.js"))?,
        page: loaded,
        later,
    })
}

/// The size of a file on its way; what does not shrink, such as a picture, goes as it is.
fn transferred(path: &Path) -> Result<usize> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(gzipped(&bytes)?.min(bytes.len()))
}

/// As the page and the Worker are on their way.
pub(super) fn gzipped(bytes: &[u8]) -> io::Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn kb(bytes: usize) -> String {
    // Rounded up: what is over a budget must not look like it.
    let tenths = bytes.div_ceil(100);
    format!("{}.{} KB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(wasm: usize, script: usize, page: usize) -> Report {
        Report {
            wasm,
            script,
            page,
            later: 16_000,
        }
    }

    #[test]
    fn a_budget_may_be_reached_but_not_exceeded() {
        assert!(report(WASM, 10_000, PAGE).check().is_ok());
        let heavy = report(WASM + 51, 1, 1).check().unwrap_err().to_string();
        assert!(
            heavy.starts_with("the Worker's wasm has 200.1 KB"),
            "{heavy}"
        );
        assert!(report(1, 1, PAGE + 1).check().is_err());
        let mut late = report(1, 1, 1);
        late.later = LATER + 1;
        assert!(late.check().is_err());
    }

    #[test]
    fn both_sizes_are_shown() {
        let text = report(52_966, 6_120, 31_999).to_string();
        assert!(text.contains("Worker  53.0 KB of 200.0 KB"), "{text}");
        assert!(text.contains("page    32.0 KB of 80.0 KB"), "{text}");
        assert!(
            text.ends_with("16.0 KB of 30.0 KB more when asked for"),
            "{text}"
        );
    }

    #[test]
    fn what_the_page_does_not_load_does_not_count() {
        let root = tempfile::tempdir().unwrap();
        let project = Project::at(root.path());
        fs::create_dir_all(project.page()).unwrap();
        fs::create_dir_all(project.worker()).unwrap();
        for (directory, name, text) in [
            (project.worker(), "index.js", "x"),
            (project.worker(), "index_bg.wasm", "x"),
            (project.page(), "index.html", "0123456789"),
            (project.page(), "_headers", "0123456789"),
            (project.page(), "openapi.json", "0123456789"),
            (project.page(), "later-0123abcd.js", "01234"),
        ] {
            fs::write(directory.join(name), text).unwrap();
        }
        let measured = measure(&project).unwrap();
        assert_eq!((measured.page, measured.later), (10, 5));
    }
}
