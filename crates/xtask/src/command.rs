//! The command line.

use std::{ffi::OsString, fmt, time::Duration};

use lexopt::{Arg, Parser, ValueExt as _};

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// Show this text.
    Help(&'static str),
    /// Do something.
    Run(Command),
}

/// Something to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Dev(DevOptions),
    Test(Selection),
    Bench(BenchOptions),
    Soak(SoakOptions),
    Conform(ConformOptions),
    Build(BuildOptions),
    Deploy(DeployOptions),
}

/// How to run Keyway on this machine.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DevOptions {
    pub(crate) port: u16,
    /// Empty, temporary state and secrets.
    pub(crate) fresh: bool,
}

/// Which tests to run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    /// All of them when there is none.
    pub(crate) part: Option<TestPart>,
    /// What follows `--`, for the part's own test runner.
    pub(crate) arguments: Vec<OsString>,
}

/// A part of the tests that may be asked for alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TestPart {
    Lint,
    Core,
    Edge,
    Page,
}

/// How to measure. What is not said is left to the program that measures.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct BenchOptions {
    /// Lists of keys instead of verifications.
    pub(crate) lists: bool,
    pub(crate) quick: bool,
    pub(crate) rounds: Option<u32>,
    pub(crate) seconds: Option<Duration>,
    pub(crate) connections: Option<u32>,
    pub(crate) only: Option<String>,
}

/// How long to look for a broken promise, and where to begin.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SoakOptions {
    pub(crate) minutes: u32,
    pub(crate) seed: u32,
}

/// How much to try against the document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ConformOptions {
    /// Of each operation and in each way.
    pub(crate) examples: u32,
    pub(crate) minutes: Option<u32>,
    pub(crate) seed: u32,
}

/// How to build.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BuildOptions {
    /// Look for a better order of the page's modules first.
    pub(crate) reorder: bool,
}

/// How to deploy.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DeployOptions {
    /// Only show that wrangler accepts the Worker.
    pub(crate) dry_run: bool,
}

/// A command line that means nothing, with what would.
#[derive(Debug)]
pub(crate) struct Mistake {
    what: Option<String>,
    help: &'static str,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(what) = &self.what {
            writeln!(f, "error: {what}\n")?;
        }
        f.write_str(self.help)
    }
}

const DEFAULT_PORT: u16 = 8787;

const HELP: &str = "\
cargo xtask <command>

  dev      run Keyway on this machine: page and API on one port
  test     run the tests, all of them or a part
  bench    measure verification side by side with the peers
  soak     look for a broken promise for as long as you want
  conform  hold the API against its own OpenAPI document
  build    make the optimised Worker and the page, and print their sizes
  deploy   put Keyway into your Cloudflare account

`cargo xtask <command> --help` says more. Tools that are missing are installed
inside the project first. That takes minutes once.";

const DEV_HELP: &str = "\
cargo xtask dev [--port N] [--fresh]

Installs what is missing, builds, and serves the page and the API on
http://localhost:8787. Prints how to sign in and how to make a first key.
A change of the sources is built and served at once. Ctrl-C stops it.

  --port N   serve on this port instead of 8787
  --fresh    begin with nothing, and keep nothing: state and secrets are
             temporary. Without it the state is kept in .state/dev and the
             secrets in .dev.vars";

const TEST_HELP: &str = "\
cargo xtask test [lint|core|edge|page] [-- ARGUMENTS]

Runs every test, or one part. What follows `--` goes to the part's own runner.

  lint   cargo fmt, clippy and doc, without warnings
  core   the native tests of all crates (cargo test)
  edge   end to end: the compiled Worker in the real workerd (cargo test)
  page   the page in a real Chromium (Playwright). The browser is the one of
         KEYWAY_CHROMIUM, or one that is found, or one that is installed";

const BENCH_HELP: &str = "\
cargo xtask bench [verify] [--quick] [--rounds N] [--seconds S] [--only TEXT]
cargo xtask bench lists [--quick]

Measures verifications in the real workerd, side by side with a Worker that
does nothing, with Hono and with better-auth, and writes docs/BENCHMARKS.md and
its picture. Takes six minutes; do nothing else on the machine meanwhile.

  --quick          under a minute; shown, and kept in build/bench alone
  --rounds N       measure everybody so many times
  --seconds S      for so long each time
  --connections C  over so many connections at once
  --only TEXT      only those with this in their name, and the floors; kept in
                   build/bench alone

With `lists`: asks workspaces of ten thousand to a million keys what the page
asks, and writes docs/LISTS.md.";

const SOAK_HELP: &str = "\
cargo xtask soak [--minutes N] [--seed S]

Runs several locations in one workerd, with a store that is minutes stale, and
changes and verifies keys there while everything goes wrong that can: cut and
slow ways, lost answers, feeds put back to an older state, kill -9. What was
answered is held against what was acknowledged. Prints how much was tried and
how long revocations took. A seed that failed is named, and replays.

  --minutes N   for at least so long; 10 unless said otherwise
  --seed S      begin with this one; 1 unless said otherwise";

const CONFORM_HELP: &str = "\
cargo xtask conform [--examples N] [--minutes N] [--seed S]

Starts the real Worker with some of everything in it, and lets Schemathesis ask
it whatever its OpenAPI document allows and whatever it does not. What is
answered is held against the document: status, headers, media type and body, and
that wrong requests are refused and right ones are not. Takes a few minutes, and
Python 3.10 or later; Schemathesis is installed inside the project.

  --examples N   requests of each operation and in each way; 50 unless said
                 otherwise
  --minutes N    go on with further ones for so long
  --seed S       begin with this one; 1 unless said otherwise";

const BUILD_HELP: &str = "\
cargo xtask build [--reorder]

Makes build/worker (what Cloudflare runs) and build/www (the page), prints
their gzipped sizes, and fails when one is over its budget. The Worker with the
names of its functions, to read stack traces with, is in build/symbols.

  --reorder   look for an order of the page's modules in which they compress
              better, for a minute or two, and keep it in
              crates/xtask/src/build/order.txt: worth it before a release";

const DEPLOY_HELP: &str = "\
cargo xtask deploy [--dry-run]

Builds, then puts the Worker, its KV namespace and its secrets into your
Cloudflare account. Do it again to update: what exists is kept, and a secret is
never overwritten. docs/DEPLOY.md tells it from the beginning.

  --dry-run   build, and let wrangler check the result; no account is needed";

/// Reads a command line, without the program's name.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, Mistake> {
    let mut parser = Parser::from_args(arguments);
    let wrong = |help| {
        move |error: lexopt::Error| Mistake {
            what: Some(error.to_string()),
            help,
        }
    };
    let first = match parser.next().map_err(wrong(HELP))? {
        Some(Arg::Short('h') | Arg::Long("help")) => return Ok(Request::Help(HELP)),
        Some(Arg::Value(name)) => name.to_string_lossy().into_owned(),
        Some(other) => return Err(wrong(HELP)(other.unexpected())),
        None => {
            return Err(Mistake {
                what: None,
                help: HELP,
            });
        }
    };
    match first.as_str() {
        "help" => Ok(Request::Help(HELP)),
        "dev" => dev(parser).map_err(wrong(DEV_HELP)),
        "test" => test(parser).map_err(wrong(TEST_HELP)),
        "bench" => bench(parser).map_err(wrong(BENCH_HELP)),
        "soak" => soak(parser).map_err(wrong(SOAK_HELP)),
        "conform" => conform(parser).map_err(wrong(CONFORM_HELP)),
        "build" => build(parser).map_err(wrong(BUILD_HELP)),
        "deploy" => deploy(parser).map_err(wrong(DEPLOY_HELP)),
        other => Err(Mistake {
            what: Some(format!("there is no command `{other}`")),
            help: HELP,
        }),
    }
}

fn dev(mut parser: Parser) -> Result<Request, lexopt::Error> {
    let mut options = DevOptions {
        port: DEFAULT_PORT,
        fresh: false,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Request::Help(DEV_HELP)),
            Arg::Short('p') | Arg::Long("port") => options.port = port(&parser.value()?)?,
            Arg::Long("fresh") => options.fresh = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Request::Run(Command::Dev(options)))
}

fn port(value: &OsString) -> Result<u16, lexopt::Error> {
    match value.to_string_lossy().parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err(format!("`{}` is no port; use 1 to 65535", value.to_string_lossy()).into()),
    }
}

fn test(mut parser: Parser) -> Result<Request, lexopt::Error> {
    let mut selection = Selection {
        part: None,
        arguments: Vec::new(),
    };
    loop {
        // lexopt swallows the `--`, so it is looked for before.
        if let Some(raw) = parser.try_raw_args()
            && raw.peek().is_some_and(|next| next == "--")
        {
            selection.arguments = raw.skip(1).collect();
            break;
        }
        let Some(argument) = parser.next()? else {
            break;
        };
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Request::Help(TEST_HELP)),
            Arg::Value(name) if selection.part.is_none() => {
                selection.part = Some(match name.to_string_lossy().as_ref() {
                    "lint" => TestPart::Lint,
                    "core" => TestPart::Core,
                    "edge" => TestPart::Edge,
                    "page" => TestPart::Page,
                    other => return Err(format!("there is no part `{other}`").into()),
                });
            }
            other => return Err(other.unexpected()),
        }
    }
    if selection.part.is_none() && !selection.arguments.is_empty() {
        return Err("name the part that the arguments after `--` are for".into());
    }
    Ok(Request::Run(Command::Test(selection)))
}

fn bench(mut parser: Parser) -> Result<Request, lexopt::Error> {
    let mut options = BenchOptions::default();
    let mut is_first = true;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Request::Help(BENCH_HELP)),
            Arg::Value(name) if is_first && name == "verify" => {}
            Arg::Value(name) if is_first && name == "lists" => options.lists = true,
            Arg::Value(name) if is_first => {
                return Err(
                    format!("there is nothing to measure called `{}`", name.display()).into(),
                );
            }
            Arg::Long("quick") => options.quick = true,
            // The rest is for verifications.
            other if options.lists => return Err(other.unexpected()),
            Arg::Long("rounds") => options.rounds = Some(at_least_one(&parser.value()?)?),
            Arg::Long("seconds") => options.seconds = Some(seconds(&parser.value()?)?),
            Arg::Long("connections") => {
                options.connections = Some(at_least_one(&parser.value()?)?);
            }
            Arg::Long("only") => options.only = Some(parser.value()?.string()?),
            other => return Err(other.unexpected()),
        }
        is_first = false;
    }
    Ok(Request::Run(Command::Bench(options)))
}

fn soak(mut parser: Parser) -> Result<Request, lexopt::Error> {
    let mut options = SoakOptions {
        minutes: 10,
        seed: 1,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Request::Help(SOAK_HELP)),
            Arg::Long("minutes") => options.minutes = at_least_one(&parser.value()?)?,
            Arg::Long("seed") => options.seed = at_least_one(&parser.value()?)?,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Request::Run(Command::Soak(options)))
}

fn conform(mut parser: Parser) -> Result<Request, lexopt::Error> {
    let mut options = ConformOptions {
        examples: 50,
        minutes: None,
        seed: 1,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Request::Help(CONFORM_HELP)),
            Arg::Long("examples") => options.examples = at_least_one(&parser.value()?)?,
            Arg::Long("minutes") => options.minutes = Some(at_least_one(&parser.value()?)?),
            Arg::Long("seed") => options.seed = at_least_one(&parser.value()?)?,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Request::Run(Command::Conform(options)))
}

fn at_least_one(value: &OsString) -> Result<u32, lexopt::Error> {
    match value.to_string_lossy().parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("`{}` is no number from 1 on", value.display()).into()),
    }
}

fn seconds(value: &OsString) -> Result<Duration, lexopt::Error> {
    let seconds = value.to_string_lossy().parse().ok();
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    match duration {
        Some(duration) if !duration.is_zero() => Ok(duration),
        _ => Err(format!("`{}` is no time in seconds", value.display()).into()),
    }
}

fn build(mut parser: Parser) -> Result<Request, lexopt::Error> {
    let mut options = BuildOptions { reorder: false };
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Request::Help(BUILD_HELP)),
            Arg::Long("reorder") => options.reorder = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Request::Run(Command::Build(options)))
}

fn deploy(mut parser: Parser) -> Result<Request, lexopt::Error> {
    let mut options = DeployOptions { dry_run: false };
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Request::Help(DEPLOY_HELP)),
            Arg::Long("dry-run") => options.dry_run = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Request::Run(Command::Deploy(options)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Request, Mistake> {
        parse(line.split_whitespace().map(OsString::from))
    }

    fn command(line: &str) -> Command {
        match parsed(line) {
            Ok(Request::Run(command)) => command,
            other => panic!("{line}: {other:?}"),
        }
    }

    fn mistake(line: &str) -> String {
        parsed(line).expect_err(line).to_string()
    }

    #[test]
    fn every_command_has_its_defaults_and_its_options() {
        assert_eq!(
            command("dev"),
            Command::Dev(DevOptions {
                port: 8787,
                fresh: false
            })
        );
        for line in [
            "dev --port 9000 --fresh",
            "dev --fresh --port=9000",
            "dev --fresh -p9000",
        ] {
            assert_eq!(
                command(line),
                Command::Dev(DevOptions {
                    port: 9000,
                    fresh: true
                })
            );
        }
        for (line, reorder) in [("build", false), ("build --reorder", true)] {
            let options = BuildOptions { reorder };
            assert_eq!(command(line), Command::Build(options));
        }
        assert_eq!(
            command("deploy"),
            Command::Deploy(DeployOptions { dry_run: false })
        );
        assert_eq!(
            command("deploy --dry-run"),
            Command::Deploy(DeployOptions { dry_run: true })
        );
    }

    #[test]
    fn a_part_of_the_tests_gets_what_follows_two_dashes() {
        let selection = |part, arguments: &[&str]| {
            let arguments = arguments.iter().map(OsString::from).collect();
            Command::Test(Selection { part, arguments })
        };
        assert_eq!(command("test"), selection(None, &[]));
        assert_eq!(command("test core"), selection(Some(TestPart::Core), &[]));
        assert_eq!(
            command("test page -- -g revoke --headed"),
            selection(Some(TestPart::Page), &["-g", "revoke", "--headed"])
        );
        assert!(mistake("test -- revoke").contains("name the part"));
        assert!(mistake("test all").contains("no part `all`"));
    }

    #[test]
    fn a_measurement_is_whole_unless_something_else_is_said() {
        for line in ["bench", "bench verify"] {
            assert_eq!(command(line), Command::Bench(BenchOptions::default()));
        }
        assert_eq!(
            command("bench verify --quick --rounds 3 --seconds 0.5 --connections=32 --only Hono"),
            Command::Bench(BenchOptions {
                lists: false,
                quick: true,
                rounds: Some(3),
                seconds: Some(Duration::from_millis(500)),
                connections: Some(32),
                only: Some("Hono".to_owned()),
            })
        );
        assert!(mistake("bench list").contains("called `list`"));
        assert!(mistake("bench lists --rounds 3").contains("rounds"));
        assert_eq!(
            command("bench lists --quick"),
            Command::Bench(BenchOptions {
                lists: true,
                quick: true,
                ..BenchOptions::default()
            })
        );
        assert!(mistake("bench --rounds 0").contains("`0` is no number from 1 on"));
        assert!(mistake("bench --seconds -1").contains("`-1` is no time"));
        assert!(mistake("bench --seconds 0").contains("`0` is no time"));
        assert!(mistake("bench --quick verify").contains("verify"));
    }

    #[test]
    fn a_soak_begins_where_it_is_told() {
        assert_eq!(
            command("soak --minutes 30 --seed 7"),
            Command::Soak(SoakOptions {
                minutes: 30,
                seed: 7
            })
        );
        assert!(mistake("soak --seed x").contains("`x` is no number from 1 on"));
    }

    #[test]
    fn the_document_is_tried_as_much_as_is_told() {
        assert_eq!(
            command("conform"),
            Command::Conform(ConformOptions {
                examples: 50,
                minutes: None,
                seed: 1
            })
        );
        assert_eq!(
            command("conform --examples 200 --minutes 10 --seed 7"),
            Command::Conform(ConformOptions {
                examples: 200,
                minutes: Some(10),
                seed: 7
            })
        );
        assert!(mistake("conform --examples 0").contains("`0` is no number from 1 on"));
    }

    #[test]
    fn help_is_there_for_every_command() {
        for command in ["dev", "test", "bench", "soak", "conform", "build", "deploy"] {
            let Ok(Request::Help(text)) = parsed(&format!("{command} --help")) else {
                panic!("{command} has no help");
            };
            assert!(text.starts_with(&format!("cargo xtask {command}")));
        }
        assert!(matches!(parsed("--help"), Ok(Request::Help(HELP))));
    }

    #[test]
    fn a_wrong_line_says_what_is_wrong_and_what_would_be_right() {
        assert_eq!(mistake(""), HELP);
        assert!(mistake("serve").contains("no command `serve`"));
        assert!(mistake("dev --prot 1").contains("--prot"));
        assert!(mistake("dev --port 65536").contains("`65536` is no port"));
        assert!(mistake("dev --port 0").contains("`0` is no port"));
        assert!(mistake("dev --port").contains(DEV_HELP));
        assert!(mistake("build everything").contains(BUILD_HELP));
    }
}
