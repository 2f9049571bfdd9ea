//! Packets in, segments out, and a count of the packets that gave none.

use super::layer::Layer;
use super::{Flags, Segment, UnreadReason, ip, link};
use crate::capture::{LinkType, Packet};
use crate::units::{Endpoint, Origin};
use etherparse::TcpHeaderSlice;
use etherparse::err::tcp;
use std::collections::BTreeMap;

/// Decodes packets into segments and counts what it could not read.
#[derive(Debug, Default)]
pub struct Decoder {
    unread: [u64; UnreadReason::ALL.len()],
    unknown_links: BTreeMap<LinkType, u64>,
}

impl Decoder {
    /// A decoder that has counted nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The segment in `packet`, or `None`, and then the reason is counted.
    pub fn decode<'a>(&mut self, packet: &Packet<'a>) -> Option<Segment<'a>> {
        match segment(packet) {
            Ok(segment) => Some(segment),
            Err(reason) => {
                self.count(reason, packet.link);
                None
            }
        }
    }

    /// Packets that gave no segment, by reason; reasons that did not occur are left out.
    pub fn unread(&self) -> impl Iterator<Item = (UnreadReason, u64)> {
        UnreadReason::ALL.into_iter().zip(self.unread).filter(|(_, count)| *count > 0)
    }

    /// The link types that are not read, and how many packets were of each.
    pub fn unknown_links(&self) -> impl Iterator<Item = (LinkType, u64)> {
        self.unknown_links.iter().map(|(link, count)| (*link, *count))
    }

    #[cold]
    fn count(&mut self, reason: UnreadReason, link: LinkType) {
        if let Some(count) = self.unread.get_mut(reason as usize) {
            *count += 1;
        }
        if reason == UnreadReason::UnknownLinkType {
            *self.unknown_links.entry(link).or_default() += 1;
        }
    }
}

fn segment<'a>(packet: &Packet<'a>) -> Result<Segment<'a>, UnreadReason> {
    let whole = Layer::new(packet.data, packet.len as usize, packet.fcs_len);
    let (ip, vlan) = link::decode(packet.link, whole)?;
    let datagram = ip::decode(ip)?;
    let header = TcpHeaderSlice::from_slice(datagram.tcp.bytes()).map_err(|error| match error {
        tcp::HeaderSliceError::Len(error) => datagram.tcp.too_short(error.required_len, UnreadReason::BadTcpHeader),
        tcp::HeaderSliceError::Content(_) => UnreadReason::BadTcpHeader,
    })?;
    let payload = datagram.tcp.after(header.slice().len(), UnreadReason::BadTcpHeader)?;
    Ok(Segment {
        origin: Origin { packet: packet.number, time: packet.time },
        source: Endpoint { addr: datagram.source, port: header.source_port() },
        destination: Endpoint { addr: datagram.destination, port: header.destination_port() },
        vlan,
        seq: header.sequence_number(),
        ack: header.acknowledgment_number(),
        flags: Flags { syn: header.syn(), ack: header.ack(), fin: header.fin(), rst: header.rst() },
        payload: payload.bytes(),
        payload_len: u32::try_from(payload.wire_len()).unwrap_or(u32::MAX),
    })
}
