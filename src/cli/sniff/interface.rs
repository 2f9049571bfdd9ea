//! Which interface, where none was named: the one that leads to the host.

use crate::capture::live::Device;
use crate::cli::args::SniffArgs;
use crate::pipeline::{Candidate, Trust};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

/// The interfaces to capture from, and why these.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) names: Vec<String>,
    pub(super) because: String,
}

/// The interfaces of `args`, else the one to the host of the options or of the profile, else loopback.
pub(super) fn choose(args: &SniffArgs, candidates: &[Candidate], devices: &[Device]) -> Chosen {
    if !args.interface.is_empty() {
        let mut names = args.interface.clone();
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        return Chosen { names, because: String::new() };
    }
    let asked = args.run.traffic.host.iter().filter_map(|network| network.single());
    let hosts = asked.map(|host| (host, "--host".to_owned())).chain(given(candidates));
    for (host, who) in hosts {
        if let Some(name) = leading_to(host, devices) {
            return Chosen { names: vec![name], because: format!(", which leads to the host {host} of {who}") };
        }
    }
    let loopback = devices.iter().find(|device| device.is_loopback).map_or("lo", |device| &device.name);
    Chosen { names: vec![loopback.to_owned()], because: ", as no -i was given".to_owned() }
}

/// The host of a profile that was asked for.
fn given(candidates: &[Candidate]) -> impl Iterator<Item = (IpAddr, String)> {
    let given = candidates.iter().filter(|candidate| candidate.trust == Trust::Given);
    given.filter_map(|candidate| Some((candidate.profile.host?, format!("the profile {}", candidate.profile.name))))
}

/// The interface over which packets to `host` would go. The system knows its routes; nothing is sent to ask it.
fn leading_to(host: IpAddr, devices: &[Device]) -> Option<String> {
    let any: IpAddr = if host.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((host, 9)).ok()?;
    let local = socket.local_addr().ok()?.ip();
    // What a machine sends to itself goes over loopback, whichever address it uses.
    let is_it = |device: &&Device| match local == host {
        true => device.is_loopback,
        false => device.addresses.iter().any(|(address, _)| *address == local),
    };
    devices.iter().find(is_it).map(|device| device.name.clone())
}
