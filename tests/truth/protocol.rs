//! The Star Network sample, what its frames are called by their place in the conversation alone, and how to read it.

use crate::faults::pcap::{self, Record};
use deframe::pipeline::{Candidate, Setup, Trust};
use deframe::profile::{BUILT_IN, BuiltIn, ProfileFile, Source};
use std::sync::{Arc, LazyLock};

/// The clean capture: two connections of 22 frames, each frame one segment.
pub(crate) const SAMPLE: &str = "samples/star_network.pcap";

/// The packets of [`SAMPLE`].
pub(crate) fn sample() -> Vec<Record> {
    pcap::decode(&std::fs::read(SAMPLE).unwrap()).unwrap()
}

/// These packets with the service on another port than 8001.
pub(crate) fn on_port(records: &[Record], port: u16) -> Vec<Record> {
    let on_port = |record: &Record| {
        let mut data = record.data.clone();
        for ports in [34..36, 36..38] {
            if data[ports.clone()] == 8001_u16.to_be_bytes() {
                data[ports].copy_from_slice(&port.to_be_bytes());
            }
        }
        Record { data, ..record.clone() }
    };
    records.iter().map(on_port).collect()
}

/// Label and type of the request (`from_client`) or answer at `index` in its direction.
pub(crate) fn name(from_client: bool, index: usize) -> (&'static str, String) {
    let (label, stem) = match index {
        0 => ("Service Discovery", "ServiceDiscovery"),
        1 => ("Lobby Destinations", "LobbyDestination"),
        2 => ("Region Setup", "RegionSetup"),
        _ => ("Heartbeat", "Heartbeat"),
    };
    (label, format!("star_network.{stem}{}", if from_client { "Request" } else { "Response" }))
}

/// The built-in profiles, as without options.
pub(crate) fn built_in() -> &'static Setup {
    static SETUP: LazyLock<Setup> = LazyLock::new(|| {
        let profile = |built_in: &BuiltIn| Arc::new(built_in.profile().unwrap());
        let candidate = |built_in| Candidate { profile: profile(built_in), trust: Trust::Tried };
        Setup { candidates: BUILT_IN.iter().map(candidate).collect(), ..Setup::default() }
    });
    &SETUP
}

/// As `--frame` would have it.
pub(crate) fn layout(frame: &str) -> Setup {
    let text = format!("name = \"layout\"\nframe = \"{frame}\"");
    let profile = ProfileFile::parse(&text, "layout").unwrap().resolve(Source::CommandLine, None).unwrap();
    Setup { candidates: vec![Candidate { profile: Arc::new(profile), trust: Trust::Given }], ..Setup::default() }
}
