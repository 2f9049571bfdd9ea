//! What the protocol and filter options mean.

use super::args::{DirectionArg, FilterArgs, ProtocolArgs, RunArgs, StyleArgs, ThreadArgs};
use super::failure::Failure;
use super::filters;
use super::output::{complain, talk};
use super::shelf::{self, warn};
use super::traffic;
use crate::analysis::{Analysis, LAYOUT_PROFILE};
use crate::frame::layout::Layout;
use crate::pipeline::{Bare, Candidate, Filter, Learn, Setup, Trust};
use crate::profile::{COMMAND_LINE, Profile, ProfileError, message};
use crate::proto::Schema;
use crate::proto::json::Style;
use crate::units::Direction;
use std::sync::Arc;

/// The setup of a run over capture files.
pub(super) fn of_files(run: &RunArgs, limit: u64, threads: &ThreadArgs) -> Result<Setup, Failure> {
    Ok(analysis(run, limit)?.threads(threads.count()).setup()?)
}

/// The setup of a run that tells each message at once. It has one thread: work is spread over threads in batches, which
/// wait until they are full.
pub(super) fn of_pipe(run: &RunArgs, limit: u64) -> Result<Setup, Failure> {
    Ok(analysis(run, limit)?.learn(Learn::AsTheyCome).setup()?)
}

/// The setup of a run over captures of any kind.
#[cfg(feature = "live")]
pub(super) fn of(run: &RunArgs, limit: u64) -> Result<Setup, Failure> {
    Ok(analysis(run, limit)?.setup()?)
}

fn analysis(run: &RunArgs, limit: u64) -> Result<Analysis, Failure> {
    let (expression, filter) = traffic::of(&run.traffic)?;
    let candidates = candidates(&run.protocol, &filter.ports)?;
    let filter = filter_of(filter, &run.filter, limit);
    filters::check_names(&filter, &candidates)?;
    let analysis = candidates.into_iter().fold(Analysis::new(), Analysis::candidate);
    Ok(analysis.expression(expression).filter(filter).server_ports(&*run.traffic.server_port))
}

fn filter_of(of_traffic: Filter, filter: &FilterArgs, limit: u64) -> Filter {
    Filter {
        connections: filter.connection.clone(),
        direction: filter.direction.map(direction),
        labels: filter.label.clone(),
        clauses: filter.clauses.clone(),
        limit: (limit > 0).then_some(limit),
        ..of_traffic
    }
}

/// How payloads are shown.
pub(super) const fn style(args: &StyleArgs) -> Style {
    Style { defaults: args.defaults, proto_names: args.proto_names }
}

/// The direction that was typed.
pub(super) const fn direction(direction: DirectionArg) -> Direction {
    match direction {
        DirectionArg::ClientToServer => Direction::ClientToServer,
        DirectionArg::ServerToClient => Direction::ServerToClient,
    }
}

/// The profiles to try: the one that the options describe, which is then spoken on `ports` too if it has ports, else
/// all that are known here.
pub(super) fn candidates(protocol: &ProtocolArgs, ports: &[u16]) -> Result<Vec<Candidate>, Failure> {
    if protocol.profile.is_some() || protocol.frame.is_some() {
        let mut profile = given(protocol)?;
        if !profile.ports.is_empty() {
            profile.ports.extend(ports);
        }
        let profile = Arc::new(profile);
        return Ok(vec![Candidate { profile, trust: Trust::Given }]);
    }
    if !protocol.schema.is_empty() || protocol.message.is_some() {
        let hint = "say how the frames look with --frame 'len:u32le payload', or name a --profile";
        return Err(Failure::usage("--schema and --message need a layout").hint(hint));
    }
    let mut known = Vec::new();
    for found in shelf::known() {
        match shelf::load(&found, None) {
            Ok(mut profile) => {
                if found.is_local() {
                    talk(&format!("note: using the profile {}", found.name()));
                }
                if protocol.no_schema {
                    profile.forget_schema();
                }
                profile.set_readings(&protocol.readings);
                protocol.payload.into_iter().for_each(|kind| profile.set_payload(kind));
                known.push(Candidate { profile: Arc::new(profile), trust: Trust::Tried });
            }
            Err(error) => {
                talk("warning: a profile is left out");
                complain(&Failure::from(error));
            }
        }
    }
    Ok(known)
}

/// What a payload without a layout is read with: the schema and type of the options.
pub(super) fn bare(protocol: &ProtocolArgs) -> Result<Bare, Failure> {
    let schema = schema(protocol)?;
    let resolve = |name: &String| message(schema.as_deref(), name, "--message");
    let message = protocol.message.as_ref().map(resolve).transpose()?;
    Ok(Bare { schema, message, readings: protocol.readings.clone(), payload: protocol.payload, ..Bare::default() })
}

/// The profile that `--profile`, `--frame` and their companions describe.
fn given(protocol: &ProtocolArgs) -> Result<Profile, ProfileError> {
    let schema = schema(protocol)?;
    let mut profile = match &protocol.profile {
        None => Profile { schema, ..framed(protocol.frame.as_deref().unwrap_or_default())? },
        Some(name) => {
            let mut profile = shelf::load(&shelf::find(name)?, schema)?;
            if let Some(frame) = &protocol.frame {
                profile.layouts = framed(frame)?.layouts;
            }
            profile
        }
    };
    if protocol.no_schema {
        profile.forget_schema();
    }
    profile.set_readings(&protocol.readings);
    protocol.payload.into_iter().for_each(|kind| profile.set_payload(kind));
    if let Some(name) = &protocol.message {
        profile.default_message = Some(message(profile.schema.as_deref(), name, "--message")?);
    }
    Ok(profile)
}

/// The profile that `--frame` alone describes.
fn framed(text: &str) -> Result<Profile, ProfileError> {
    let parsed = Layout::parse_sides(text);
    let layouts = parsed.map_err(|source| ProfileError::Layout { origin: "--frame".to_owned(), source })?;
    Ok(Profile::of_layouts(LAYOUT_PROFILE, layouts))
}

/// The schema of `--schema` and `--include`, if any.
pub(super) fn schema(protocol: &ProtocolArgs) -> Result<Option<Arc<Schema>>, ProfileError> {
    if protocol.schema.is_empty() {
        return Ok(None);
    }
    let loaded = Schema::load(&protocol.schema, &protocol.include);
    let schema = loaded.map_err(|source| ProfileError::Schema { origin: COMMAND_LINE.to_owned(), source })?;
    warn(&schema);
    Ok(Some(Arc::new(schema)))
}
