//! `deframe decode`.

use super::args::{DecodeArgs, DecodeFormat, ProtocolArgs};
use super::failure::Failure;
use super::outcome::Outcome;
use super::output::{self, Output};
use super::{input, setup, verbose};
use crate::payload::PayloadKind;
use crate::pipeline::{self, Bare, Candidate, Trust};
use crate::record::SingleRecord;
use crate::report::decode::{write_compact, write_json, write_protoscope, write_text, write_tree};
use std::io::Write;

/// Runs `deframe decode`.
pub(super) fn run(args: &DecodeArgs) -> Result<Outcome, Failure> {
    let bytes = input::bytes(&args.bytes, args.encoding)?;
    if bytes.is_empty() {
        return Err(
            Failure::fatal("there are no bytes to decode").hint("give hex, base64, @FILE, or - for standard input")
        );
    }
    let (candidates, mut bare) = readers(&args.protocol)?;
    bare.direction = args.direction.map(setup::direction);
    if bare.direction.is_none() && candidates.iter().any(needs_direction) {
        let hint = "say who sent the bytes: --direction client or --direction server";
        return Err(Failure::usage("frames of the two sides look different").hint(hint));
    }
    match &*candidates {
        [] => verbose::bare(&bare, &args.protocol),
        candidates => verbose::candidates(candidates, &args.protocol),
    }
    let path = args.output.output.as_deref();
    let files: Vec<String> = args.bytes.iter().filter_map(|text| text.strip_prefix('@').map(str::to_owned)).collect();
    let mut output = Output::beside(path, &files)?;
    let width = output::width(args.width.columns, path);
    if args.wire && matches!(args.format, DecodeFormat::Compact | DecodeFormat::Protoscope) {
        let hint = "--wire shows all readings: give it with --format text, tree or json";
        return Err(Failure::usage("this format shows one reading of each field").hint(hint));
    }
    let style = setup::style(&args.style);
    let is_message = matches!(args.format, DecodeFormat::Compact | DecodeFormat::Json);
    if (style.defaults || style.proto_names) && !is_message {
        let hint = "give it with --format json or compact";
        return Err(
            Failure::usage("this format shows the fields that are there, by the names of the .proto file").hint(hint)
        );
    }
    let mut frames = 0;
    let mut likely = None;
    let decoded = pipeline::decode(&bytes, &candidates, &bare, |frame| {
        frames += 1;
        likely = likely.or_else(|| likely_kind(frame));
        let out = &mut output.writer;
        if frames > 1 && matches!(args.format, DecodeFormat::Text | DecodeFormat::Tree | DecodeFormat::Protoscope) {
            out.write_all(b"\n")?;
        }
        match args.format {
            DecodeFormat::Text => write_text(frame, args.wire, width, out),
            DecodeFormat::Tree => write_tree(frame, args.wire, width, out),
            DecodeFormat::Compact => write_compact(frame, style.defaults, out),
            DecodeFormat::Json => write_json(frame, args.wire, style, out),
            DecodeFormat::Protoscope => write_protoscope(frame, out),
        }
    });
    let written = decoded.and_then(|()| output.writer.flush());
    written.map_err(|error| Failure::writing(&output.name, &error))?;
    if let Some(kind) = likely.filter(|_| args.protocol.payload.is_none()) {
        output::hint(&format!("the payload is no protobuf; it reads as {kind}: --payload {kind}"));
    }
    Ok(Outcome::Done)
}

/// What a payload reads as to its last byte that was read as protobuf, for want of a better word, and is not.
fn likely_kind(frame: &SingleRecord<'_>) -> Option<PayloadKind> {
    if frame.type_name.is_some() || frame.payload.problems().is_empty() {
        return None;
    }
    let kinds = [PayloadKind::Json, PayloadKind::Text, PayloadKind::Msgpack];
    kinds.into_iter().find(|kind| kind.fits(frame.payload.bytes()))
}

/// Whether somebody must say whose frames are read: the layouts that were asked for differ.
fn needs_direction(candidate: &Candidate) -> bool {
    let layouts = &candidate.profile.layouts;
    candidate.trust == Trust::Given && layouts.to_server.differs_from(&layouts.to_client)
}

/// What the bytes are read with. A single payload needs no layout: with `--schema` alone it is read as it is.
fn readers(protocol: &ProtocolArgs) -> Result<(Vec<Candidate>, Bare), Failure> {
    if protocol.profile.is_none() && protocol.frame.is_none() {
        if !protocol.schema.is_empty() {
            return Ok((Vec::new(), setup::bare(protocol)?));
        }
        if protocol.message.is_some() {
            let hint = "give a schema with --schema FILE.proto, or a --profile that has one";
            return Err(Failure::usage("--message needs a schema").hint(hint));
        }
    }
    let bare = Bare { readings: protocol.readings.clone(), payload: protocol.payload, ..Bare::default() };
    Ok((setup::candidates(protocol, &[])?, bare))
}
