//! `aakit graph`: which profile may become which, as a picture.

use super::analysis::analyse;
use super::context::Context;
use super::discover::Walk;
use super::error::Error;
use super::plan::{View, plan};
use super::rule_place::printable;
use super::{CLEAN, FAILED, Outcome, common};
use crate::policy::{DiskTree, Policy, resolve};
use crate::query::{Edge, Graph, Query, UNCONFINED, World, confines_nothing, edges, members};
use crate::source::SourceMap;
use crate::vocabulary::{Version, did_you_mean};
use clap::ValueEnum;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::process::ExitCode;

/// Draw which profile may become which: children, hats, exec transitions and change_profile
#[derive(Debug, clap::Args)]
#[command(
    after_help = "What confines nothing is red. A way that a rule only perhaps opens, such as the fallback of `pux`, is drawn.
For a picture, let Graphviz draw it: aakit graph DIR | dot -Tsvg > policy.svg

Examples:
  aakit graph /etc/apparmor.d --from man | dot -Tsvg > man.svg
  aakit graph /etc/apparmor.d --from man --to unconfined
  aakit graph --output-format mermaid profiles/
  aakit graph --unreachable /etc/apparmor.d"
)]
pub(super) struct Args {
    #[command(flatten)]
    input: common::Input,

    /// How to draw
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Dot)]
    output_format: OutputFormat,

    /// Draw only what can be reached from this profile
    #[arg(long, value_name = "PROFILE")]
    from: Option<String>,

    /// Draw only what leads to this profile, or to `unconfined`
    #[arg(long, value_name = "PROFILE")]
    to: Option<String>,

    /// List the profiles that nothing leads to: no attachment, and no way from another profile
    #[arg(long, conflicts_with_all = ["from", "to"])]
    unreachable: bool,
}

/// How the graph is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// The language of Graphviz
    Dot,
    /// For Markdown on GitLab and GitHub
    Mermaid,
    /// For programs
    Json,
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    let plan = plan(&args.input, Walk::Profiles, View::Files, context)?;
    let sources = SourceMap::new();
    let (analysed, some_failed) = analyse(&plan.files, &DiskTree, &sources, resolve, context);
    let version = plan.files.first().map_or(Version::NEWEST, super::plan::Planned::version);
    let policies: Vec<Policy> = analysed.into_iter().map(|one| one.policy).collect();
    let world = World::new(&policies, version);
    let profiles: Vec<_> = world.profiles().collect();
    if profiles.is_empty() {
        return Err(Error::other("there is no profile to draw")
            .with_help("name files or directories that hold profiles"));
    }
    let ways: Vec<Edge> = profiles
        .par_iter()
        .flat_map_iter(|(policy, profile)| edges(&Query::new(policy, profile, version), &world))
        .collect();
    let graph = Graph::new(ways);
    let mut out = context.stdout();
    if args.unreachable {
        let entered: BTreeSet<&str> = graph.edges().iter().flat_map(|edge| members(&edge.to)).collect();
        for (_, profile) in &profiles {
            let name = profile.display_name();
            if profile.attachment.is_none() && !entered.contains(name.as_str()) {
                writeln!(out, "{}", printable(&name))?;
            }
        }
    } else {
        for name in [&args.from, &args.to].into_iter().flatten() {
            check_name(name, &world)?;
        }
        let picture = Picture::new(&graph, &world, &args);
        match args.output_format {
            OutputFormat::Dot => picture.dot(&mut out)?,
            OutputFormat::Mermaid => picture.mermaid(&mut out)?,
            OutputFormat::Json => picture.json(&mut out)?,
        }
    }
    out.flush()?;
    Ok(ExitCode::from(if plan.has_failed || some_failed { FAILED } else { CLEAN }))
}

fn check_name(name: &str, world: &World<'_>) -> Result<(), Error> {
    if name == UNCONFINED || world.find(name).is_some() {
        return Ok(());
    }
    let help = match did_you_mean(name, world.names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name it as the kernel does: `parent//child` for a child or a hat".to_owned(),
    };
    Err(Error::other(format!("there is no profile `{name}`")).with_help(help))
}

/// How a node is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Profile,
    Hat,
    /// Confines nothing.
    Free,
    /// Named by a rule, but not in the policy that was read.
    Missing,
}

struct Picture<'g> {
    nodes: BTreeMap<&'g str, Shape>,
    /// Ways between the same two nodes, with what they are by.
    ways: BTreeMap<(&'g str, &'g str), Vec<&'g Edge>>,
}

impl<'g> Picture<'g> {
    fn new(graph: &'g Graph, world: &'g World<'_>, args: &Args) -> Self {
        let from = args.from.as_ref().map(|name| graph.reachable(name));
        let to = args.to.as_ref().map(|name| graph.leading_to(name));
        let wanted = |name: &str| {
            from.as_ref().is_none_or(|from| from.contains_key(name))
                && to.as_ref().is_none_or(|to| to.contains(name))
        };
        let is_drawn = |edge: &&Edge| wanted(&edge.from) && wanted(&edge.to);
        let mut ways: BTreeMap<(&str, &str), Vec<&Edge>> = BTreeMap::new();
        for edge in graph.edges().iter().filter(is_drawn) {
            ways.entry((&edge.from, &edge.to)).or_default().push(edge);
        }
        let ends = ways.keys().flat_map(|(from, to)| [*from, *to]);
        let names: BTreeSet<&str> = world.names().filter(|name| wanted(name)).chain(ends).collect();
        let shape = |name: &str| match world.find(name) {
            _ if name == UNCONFINED => Shape::Free,
            Some((_, profile)) if confines_nothing(profile) => Shape::Free,
            Some((_, profile)) if profile.is_hat() => Shape::Hat,
            Some(_) => Shape::Profile,
            None if members(name).all(|member| world.find(member).is_some()) => Shape::Profile,
            None => Shape::Missing,
        };
        Self { nodes: names.into_iter().map(|name| (name, shape(name))).collect(), ways }
    }

    fn dot(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "digraph policy {{\n  rankdir=LR;\n  node [shape=box];")?;
        for (name, shape) in &self.nodes {
            let style = match shape {
                Shape::Profile => "",
                Shape::Hat => " [shape=ellipse]",
                Shape::Free => " [color=red, fontcolor=red]",
                Shape::Missing => " [style=dashed]",
            };
            writeln!(out, "  {}{style};", quoted(name))?;
        }
        for ((from, to), ways) in &self.ways {
            let label = quoted(&label(ways));
            writeln!(out, "  {} -> {} [label={label}];", quoted(from), quoted(to))?;
        }
        writeln!(out, "}}")
    }

    fn mermaid(&self, out: &mut dyn Write) -> io::Result<()> {
        let numbers: BTreeMap<&str, usize> =
            self.nodes.keys().enumerate().map(|(number, name)| (*name, number)).collect();
        // Characters that mean something to Mermaid or to HTML are written by their number.
        let text = |text: &str| {
            let plain = |character: char| character.is_alphanumeric() || " /._-:,>+".contains(character);
            let one = |character: char| {
                if plain(character) { character.to_string() } else { format!("#{};", u32::from(character)) }
            };
            printable(text).chars().map(one).collect::<String>()
        };
        writeln!(out, "graph LR")?;
        for (name, shape) in &self.nodes {
            let number = numbers[name];
            let name = text(name);
            match shape {
                Shape::Profile => writeln!(out, "  n{number}[\"{name}\"]")?,
                Shape::Hat => writeln!(out, "  n{number}([\"{name}\"])")?,
                Shape::Free => writeln!(out, "  n{number}[\"{name}\"]:::free")?,
                Shape::Missing => writeln!(out, "  n{number}[\"{name}\"]:::missing")?,
            }
        }
        for ((from, to), ways) in &self.ways {
            writeln!(out, "  n{} -->|\"{}\"| n{}", numbers[from], text(&label(ways)), numbers[to])?;
        }
        writeln!(out, "  classDef free stroke:red,color:red\n  classDef missing stroke-dasharray:4")
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let node = |(name, shape): (&&str, &Shape)| {
            let kind = match shape {
                Shape::Profile => "profile",
                Shape::Hat => "hat",
                Shape::Free => "unconfined",
                Shape::Missing => "missing",
            };
            serde_json::json!({ "name": name, "kind": kind })
        };
        let nodes: Vec<_> = self.nodes.iter().map(node).collect();
        let edges: Vec<&Edge> = self.ways.values().flatten().copied().collect();
        serde_json::to_writer_pretty(
            &mut *out,
            &serde_json::json!({ "schema": 1, "nodes": nodes, "edges": edges }),
        )?;
        writeln!(out)
    }
}

/// The most programs that a label names.
const MOST_NAMED: usize = 2;

/// By what, and of exec modes on what.
fn label(ways: &[&Edge]) -> String {
    let mut by: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for way in ways {
        by.entry(&way.by).or_default().insert(&way.on);
    }
    let words = by.iter().map(|(by, on)| {
        let mut named: Vec<&str> = on.iter().copied().filter(|on| !on.is_empty()).take(MOST_NAMED).collect();
        let more = format!("+{}", on.len().saturating_sub(MOST_NAMED));
        if on.len() > MOST_NAMED {
            named.push(&more);
        }
        format!("{by} {}", named.join(", ")).trim_end().to_owned()
    });
    words.collect::<Vec<_>>().join(", ")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", printable(text).replace('\\', "\\\\").replace('"', "\\\""))
}
