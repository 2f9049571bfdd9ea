//! Which profile a connection is read with.

use crate::frame::layout::{Layout, Recognition};
use crate::pipeline::candidate::{Candidate, Trust};
use crate::profile::Profile;
use crate::stream::Connection;
use crate::units::Direction;

/// What is known about the profile of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The connection fits the candidate with this 0-based index.
    Fits(usize),
    /// More bytes are needed to tell.
    Open,
    /// No candidate can fit the connection any more.
    None,
}

/// Judges a connection by its ports alone.
pub(super) fn by_ports(candidates: &[Candidate], connection: &Connection) -> Verdict {
    let given = candidates.iter().position(|candidate| {
        candidate.trust == Trust::Given
            && (candidate.profile.ports.is_empty() || is_on_ports(&candidate.profile, connection))
    });
    match given {
        Some(index) => Verdict::Fits(index),
        None if candidates.iter().any(|candidate| may_fit(candidate, connection)) => Verdict::Open,
        None => Verdict::None,
    }
}

/// Judges a connection by its ports and by the contiguous bytes of one of its directions, `bytes`; they begin at the
/// start of the stream if `from_start`.
pub(super) fn by_bytes(
    candidates: &[Candidate],
    connection: &Connection,
    direction: Direction,
    bytes: &[u8],
    from_start: bool,
) -> Verdict {
    let tried = |on_ports| {
        let all = candidates.iter().enumerate();
        all.filter(move |(_, candidate)| {
            is_on_ports(&candidate.profile, connection) == on_ports && may_fit(candidate, connection)
        })
    };
    let mut open = false;
    for (index, candidate) in tried(true) {
        if !from_start {
            return Verdict::Fits(index);
        }
        match candidate.profile.layout(direction).recognise(bytes) {
            Recognition::Yes(_) => return Verdict::Fits(index),
            Recognition::NeedMore => open = true,
            Recognition::No => {}
        }
    }
    if open {
        return Verdict::Open;
    }
    let shown = tried(true).chain(tried(false)).find(|(_, candidate)| {
        let layout = candidate.profile.layout(direction);
        layout.has_magic() && shows_header(layout, bytes)
    });
    shown.map_or(Verdict::Open, |(index, _)| Verdict::Fits(index))
}

/// Whether a whole header stands somewhere in `bytes`; what may begin at their end shows nothing.
fn shows_header(layout: &Layout, bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(found) = layout.find(rest).and_then(|at| rest.get(at..)) {
        if matches!(layout.recognise(found), Recognition::Yes(_)) {
            return true;
        }
        rest = found.get(1..).unwrap_or_default();
    }
    false
}

fn is_on_ports(profile: &Profile, connection: &Connection) -> bool {
    profile.has_port(connection.server.port) || profile.has_port(connection.client.port)
}

fn may_fit(candidate: &Candidate, connection: &Connection) -> bool {
    is_on_ports(&candidate.profile, connection)
        || Direction::BOTH.iter().any(|direction| candidate.profile.layout(*direction).has_magic())
}
