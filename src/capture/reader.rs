//! One capture file: positions on its next packet and lends it.

use super::Packet;
use super::compression::decompressed;
use super::error::OpenCause;
use super::input;
use super::log::Log;
use super::pcap::Pcap;
use super::pcapng::PcapNg;
use super::progress::{Meter, Progress};
use super::record::Record;
use super::window::Window;
use super::zstd_windows::Windows;
use crate::units::Timestamp;

/// Reads the packets of one capture file.
pub(super) struct Reader {
    window: Window,
    format: Format,
    current: Option<Record>,
    meter: Meter,
    /// How the file is opened again while it is closed.
    closed: Option<Closed>,
    /// What closes the file until its first packet is the next of all.
    waits: Option<Closed>,
}

/// A file that is not open, so that its decompressor takes no memory.
#[derive(Clone)]
struct Closed {
    name: String,
    windows: Windows,
}

/// How the file is written.
pub(super) enum Format {
    Pcap(Pcap),
    PcapNg(PcapNg),
}

impl Reader {
    pub(super) fn new(window: Window, format: Format, meter: Meter) -> Self {
        Self { window, format, current: None, meter, closed: None, waits: None }
    }

    /// Closes the file called `name` until it is needed, and again after its first packet is known: files that follow
    /// each other in time need not be open at once.
    pub(super) fn wait_closed(&mut self, name: String, windows: Windows) {
        self.waits = Some(Closed { name, windows });
        self.close();
    }

    /// Closes the file if it can be opened again.
    pub(super) fn close(&mut self) {
        self.closed.clone_from(&self.waits);
        if self.closed.is_some() {
            self.window.close();
        }
    }

    /// Whether the file waits closed.
    #[inline]
    pub(super) fn is_closed(&self) -> bool {
        self.closed.is_some()
    }

    /// Opens the file where it was closed, if it is. False, and a problem, if that cannot be done.
    #[cold]
    pub(super) fn wake(&mut self, log: &mut Log<'_>) -> bool {
        let Some(closed) = self.closed.take() else { return true };
        let (offset, needed) = (self.window.offset(), self.current.as_ref().map_or(0, |record| record.size));
        let failure = match self.reopen(&closed) {
            Ok(()) if self.window.skip(offset) && self.window.fill(needed) => return true,
            Ok(()) => {
                self.window.take_failure().map_or("it is shorter than before".to_owned(), |error| error.to_string())
            }
            Err(cause) => cause.to_string(),
        };
        log.problem(offset, format!("the file could not be read on: {failure}"));
        self.current = None;
        self.window.close();
        false
    }

    fn reopen(&mut self, closed: &Closed) -> Result<(), OpenCause> {
        let (bytes, meter) = input::source(&closed.name)?.metered();
        (self.window, _) = decompressed(Window::new(bytes), &closed.windows)?;
        self.meter = meter;
        Ok(())
    }

    pub(super) fn progress(&self) -> Progress {
        self.meter.progress()
    }

    /// Moves to the next packet and gives its time, or `None` at the end, which damage brings too.
    pub(super) fn advance(&mut self, log: &mut Log<'_>) -> Option<Timestamp> {
        if let Some(record) = self.current.take() {
            self.window.consume(record.size);
        }
        let next = match &mut self.format {
            Format::Pcap(pcap) => pcap.next(&mut self.window),
            Format::PcapNg(pcapng) => pcapng.next(&mut self.window, log),
        };
        self.current = next.unwrap_or_else(|damage| {
            log.problem(damage.offset, damage.told("the rest of the file cannot be read"));
            None
        });
        if self.current.is_none() {
            self.window.close();
        }
        self.current.as_ref().map(|record| record.time)
    }

    /// The packet that [`Reader::advance`] moved to.
    pub(super) fn packet(&self, number: u64) -> Option<Packet<'_>> {
        let record = self.current.as_ref()?;
        let data = self.window.view().get(record.data_at..)?.get(..record.captured)?;
        let &Record { time, link, interface, len, fcs_len, .. } = record;
        Some(Packet { number, time, link, interface, len, fcs_len, data })
    }

    /// Tells what people wrote about that packet; it is not known which number it has until it is its turn.
    pub(super) fn comment(&self, number: u64, log: &mut Log<'_>) {
        if let (Some(record), Format::PcapNg(pcapng)) = (&self.current, &self.format)
            && record.has_comments
        {
            let block = self.window.view().get(..record.size).unwrap_or_default();
            pcapng.comment(record, block, number, log);
        }
    }
}
