//! `deframe profiles`.

use super::args::{ProfilesArgs, ProfilesCommand};
use super::failure::Failure;
use super::outcome::Outcome;
use super::output::Output;
use super::shelf::{Found, find, known, load};
use crate::frame::layout::PRESETS;
use crate::profile::Profile;
use crate::units::Both;
use std::fmt::Write as _;

/// Runs `deframe profiles`.
pub(super) fn run(args: &ProfilesArgs) -> Result<Outcome, Failure> {
    let text = match args.command.as_ref().unwrap_or(&ProfilesCommand::List) {
        ProfilesCommand::List => list(),
        ProfilesCommand::Show { name } => find(name)?.text()?,
        ProfilesCommand::Check { name } => check(&load(&find(name)?, None)?),
    };
    Output::open(None)?.print(&text)?;
    Ok(Outcome::Done)
}

fn list() -> String {
    let mut out = String::from("Profiles\n");
    for found in known() {
        let _ = match load(&found, None) {
            Ok(profile) => writeln!(out, "  {:<16} {}\n{:19}{}", profile.name, profile.description, "", place(&found)),
            Err(error) => writeln!(out, "  {:<16} cannot be used: {error}", found.name()),
        };
    }
    out.push_str("\nLayout presets, for --frame and for `frame` in a profile\n");
    for preset in PRESETS {
        let _ = writeln!(out, "  {:<16} {}\n{:19}{}", preset.name, preset.text, "", preset.description);
    }
    out
}

fn place(found: &Found) -> String {
    match found {
        Found::BuiltIn(_) => "built in".to_owned(),
        Found::File(path) => path.display().to_string(),
    }
}

fn check(profile: &Profile) -> String {
    let Both { to_server, to_client } = &profile.layouts;
    let mut out = format!("{}: no error\n  client->server  {to_server}\n  server->client  {to_client}\n", profile.name);
    let types = profile.schema.as_ref().map_or(0, |schema| schema.message_types().count());
    let ports: Vec<String> = profile.ports.iter().map(u16::to_string).collect();
    let ports = if ports.is_empty() { "any".to_owned() } else { ports.join(", ") };
    let _ = writeln!(
        out,
        "  ports           {ports}\n  message types   {types}\n  rules           {}",
        profile.rules.len()
    );
    out
}
