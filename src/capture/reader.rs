//! One capture file: positions on its next packet and lends it.

use super::Packet;
use super::log::Log;
use super::pcap::Pcap;
use super::pcapng::PcapNg;
use super::progress::{Meter, Progress};
use super::record::Record;
use super::window::Window;
use crate::units::Timestamp;

/// Reads the packets of one capture file.
pub(super) struct Reader {
    window: Window,
    format: Format,
    current: Option<Record>,
    meter: Meter,
}

/// How the file is written.
pub(super) enum Format {
    Pcap(Pcap),
    PcapNg(PcapNg),
}

impl Reader {
    pub(super) fn new(window: Window, format: Format, meter: Meter) -> Self {
        Self { window, format, current: None, meter }
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
