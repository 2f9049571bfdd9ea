//! What a run is to do, said before it begins.

use super::candidate::Candidate;
use super::filter::Filter;
use crate::capture::BpfExpression;
use crate::limits::Caps;
use crate::profile::Profile;
use std::sync::Arc;

/// What a run is to do.
#[derive(Debug, Default)]
pub struct Setup {
    /// Profiles that connections are tried with, in this order.
    pub candidates: Vec<Candidate>,
    /// Expression that must select a packet as it was captured, or it is not followed. Connections and messages are
    /// numbered as far as packets are followed.
    pub expression: Option<BpfExpression>,
    /// What is told.
    pub filter: Filter,
    /// TCP ports of servers, which tell who is the server where no SYN was captured; the ports of profiles do so too.
    pub server_ports: Vec<u16>,
    /// How much memory may be used for what.
    pub caps: Caps,
    /// Whether somebody waits for the records: messages are held back for order's sake only for
    /// [`crate::limits::LIVE_ORDER_NS`], and the summary tells how much of the caps was used.
    pub live: bool,
    /// When the field types of payloads without a message type are learned.
    pub learn: Learn,
    /// Threads of a run. One takes packets apart, tells, and reads payloads and renders messages when the others,
    /// which do nothing else, are behind. Where the report must see every message itself there is only that one. The
    /// records are the same with any number.
    pub threads: usize,
}

/// When the field types of payloads without a message type are learned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Learn {
    /// Field types are learned from the first frames of each server port, up to [`crate::limits::SURVEY_BYTES`] of
    /// them, before any of them is reported. A live capture waits for nothing and always learns as messages come.
    #[default]
    Beforehand,
    /// Field types are learned as messages come, each connection by itself, so that no message waits for later ones.
    /// The first messages are then read by less than what later ones show.
    AsTheyCome,
}

impl Setup {
    /// The profile of a candidate, by its 0-based index.
    pub(super) fn profile(&self, index: usize) -> Option<&Profile> {
        self.candidates.get(index).map(|candidate| &*candidate.profile)
    }

    /// The phases of all profiles, in order.
    pub(super) fn phases(&self) -> impl Iterator<Item = &Arc<str>> {
        self.candidates.iter().flat_map(|candidate| &candidate.profile.phases)
    }

    /// The ports that tell the server where no SYN was captured: those that were given before those of the profiles.
    pub(super) fn known_ports(&self) -> Vec<u16> {
        let of_profiles = self.candidates.iter().flat_map(|candidate| candidate.profile.ports.iter());
        self.server_ports.iter().chain(of_profiles).copied().collect()
    }

    /// Whether connections to `port` are taken for those of a server that is known.
    pub(super) fn serves(&self, port: u16) -> bool {
        self.server_ports.contains(&port) || self.candidates.iter().any(|candidate| candidate.profile.has_port(port))
    }
}
