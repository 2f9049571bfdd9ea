//! `deframe decode`.

use super::Outcome;
use super::args::{DecodeArgs, DecodeFormat, ProtocolArgs};
use super::failure::Failure;
use super::output::{self, Output};
use super::{input, setup};
use crate::pipeline::{self, Bare, Candidate};
use crate::report::decode::{write_json, write_text};
use std::io::Write;

/// Runs it.
pub(super) fn run(args: &DecodeArgs) -> Result<Outcome, Failure> {
    let bytes = input::bytes(&args.bytes, args.encoding)?;
    if bytes.is_empty() {
        return Err(
            Failure::fatal("there are no bytes to decode").hint("give hex, base64, @FILE, or - for standard input")
        );
    }
    let (candidates, bare) = readers(&args.protocol)?;
    let path = args.output.output.as_deref();
    let files: Vec<String> = args.bytes.iter().filter_map(|text| text.strip_prefix('@').map(str::to_owned)).collect();
    let mut output = Output::beside(path, &files)?;
    let width = output::width(args.width, path);
    let mut frames = 0;
    let decoded = pipeline::decode(&bytes, &candidates, &bare, |frame| {
        frames += 1;
        match args.format {
            DecodeFormat::Json => write_json(frame, &mut output.writer),
            DecodeFormat::Text => {
                if frames > 1 {
                    output.writer.write_all(b"\n")?;
                }
                write_text(frame, width, &mut output.writer)
            }
        }
    });
    let written = decoded.and_then(|()| output.writer.flush());
    written.map_err(|error| Failure::writing(&output.name, &error))?;
    Ok(Outcome::Done)
}

/// A single payload needs no layout: with `--schema` alone it is read as it is.
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
    Ok((setup::candidates(protocol, &[])?, Bare::default()))
}
