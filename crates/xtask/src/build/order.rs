//! The order of the modules in the page's script.
//!
//! gzip sees 32 KB back and the script has five times as much, so it matters
//! which modules stand beside each other. `order.txt` says an order in which they
//! compress well, one path a line, and [`renew`] looks for a better one. It is
//! never wrong, only more or less good: whatever it says, a module comes after
//! those that it imports, and one that it does not list comes where it is first
//! imported.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::Path,
};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Workshop, budget, page};
use crate::terminal::Step;

/// What the page begins with.
const MAIN: &str = "main.js";
/// What is bundled instead: imports, and at the end that of `MAIN`.
const ENTRY: &str = "ordered.js";
/// What the page fetches when it is first asked for, with whatever it alone imports.
pub(super) const LATER: &str = "later.js";
const LIST: &str = "crates/xtask/src/build/order.txt";

/// Orders that are tried. The first thousand find most of what can be found.
const TRIES: usize = 8_000;
/// Bytes by which an order may be worse than the one before it, at first.
const SLACK: usize = 30;
/// As many modules are moved at once, at most.
const RUN: usize = 8;

/// Writes what is to be bundled beside the sources, and answers its name. The
/// modules that come later are left to `LATER`.
///
/// That imports the entry, so all that comes at once is shared by both, and esbuild
/// puts it into one file.
pub(super) fn entry(workshop: &Workshop<'_>, sources: &Path) -> Result<&'static str> {
    let list = listed(workshop, sources)?;
    let at_once = at_once(sources)?;
    let (first, rest): (Vec<&str>, Vec<&str>) = list
        .iter()
        .map(String::as_str)
        .filter(|module| *module != LATER)
        .partition(|module| at_once.contains(*module));
    write(sources, ENTRY, &imports(first.into_iter().chain([MAIN])))?;
    let later = fs::read_to_string(sources.join(LATER)).context("the page has no later.js")?;
    let before = imports([ENTRY].into_iter().chain(rest));
    write(sources, LATER, &format!("{before}{later}"))?;
    Ok(ENTRY)
}

/// The same with all modules at once but `LATER` itself.
pub(super) fn entry_of_all(workshop: &Workshop<'_>, sources: &Path) -> Result<&'static str> {
    let list = listed(workshop, sources)?;
    let all = list.iter().map(String::as_str).filter(|one| *one != LATER);
    write(sources, ENTRY, &imports(all.chain([MAIN])))?;
    Ok(ENTRY)
}

fn listed(workshop: &Workshop<'_>, sources: &Path) -> Result<Vec<String>> {
    let list = fs::read_to_string(workshop.project.path(LIST)).context("cannot read order.txt")?;
    let is_there = |module: &&str| sources.join(module).is_file();
    Ok(list.lines().filter(is_there).map(str::to_owned).collect())
}

fn imports<'a>(modules: impl Iterator<Item = &'a str>) -> String {
    modules
        .map(|module| format!("import \"./{module}\";\n"))
        .collect()
}

fn write(sources: &Path, name: &str, text: &str) -> Result<()> {
    fs::write(sources.join(name), text).context("cannot write the page's entry")
}

/// The modules that the page begins with: whatever `MAIN` imports.
fn at_once(sources: &Path) -> Result<HashSet<String>> {
    let mut found = HashSet::new();
    let mut open = vec![MAIN.to_owned()];
    while let Some(module) = open.pop() {
        let text = fs::read_to_string(sources.join(&module))
            .with_context(|| format!("the page has no {module}"))?;
        open.extend(imported(&module, &text).filter(|import| !found.contains(import)));
        found.insert(module);
    }
    Ok(found)
}

/// What a module imports of the page's own, by paths from the sources.
fn imported<'a>(module: &'a str, text: &'a str) -> impl Iterator<Item = String> + 'a {
    let directory = module
        .rsplit_once('/')
        .map_or("", |(directory, _)| directory);
    text.lines().filter_map(move |line| {
        let is_import = line.starts_with("import ") || line.starts_with("} from ");
        let (_, path) = line
            .strip_suffix("\";")
            .filter(|_| is_import)?
            .rsplit_once('"')?;
        let (climbs, path) = match path.strip_prefix("../") {
            Some(path) => (true, path),
            None => (false, path.strip_prefix("./")?),
        };
        // Directories are one below the other nowhere.
        Some(match climbs || directory.is_empty() {
            true => path.to_owned(),
            false => format!("{directory}/{path}"),
        })
    })
}

/// Looks for an order in which the modules compress better than in that of the
/// list, and makes it the list.
pub(super) fn renew(workshop: &Workshop<'_>) -> Result<()> {
    let (others, modules) = modules(workshop)?;
    let step = Step::begin("looking for a better order of the page's modules");
    let found = search(&modules, TRIES, |order| {
        let texts = order.iter().filter_map(|&module| modules.get(module));
        let script: String = texts.map(|module| module.text.as_str()).collect();
        let gzipped = budget::gzipped(format!("{others}{script}").as_bytes());
        gzipped.unwrap_or(usize::MAX)
    });
    step.done("the order is found");
    let listed = found.iter().filter_map(|&module| modules.get(module));
    let list: String = listed.map(|module| format!("{}\n", module.path)).collect();
    fs::write(workshop.project.path(LIST), list).context("cannot write order.txt")
}

/// A module of the page, as it stands in the script.
struct Module {
    path: String,
    text: String,
    /// Numbers of the modules that it needs before it.
    imports: Vec<usize>,
}

/// What comes from packages, and the page's modules in the order of today.
fn modules(workshop: &Workshop<'_>) -> Result<(String, Vec<Module>)> {
    let (sources, bundle, meta) = page::in_pieces(workshop)?;
    let inputs = meta.get("inputs").and_then(Value::as_object);
    let inputs = inputs.context("esbuild does not say what it bundled")?;
    let (mut others, mut modules) = (String::new(), Vec::new());
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    for (path, text) in cut(&bundle, |path| inputs.contains_key(path)) {
        if path.starts_with("..") || !sources.join(path).is_file() {
            others.push_str(&text);
        } else if path != MAIN && path != ENTRY {
            let imported = inputs.get(path).and_then(|input| input.get("imports"));
            let imported = imported.and_then(Value::as_array).into_iter().flatten();
            let imports = imported
                .filter_map(|import| import.get("path").and_then(Value::as_str))
                .filter_map(|import| numbers.get(import).copied())
                .collect();
            numbers.insert(path, modules.len());
            modules.push(Module {
                path: path.to_owned(),
                text,
                imports,
            });
        }
    }
    Ok((others, modules))
}

/// A bundle has the path of each module in a comment before it.
fn cut(bundle: &str, is_module: impl Fn(&str) -> bool) -> Vec<(&str, String)> {
    let mut pieces: Vec<(&str, String)> = Vec::new();
    for line in bundle.lines() {
        let module = line.strip_prefix("// ").filter(|path| is_module(path));
        if let Some(module) = module {
            pieces.push((module, String::new()));
        } else if let Some((_, text)) = pieces.last_mut() {
            text.push_str(line.trim_start());
            text.push('\n');
        }
    }
    pieces
}

/// Moves modules about at random. At first an order may be a little worse than
/// the one before it, then less and less: so it leaves what is good only nearby.
fn search(modules: &[Module], tries: usize, weigh: impl Fn(&[usize]) -> usize) -> Vec<usize> {
    let mut best: Vec<usize> = (0..modules.len()).collect();
    let mut least = weigh(&best);
    let (mut now, mut weight) = (best.clone(), least);
    let (mut dice, mut tried, mut throws) = (Dice(1), 0, 0);
    // Most moves would put a module before one that it imports.
    while tried < tries && throws < tries.saturating_mul(100) {
        throws += 1;
        let length = 1 + dice.below(RUN) * dice.below(2);
        let from = dice.below(now.len());
        let moved: Vec<usize> = now.iter().copied().skip(from).take(length).collect();
        let mut order = now.clone();
        order.retain(|module| !moved.contains(module));
        let to = dice.below(order.len() + 1);
        order.splice(to..to, moved);
        if order == now || !is_possible(modules, &order) {
            continue;
        }
        tried += 1;
        let slack = SLACK * (tries - tried) / tries;
        let weighed = weigh(&order);
        if weighed <= weight + dice.below(slack + 1) {
            (now, weight) = (order, weighed);
        }
        if weight < least {
            (best, least) = (now.clone(), weight);
        }
    }
    best
}

/// Whether each module comes after those that it imports.
fn is_possible(modules: &[Module], order: &[usize]) -> bool {
    let mut placed = HashSet::new();
    order.iter().all(|&number| {
        placed.insert(number);
        let imports = modules.get(number).map(|module| &module.imports);
        imports.is_some_and(|imports| imports.iter().all(|import| placed.contains(import)))
    })
}

/// The same throws each time, so that the same sources have the same order.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % end.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(path: &str, text: &str, imports: &[usize]) -> Module {
        Module {
            path: path.to_owned(),
            text: text.to_owned(),
            imports: imports.to_vec(),
        }
    }

    #[test]
    fn a_bundle_is_cut_before_each_module() {
        let bundle = "use;\n// a.js\nvar a =\n  1;\n// no module\n// b/c.js\nb();\n";
        assert_eq!(
            cut(bundle, |path| path.ends_with(".js")),
            [
                ("a.js", "var a =\n1;\n// no module\n".to_owned()),
                ("b/c.js", "b();\n".to_owned())
            ]
        );
    }

    #[test]
    fn what_a_module_imports() {
        let text = "import { a } from \"../b/a.js\";\nimport {\n  c,\n} from \"./c.js\";\n\
                    import { html } from \"lit-html\";\nconst d = await import(\"./d.js\");\n";
        assert_eq!(
            imported("x/y.js", text).collect::<Vec<_>>(),
            ["b/a.js", "x/c.js"]
        );
        assert_eq!(imported("y.js", text).last().as_deref(), Some("c.js"));
    }

    #[test]
    fn what_is_alike_comes_together_after_what_it_imports() {
        let modules = [
            module("a", "a", &[]),
            module("b", "b", &[0]),
            module("c", "a", &[]),
            module("d", "b", &[1]),
            module("e", "a", &[3]),
        ];
        // As many as there are changes from one letter to the next.
        let weigh = |order: &[usize]| {
            let texts: Vec<&str> = order.iter().map(|&at| modules[at].text.as_str()).collect();
            texts.windows(2).filter(|two| two[0] != two[1]).count()
        };
        let found = search(&modules, 500, weigh);
        assert!(is_possible(&modules, &found));
        assert_eq!(weigh(&found), 2, "{found:?}");
        assert!(!is_possible(&modules, &[1, 0, 2, 3, 4]));
    }
}
