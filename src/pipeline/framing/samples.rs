//! The first bytes of each server port, on which its layout is scored.
//!
//! In: the chunks, gaps and ends of framed connections. Out: at the end of a run the ports whose layout fits poorly.
//! Invariant: what is kept is bounded by [`limits::FIT_PORTS`], [`limits::FIT_CONNECTIONS`] and [`limits::FIT_BYTES`].
//! Not responsible for what a good fit is.

use super::backlog::Piece;
use crate::frame::fit::{Sample, judge};
use crate::limits;
use crate::pipeline::misfit::PortMisfit;
use crate::pipeline::setup::Setup;
use crate::stream::Connection;
use crate::units::{Both, Direction};

/// The samples of all server ports.
#[derive(Debug, Default)]
pub(super) struct Samples(Vec<Port>);

/// The samples of one server port.
#[derive(Debug)]
struct Port {
    port: u16,
    /// 0-based index of the profile among the candidates.
    profile: usize,
    /// Whether any of the connections is told.
    is_told: bool,
    connections: Vec<Both<Sample>>,
}

/// What a connection has to do with the samples.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Sampling {
    /// No bytes have come yet.
    #[default]
    New,
    /// The connection is sampled.
    Open(Place),
    /// All bytes were taken that are wanted.
    Full(Place),
    /// No bytes are wanted.
    Unwanted,
}

/// Where the samples of a connection are, and which of its sides spoke last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    port: u16,
    connection: u16,
    last: Option<Direction>,
}

impl Samples {
    /// Takes bytes or a gap of a connection that is read with the candidate `profile`.
    pub(super) fn take(
        &mut self,
        sampling: &mut Sampling,
        setup: &Setup,
        (connection, direction): (&Connection, Direction),
        profile: usize,
        piece: &Piece<'_>,
    ) {
        if let Sampling::New = sampling {
            *sampling = self.open(setup, connection, profile).map_or(Sampling::Unwanted, Sampling::Open);
        }
        let Sampling::Open(place) = sampling else { return };
        let Some(both) = self.at(*place) else { return };
        match piece {
            Piece::Chunk(chunk) => {
                let is_turn = place.last.replace(direction) != Some(direction);
                both.of_mut(direction).push(chunk.bytes, is_turn);
            }
            Piece::Gap(_) => both.of_mut(direction).cut(),
        }
        if both.values().all(Sample::is_full) {
            *sampling = Sampling::Full(*place);
        }
    }

    /// Takes note that a connection was closed.
    pub(super) fn end(&mut self, sampling: Sampling, connection: &Connection) {
        let (Sampling::Open(place) | Sampling::Full(place)) = sampling else { return };
        let Some(both) = self.at(place) else { return };
        for direction in Direction::BOTH {
            let (sample, facts) = (both.of_mut(direction), connection.facts(direction));
            sample.total = Some(facts.delivered + facts.missing);
            if facts.fin {
                sample.end();
            }
        }
    }

    /// The ports whose layout fits poorly.
    pub(super) fn misfits(&self, setup: &Setup) -> Vec<PortMisfit> {
        let told = self.0.iter().filter(|port| port.is_told);
        let judged = told.filter_map(|Port { port, profile, connections, .. }| {
            let misfit = judge(setup.profile(*profile)?.layouts.each_ref().map(|layout| &**layout), connections)?;
            Some(PortMisfit { port: *port, misfit })
        });
        judged.collect()
    }

    /// Makes room for the samples of a connection, if there is any.
    fn open(&mut self, setup: &Setup, connection: &Connection, profile: usize) -> Option<Place> {
        let port = connection.server.port;
        let known = self.0.iter().position(|known| (known.port, known.profile) == (port, profile));
        let index = match known {
            Some(index) => index,
            None if self.0.len() == limits::FIT_PORTS => return None,
            None => {
                self.0.push(Port { port, profile, is_told: false, connections: Vec::new() });
                self.0.len() - 1
            }
        };
        let Port { connections, is_told, .. } = self.0.get_mut(index)?;
        if connections.len() == limits::FIT_CONNECTIONS {
            return None;
        }
        *is_told |= setup.filter.accepts_connection(&connection.into());
        connections.push(Both::from_fn(|direction| Sample::new(connection.has_syn(direction))));
        let place = |index| u16::try_from(index).ok();
        Some(Place { port: place(index)?, connection: place(connections.len() - 1)?, last: None })
    }

    fn at(&mut self, place: Place) -> Option<&mut Both<Sample>> {
        self.0.get_mut(usize::from(place.port))?.connections.get_mut(usize::from(place.connection))
    }
}
