//! One open interface.

use super::batch::Counts;
use super::error::{LiveError, words};
use super::options::LiveOptions;
use crate::capture::LinkType;
use crate::units::Timestamp;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use pcap::{Active, Capture, Packet, Precision};
use std::os::fd::AsFd;
use std::time::Duration;

/// `DLT_RAW` as Linux numbers it, and as OpenBSD does; in files both are `LINKTYPE_RAW`.
const DLT_RAW: [u32; 2] = [12, 14];

/// Whether libpcap gives nanoseconds: on Linux always, elsewhere not always, and it does not say.
const HAS_NANOSECONDS: bool = cfg!(target_os = "linux");

/// An interface that is captured from. Reading does not wait.
pub(super) struct Handle {
    capture: Capture<Active>,
    counts: Counts,
    /// The counters as libpcap gave them last; they have 32 bits and wrap.
    said: [u32; 3],
}

impl Handle {
    /// Opens `interface`.
    pub(super) fn open(interface: &str, options: &LiveOptions) -> Result<Self, LiveError> {
        let failed = |error| LiveError::opening(interface, &error);
        let inactive = Capture::from_device(interface)
            .map_err(failed)?
            .snaplen(i32::try_from(options.snap_len).unwrap_or(i32::MAX))
            .buffer_size(i32::try_from(options.buffer_bytes).unwrap_or(i32::MAX))
            .timeout(i32::try_from(options.timeout.as_millis()).unwrap_or(i32::MAX))
            .immediate_mode(options.immediate)
            .promisc(options.promiscuous);
        let inactive = if HAS_NANOSECONDS { inactive.precision(Precision::Nano) } else { inactive };
        let mut capture = inactive.open().and_then(Capture::setnonblock).map_err(failed)?;
        if let Some(filter) = &options.filter {
            capture.filter(filter, true).map_err(|error| LiveError::filter(interface, filter, &error))?;
        }
        Ok(Self { capture, counts: Counts::default(), said: [0; 3] })
    }

    /// Link type of the interface.
    pub(super) fn link(&self) -> LinkType {
        let number = u32::try_from(self.capture.get_datalink().0).unwrap_or(u32::MAX);
        if DLT_RAW.contains(&number) { LinkType::RAW } else { LinkType(number) }
    }

    /// Waits until there may be packets, `patience` at most.
    pub(super) fn wait(&self, patience: Duration) {
        let timeout = PollTimeout::try_from(patience).unwrap_or(PollTimeout::MAX);
        // An error shows in the next read, and a signal is noticed by whoever it is for.
        let _ = poll(&mut [PollFd::new(self.capture.as_fd(), PollFlags::POLLIN)], timeout);
    }

    /// Reads at most `count` packets, without waiting: time, length on the wire, bytes.
    ///
    /// # Errors
    /// What libpcap says of an interface that gives nothing more.
    pub(super) fn read(&mut self, count: usize, mut take: impl FnMut(Timestamp, u32, &[u8])) -> Result<usize, String> {
        let read = self.capture.dispatch(Some(count), |packet: Packet<'_>| {
            let header = packet.header;
            let unit_ns = if HAS_NANOSECONDS { 1 } else { 1000 };
            #[allow(clippy::useless_conversion, reason = "elsewhere than on Linux it has 32 bits")]
            let ns = header.ts.tv_sec * 1_000_000_000 + i64::from(header.ts.tv_usec) * unit_ns;
            take(Timestamp::from_ns(ns), header.len, packet.data);
        });
        read.map_err(|error| words(&error))
    }

    /// The counts of the interface until now, apart from what this program dropped.
    pub(super) fn counts(&mut self) -> Counts {
        if let Ok(stat) = self.capture.stats() {
            let said = [stat.received, stat.dropped, stat.if_dropped];
            let before = std::mem::replace(&mut self.said, said);
            let [received, dropped, if_dropped] = [0, 1, 2].map(|index: usize| {
                let [now, before] = [said, before].map(|said| said.get(index).copied().unwrap_or(0));
                u64::from(now.wrapping_sub(before))
            });
            self.counts.received += received;
            self.counts.dropped += dropped;
            self.counts.if_dropped += if_dropped;
        }
        self.counts
    }
}
