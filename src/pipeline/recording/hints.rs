//! What the user can do about what a run cannot know by itself.
//!
//! In: connections as they are closed, and at the end what was read. Out: hints, each with the option that helps.

use super::intake::Intake;
use crate::packet::UnreadReason;
use crate::pipeline::candidate::Trust;
use crate::pipeline::misfit::PortMisfit;
use crate::pipeline::setup::Setup;
use crate::profile::Source;
use crate::record::{ConnectionName, ConnectionRecord};
use crate::units::Endpoint;

/// The first connection of each kind that needs a hint, and how many there are.
#[derive(Debug, Default)]
pub(in crate::pipeline) struct Hints {
    /// The first connection with data for which no layout is known, and how many there are.
    without_layout: Option<(ConnectionName, u64)>,
    /// The first connection with messages of which only the ports say who is the server, and how many there are.
    by_port: Option<(ConnectionName, u64)>,
}

impl Hints {
    /// Takes a connection that is reported.
    pub(in crate::pipeline) fn connection(&mut self, record: &ConnectionRecord, setup: &Setup) {
        let count = |place: &mut Option<(ConnectionName, u64)>| place.get_or_insert((record.name, 0)).1 += 1;
        if record.directions.values().any(|direction| direction.ledger.no_layout > 0) {
            count(&mut self.without_layout);
        }
        let ConnectionName { client, server, .. } = record.name;
        let is_known = record.completeness.has_opening() || [client, server].iter().any(|end| setup.serves(end.port));
        if record.messages > 0 && !is_known && server.port < client.port {
            count(&mut self.by_port);
        }
    }

    /// The hints that a run gives, in words.
    pub(in crate::pipeline) fn told(
        &self,
        setup: &Setup,
        read: &Intake<'_>,
        unread: &[(String, u64)],
        any_connection: bool,
        any_framed: bool,
    ) -> Vec<String> {
        // Where the profile that was given has its connections, others are there by chance.
        let by_chance = any_framed && setup.candidates.iter().any(|candidate| candidate.trust == Trust::Given);
        let unframed = self.without_layout.filter(|_| !by_chance);
        let without_layout = unframed.map(|(first, count)| without_layout(setup, first, count));
        let by_port = self.by_port.map(|(first, count)| by_port(first, count));
        let others = [without_layout, by_port, nothing_read(read, unread, any_connection)];
        others.into_iter().flatten().chain(read.misfits.iter().filter_map(misfit)).collect()
    }
}

fn nothing_read(read: &Intake<'_>, unread: &[(String, u64)], any_connection: bool) -> Option<String> {
    let mut details = read.decoder.details();
    if let Some((_, link, _)) = details.find(|(reason, ..)| *reason == UnreadReason::UnknownLinkType) {
        return Some(format!(
            "packets of {link} are not read; record or convert to one of Ethernet, Linux cooked, NULL/Loopback, raw IP"
        ));
    }
    if !any_connection && read.gate.filtered == 0 && !unread.is_empty() {
        let reasons: Vec<&str> = unread.iter().map(|(reason, _)| reason.as_str()).collect();
        return Some(format!("no packet carries TCP that could be read: {}", reasons.join(", ")));
    }
    (read.capture.packets == 0).then(|| "the capture has no packets".to_owned())
}

fn without_layout(setup: &Setup, first: ConnectionName, count: u64) -> String {
    let ConnectionName { number, client, server } = first;
    let (others, is_one) = (others(count), count == 1);
    let given = setup.candidates.iter().find(|candidate| candidate.trust == Trust::Given);
    if let Some(profile) = given.map(|candidate| &candidate.profile).filter(|profile| !profile.ports.is_empty()) {
        let ports: Vec<String> = profile.ports.iter().map(u16::to_string).collect();
        let (is, them) = if is_one { ("is", "it") } else { ("are", "them") };
        let name = &profile.name;
        let whose = if profile.source == Source::CommandLine { name.clone() } else { format!("the profile {name}") };
        return format!(
            "connection {number} ({client} to {server}){others} {is} not on port {} of {whose}: to read {them} with it \
             give --port {}",
            ports.join(" or "),
            server.port
        );
    }
    let (fit, their) = if is_one { ("fits", "its") } else { ("fit", "their") };
    format!(
        "connection {number} ({client} to {server}){others} {fit} no profile: say how {their} frames look with \
         --frame 'len:u32be payload' or a preset such as --frame varint, or name a --profile; `deframe profiles` \
         lists presets and profiles"
    )
}

fn by_port(first: ConnectionName, count: u64) -> String {
    let ConnectionName { number, client, server } = first;
    let others = others(count);
    let Endpoint { port, .. } = client;
    format!(
        "who opened connection {number}{others} was not captured: {server} was taken for the server as its port is \
         the lower one; if the server is {client}, give --server-port {port}"
    )
}

fn misfit(misfit: &PortMisfit) -> Option<String> {
    let option = misfit.option()?;
    Some(format!("the layout fits port {} poorly: give {option}, which fits better", misfit.port))
}

/// The words for all but the first of `count` things.
pub(super) fn others(count: u64) -> String {
    match count {
        1 => String::new(),
        2 => " and one other".to_owned(),
        count => format!(" and {} others", count - 1),
    }
}
