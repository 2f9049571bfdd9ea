//! What `-v` tells: how a run decides, and what it used.
//!
//! In: what a run is to do, and what came of it. Out: notes on standard error. Not responsible for deciding anything.

use super::args::ProtocolArgs;
use super::output::{is_verbose, talk};
use crate::pipeline::{Bare, Candidate, Learn, Setup, Trust};
use crate::profile::{Profile, Source};
use crate::proto::Schema;
use crate::record::{CapUse, Summary};
use crate::report::text::{count, plural};
use crate::units::Both;
use std::path::PathBuf;

/// Tells what a run is about to do.
pub(super) fn setup(setup: &Setup, protocol: &ProtocolArgs) {
    if !is_verbose() {
        return;
    }
    candidates(&setup.candidates, protocol);
    if !setup.candidates.is_empty() {
        let when = match setup.learn {
            _ if setup.live => "as messages come",
            Learn::Beforehand => "from the first messages of each server port, before any of them is told",
            Learn::AsTheyCome => "as messages come",
        };
        note(&format!("field types of payloads without a message type are learned {when}"));
    }
    let threads = if setup.live { 1 } else { setup.threads.max(1) };
    note(&format!("payloads are read on at most {}", plural(threads as u64, "thread")));
}

/// Tells with which profiles connections or frames are tried, and where these come from.
pub(super) fn candidates(candidates: &[Candidate], protocol: &ProtocolArgs) {
    if is_verbose() {
        candidates.iter().for_each(|candidate| note(&described(candidate, protocol)));
    }
}

/// Tells what a payload without a layout is read with.
pub(super) fn bare(bare: &Bare, protocol: &ProtocolArgs) {
    if is_verbose() {
        let given = if bare.message.is_some() { ", as one that was given" } else { "" };
        note(&format!("no layout, so the bytes are one payload{given}: {}", schema(bare.schema.as_deref(), protocol)));
    }
}

/// Tells how the run decided, and how much of each cap was used.
pub(super) fn summary(summary: &Summary) {
    if is_verbose() {
        summary.decisions.iter().for_each(|decision| note(decision));
        summary.caps.iter().for_each(|cap| note(&used(cap)));
    }
}

fn note(text: &str) {
    talk(&format!("note: {text}"));
}

fn described(candidate: &Candidate, protocol: &ProtocolArgs) -> String {
    let profile = &*candidate.profile;
    let why = match candidate.trust {
        Trust::Given => "given",
        Trust::Tried => "tried, as neither --profile nor --frame is given",
    };
    let ports: Vec<String> = profile.ports.iter().map(u16::to_string).collect();
    let ports = match (&*ports, candidate.trust) {
        ([], Trust::Given) => "on any port".to_owned(),
        ([], Trust::Tried) => "where its magic shows".to_owned(),
        (ports, _) => format!("on port {}, else where its magic shows", ports.join(" or ")),
    };
    let Both { to_server, to_client } = &profile.layouts;
    let layout = match to_server == to_client {
        true => format!("layout {to_server}"),
        false => format!("layout {to_server} to the server, {to_client} to the client"),
    };
    let types = schema(profile.schema.as_deref(), protocol);
    let given = profile.default_message.map_or("", |_| ", one of them for what no rule gives a type");
    format!("profile {} ({}), {why}: {ports}; {layout}; {types}{given}", profile.name, origin(profile))
}

fn origin(profile: &Profile) -> String {
    match &profile.source {
        Source::BuiltIn => "built in".to_owned(),
        Source::CommandLine => "the command line".to_owned(),
        Source::File(path) => path.display().to_string(),
    }
}

fn schema(schema: Option<&Schema>, protocol: &ProtocolArgs) -> String {
    let Some(schema) = schema else { return "no message types".to_owned() };
    let paths: Vec<String> = protocol.schema.iter().map(|path: &PathBuf| path.display().to_string()).collect();
    let from = if paths.is_empty() { "the profile".to_owned() } else { paths.join(", ") };
    let types = plural(schema.message_types().count() as u64, "message type");
    format!("{types} of {from}")
}

/// How much of a cap was used: `used 12 of 65,536 connections that were followed at once`.
fn used(cap: &CapUse) -> String {
    let what = match cap.name {
        "connections" => "connections that are followed at once",
        "pending_bytes" => "bytes that wait behind holes",
        "held_bytes" => "bytes of incomplete frames, of undecided connections, of requests",
        "order_bytes" => "bytes of messages that wait for older ones",
        "fragment_bytes" => "bytes of IP fragments that wait for others",
        "queue_bytes" => "bytes of packets that wait to be decoded",
        name => name,
    };
    format!("used at most {} of {} {what}", count(cap.peak), count(cap.limit))
}
