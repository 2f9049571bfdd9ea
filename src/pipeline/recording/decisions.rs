//! How a run came to what it tells of connections, for those who ask.
//!
//! In: connections that are told. Out: in words, which profile how many of them were read with, and why that one.

use super::hints;
use crate::pipeline::candidate::{Candidate, Trust};
use crate::pipeline::setup::Setup;
use crate::record::{ConnectionName, ConnectionRecord};

/// Which profiles connections were read with, and why.
#[derive(Debug, Default)]
pub(in crate::pipeline) struct Decisions {
    /// In the order in which they were met.
    met: Vec<Decision>,
}

#[derive(Debug)]
struct Decision {
    /// Name of the profile, if one fits.
    profile: Option<String>,
    reason: Reason,
    first: ConnectionName,
    connections: u64,
}

/// Why a profile was chosen, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    /// The user gave the profile for all connections.
    Given,
    /// The connection is on a port of the profile, which the user gave.
    GivenPort,
    /// The connection is on a port of the profile, and its bytes are such frames.
    Port,
    /// The magic of the profile's frames was seen.
    Magic,
    /// No profile fits.
    Unfit,
    /// The connection carried no bytes.
    Silent,
}

impl Decisions {
    pub(in crate::pipeline) fn connection(&mut self, record: &ConnectionRecord, setup: &Setup) {
        let reason = reason(record, setup);
        let is_same = |known: &&mut Decision| known.reason == reason && known.profile == record.profile;
        match self.met.iter_mut().find(is_same) {
            Some(known) => known.connections += 1,
            None => {
                self.met.push(Decision { profile: record.profile.clone(), reason, first: record.name, connections: 1 });
            }
        }
    }

    /// The decisions in words.
    pub(in crate::pipeline) fn told(&self) -> impl Iterator<Item = String> {
        self.met.iter().map(|Decision { profile, reason, first, connections }| {
            let ConnectionName { number, client, server } = first;
            let name = profile.as_deref().unwrap_or_default();
            let (others, is_one) = (hints::others(*connections), *connections == 1);
            let (is, was) = if is_one { ("is", "was") } else { ("are", "were") };
            let decision = match reason {
                Reason::Given => format!("{is} read with {name}, which was given for all connections"),
                Reason::GivenPort => format!("{is} read with {name}, which was given, on a port of it"),
                Reason::Port => format!("{is} read with {name}: on a port of it, with frames such as it describes"),
                Reason::Magic => format!("{is} read with {name}, whose magic was seen"),
                Reason::Unfit => format!("{was} not framed: no profile fits"),
                Reason::Silent => "carried no bytes".to_owned(),
            };
            format!("connection {number} ({client} to {server}){others} {decision}")
        })
    }
}

fn reason(record: &ConnectionRecord, setup: &Setup) -> Reason {
    let Some(name) = &record.profile else {
        let is_silent = record.directions.values().all(|direction| direction.facts.delivered == 0);
        return if is_silent { Reason::Silent } else { Reason::Unfit };
    };
    let is_on_port = |candidate: &Candidate| {
        let ends = [record.name.client, record.name.server];
        !candidate.profile.ports.is_empty() && ends.iter().any(|end| candidate.profile.has_port(end.port))
    };
    match setup.candidates.iter().find(|candidate| candidate.profile.name == *name) {
        Some(candidate) if candidate.trust == Trust::Given && candidate.profile.ports.is_empty() => Reason::Given,
        Some(candidate) if is_on_port(candidate) && candidate.trust == Trust::Given => Reason::GivenPort,
        Some(candidate) if is_on_port(candidate) => Reason::Port,
        _ => Reason::Magic,
    }
}
