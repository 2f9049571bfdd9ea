//! `deframe profiles`.

use super::args::{ProfilesArgs, ProfilesCommand};
use super::failure::Failure;
use super::outcome::Outcome;
use super::output::Output;
use super::shelf::{Found, find, known, load};
use crate::frame::layout::PRESETS;
use crate::profile::Profile;
use crate::proto::is_harmful;
use crate::report::text::safe;
use crate::units::Both;
use std::fmt::Write as _;

/// Runs `deframe profiles`.
pub(super) fn run(args: &ProfilesArgs) -> Result<Outcome, Failure> {
    let text = match args.command.as_ref().unwrap_or(&ProfilesCommand::List) {
        ProfilesCommand::List => list(),
        ProfilesCommand::Show { name } => with_escapes(&find(name)?.text()?),
        ProfilesCommand::Check { name } => check(&load(&find(name)?, None)?),
    };
    Output::open(None)?.print(&text)?;
    Ok(Outcome::Done)
}

/// The text of a profile, with what is harmful to a terminal as escapes of TOML, which its strings take for the same.
fn with_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\n' | '\t' => out.push(char),
            _ if is_harmful(char) => {
                let _ = match u32::from(char) {
                    code @ ..=0xffff => write!(out, "\\u{code:04x}"),
                    code => write!(out, "\\U{code:08x}"),
                };
            }
            _ => out.push(char),
        }
    }
    out
}

fn list() -> String {
    let mut out = String::from("Profiles\n");
    for found in known() {
        let _ = match load(&found, None) {
            Ok(profile) => {
                let (name, description, place) = (safe(&profile.name), safe(&profile.description), place(&found));
                writeln!(out, "  {name:<16} {description}\n{:19}{}", "", safe(&place))
            }
            Err(error) => {
                writeln!(out, "  {:<16} cannot be used: {}", safe(&found.name()), safe(&error.to_string()))
            }
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
    let (name, to_server, to_client) = (safe(&profile.name), to_server.to_string(), to_client.to_string());
    let (to_server, to_client) = (safe(&to_server), safe(&to_client));
    let mut out = format!("{name}: no error\n  client->server  {to_server}\n  server->client  {to_client}\n");
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
