//! How much of a connection's life was captured, by Wireshark's measure (`tcp.completeness`).
//!
//! In: the segments of one connection, in capture order. Out: six bits. Not responsible for bytes that are missing: a
//! connection with gaps can be complete.

use crate::packet::Segment;

/// What was seen of a connection: the sum of 1 (SYN), 2 (SYN with ACK), 4 (ACK), 8 (data), 16 (FIN), 32 (RST), as in
/// [Wireshark's `tcp.completeness`](https://www.wireshark.org/docs/wsug_html_chunked/ChAdvTCPAnalysis.html).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Completeness(u8);

impl Completeness {
    const SYN: u8 = 1;
    const SYN_ACK: u8 = 2;
    const ACK: u8 = 4;
    const DATA: u8 = 8;
    const FIN: u8 = 16;
    const RST: u8 = 32;
    const HANDSHAKE: u8 = Self::SYN | Self::SYN_ACK | Self::ACK;

    /// Adds what `segment` shows. Data and FIN count only with an ACK, as in Wireshark, except for data that a SYN
    /// carries.
    pub(super) fn note(&mut self, segment: &Segment<'_>) {
        let flags = segment.flags;
        let has_data = segment.payload_len > 0;
        self.0 |= match (flags.syn, flags.ack) {
            (true, true) => Self::SYN_ACK,
            (true, false) if has_data => Self::SYN | Self::DATA,
            (true, false) => Self::SYN,
            (false, true) if has_data => Self::DATA,
            (false, true) => Self::ACK,
            (false, false) => 0,
        };
        self.0 |= if flags.fin && flags.ack { Self::FIN } else { 0 };
        self.0 |= if flags.rst { Self::RST } else { 0 };
    }

    /// The sum of what was seen, from 0 to 63.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether a SYN shows who opened the connection.
    #[must_use]
    pub const fn has_opening(self) -> bool {
        self.0 & (Self::SYN | Self::SYN_ACK) != 0
    }

    /// What was seen of the connection in plain words, as Wireshark names the sum.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        let (end, rest) = (self.0 & (Self::FIN | Self::RST), self.0 & !(Self::FIN | Self::RST));
        match (rest, end) {
            (Self::SYN, 0) => "only SYN",
            (0b11, 0) => "unconfirmed",
            (Self::HANDSHAKE, 0) => "no data yet",
            (0b1111, 0) => "not ended",
            (Self::HANDSHAKE, _) => "complete without data",
            (0b1111, _) => "complete with data",
            _ => "incomplete",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::{Flags, VlanPath};
    use crate::units::{Endpoint, Origin};
    use std::net::{IpAddr, Ipv4Addr};

    /// A segment with the control bits that `flags` names, and `payload_len` bytes sent of which none was captured.
    fn segment(flags: &str, payload_len: u32) -> Segment<'static> {
        let end = Endpoint { addr: IpAddr::V4(Ipv4Addr::LOCALHOST), port: 1 };
        let has = |flag| flags.contains(flag);
        Segment {
            origin: Origin::default(),
            source: end,
            destination: end,
            vlan: VlanPath::default(),
            seq: 0,
            ack: 0,
            flags: Flags { syn: has('S'), ack: has('A'), fin: has('F'), rst: has('R') },
            payload: &[],
            payload_len,
        }
    }

    fn of(segments: &[(&str, u32)]) -> (u8, &'static str) {
        let mut completeness = Completeness::default();
        segments.iter().for_each(|(flags, len)| completeness.note(&segment(flags, *len)));
        (completeness.bits(), completeness.as_str())
    }

    #[test]
    fn a_connection_becomes_complete_step_by_step() {
        let life = [("S", 0), ("SA", 0), ("A", 0), ("A", 7), ("FA", 0)];
        let expected = [(1, "only SYN"), (3, "unconfirmed"), (7, "no data yet"), (15, "not ended")];
        for (seen, expected) in expected.into_iter().enumerate() {
            assert_eq!(of(&life[..=seen]), expected);
        }
        assert_eq!(of(&life), (31, "complete with data"));
        assert_eq!(of(&[("S", 0), ("SA", 0), ("A", 0), ("R", 0)]), (39, "complete without data"));
        assert_eq!(of(&[("S", 0), ("RA", 0)]), (37, "incomplete"));
    }

    #[test]
    fn a_connection_that_began_before_the_capture_is_never_complete() {
        assert_eq!(of(&[("A", 7), ("A", 0), ("FA", 0)]), (28, "incomplete"));
    }

    #[test]
    fn data_on_the_first_syn_counts_and_data_cut_off_by_the_snap_length_too() {
        assert_eq!(of(&[("S", 3)]).0, 9);
        assert_eq!(of(&[("S", 0), ("A", 100)]).0, 9);
    }
}
