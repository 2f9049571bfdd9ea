//! From names to readers: opens, looks at the first bytes, and reads the file header.

use super::compression::{ZSTD, decompressed};
use super::error::{OpenCause, OpenError};
use super::facts::{CaptureFacts, FileFacts, FileFormat};
use super::input;
use super::log::Log;
use super::merge::Captures;
use super::named::CaptureSource;
use super::pcap::{self, Pcap};
use super::pcapng::{self, PcapNg};
use super::progress::Source;
use super::reader::{Format, Reader};
use super::window::Window;
use super::zstd_windows::Windows;
use crate::limits;

/// Most bytes that an error keeps of a file that is not a capture.
const START: usize = 64;

/// Name of what is given as `-`.
const STANDARD_INPUT: &str = "standard input";

/// Opens the captures named `names`, `-` being standard input, and reads each as far as its first packet.
///
/// Packets of several captures are merged by time. One that cannot be opened does not cost the others:
/// [`Captures::left_out`] tells of it.
///
/// # Errors
///
/// If none can be opened: why the first cannot.
pub fn open(names: &[String]) -> Result<Captures, OpenError> {
    open_all(names.iter().cloned().map(CaptureSource::Named).collect())
}

/// Opens captures as [`open`] does, wherever their bytes come from.
///
/// # Errors
///
/// If none can be opened: why the first cannot.
pub fn open_all(sources: Vec<CaptureSource>) -> Result<Captures, OpenError> {
    let is_stdin = |source: &&CaptureSource| matches!(source, CaptureSource::Named(name) if name == "-");
    if sources.iter().filter(is_stdin).count() > 1 {
        return Err(OpenError { name: STANDARD_INPUT.to_owned(), cause: OpenCause::NamedTwice });
    }
    let mut facts = CaptureFacts::default();
    let mut readers = Vec::with_capacity(sources.len());
    let mut left_out = Vec::new();
    let (windows, is_alone) = (Windows::default(), sources.len() == 1);
    for capture in sources {
        let (name, opened) = match capture {
            CaptureSource::Reader { name, bytes } => (name, Ok(Source { bytes, len: None })),
            CaptureSource::Named(name) => {
                let opened = input::source(&name);
                (if name == "-" { STANDARD_INPUT.to_owned() } else { name }, opened)
            }
        };
        let is_file = opened.as_ref().is_ok_and(|source| source.len.is_some());
        match opened.and_then(|source| start(&name, source, &windows, &mut facts)) {
            Ok(mut reader) => {
                let compression = facts.files.last().and_then(|file| file.compression);
                if is_file && !is_alone && compression == Some(ZSTD) {
                    reader.wait_closed(name, windows.clone());
                }
                readers.push(reader);
            }
            Err(cause) => left_out.push(OpenError { name, cause }),
        }
    }
    if readers.is_empty() && !left_out.is_empty() {
        return Err(left_out.swap_remove(0));
    }
    Ok(Captures::new(readers, facts, left_out))
}

/// Reads the start of a capture and notes the file in `facts`.
pub(super) fn start(
    name: &str,
    source: Source,
    windows: &Windows,
    facts: &mut CaptureFacts,
) -> Result<Reader, OpenCause> {
    let (bytes, meter) = source.metered();
    let (mut window, compression) = decompressed(Window::new(bytes), windows)?;
    let mut log = Log { file: facts.files.len(), facts };
    let (file_format, format) = read_header(&mut window, &mut log)?;
    facts.files.push(FileFacts::new(name, file_format, compression));
    Ok(Reader::new(window, format, meter))
}

fn read_header(window: &mut Window, log: &mut Log<'_>) -> Result<(FileFormat, Format), OpenCause> {
    window.fill(pcapng::SECTION_START);
    if let Some(variant) = pcap::variant(window.view()) {
        return match Pcap::open(window, variant, log) {
            Some(pcap) => Ok((FileFormat::Pcap, Format::Pcap(pcap))),
            None => Err(cut(window, FileFormat::Pcap, pcap::FILE_HEADER)),
        };
    }
    if window.view().starts_with(&pcapng::MAGIC) {
        if window.view().len() < pcapng::SECTION_START {
            return Err(cut(window, FileFormat::PcapNg, pcapng::SECTION_HEADER));
        }
        if let Some(order) = pcapng::section_order(window.view()) {
            let len = window.words(order).map_or(0, |[_kind, len]| len.min(limits::BLOCK_LEN));
            let needed = (len as usize).max(pcapng::SECTION_HEADER);
            return match window.fill(needed) {
                true => Ok((FileFormat::PcapNg, Format::PcapNg(PcapNg::new(order)))),
                false => Err(cut(window, FileFormat::PcapNg, needed)),
            };
        }
    }
    window.fill(START);
    match window.take_failure() {
        Some(error) => Err(OpenCause::Io(error)),
        None if window.view().is_empty() => Err(OpenCause::Empty),
        None => Err(OpenCause::NotCapture { start: window.view().iter().copied().take(START).collect() }),
    }
}

/// The error of a file that ended, or could not be read, inside its header.
fn cut(window: &mut Window, format: FileFormat, needed: usize) -> OpenCause {
    match window.take_failure() {
        Some(error) => OpenCause::Io(error),
        None => OpenCause::CutHeader { format, have: window.view().len(), needed },
    }
}
