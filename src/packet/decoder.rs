//! Packets in, segments out, and a count of the packets that gave none.

use super::datagram::Datagram;
use super::fragments::{Arrival, Fragments};
use super::layer::Layer;
use super::tally::Tally;
use super::trail::{End, Inner, Trail};
use super::unread::Unread;
use super::{Segment, UnreadReason, link, tcp};
use crate::capture::Packet;
use crate::limits;
use crate::units::Origin;

/// Decodes packets into segments and counts what it could not read.
#[derive(Debug, Default)]
pub struct Decoder {
    tally: Tally,
    fragments: Fragments,
    joined: u64,
    /// The last datagrams that fragments were joined into, each from fragments in the one before.
    datagrams: [Vec<u8>; limits::FRAGMENTED_IN_FRAGMENTS],
}

impl Decoder {
    /// A decoder that has counted nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The segment in `packet`, or that `packet` completes where it is the last fragment of one. `None` if there is none;
    /// then the reason is counted, for a fragment once it is known.
    pub fn decode<'a>(&'a mut self, packet: &Packet<'a>) -> Option<Segment<'a>> {
        let Self { tally, fragments, joined, datagrams } = self;
        let origin = Origin { packet: packet.number, time: packet.time };
        let mut descent = Descent { tally, fragments, trail: Trail::default(), origin, packets: 1 };
        let whole = Layer::new(packet.data, packet.len as usize);
        match link::decode(packet.link, whole).and_then(|first| descent.begin(first, datagrams)) {
            Ok(Some(segment)) => {
                *joined += descent.packets - 1;
                Some(segment)
            }
            Ok(None) => None,
            Err(unread) => {
                descent.tally.add(unread, descent.packets);
                None
            }
        }
    }

    /// Packets that gave no segment, by reason; reasons that did not occur are left out. Fragments that still wait for
    /// others count as incomplete.
    pub fn unread(&self) -> impl Iterator<Item = (UnreadReason, u64)> {
        self.now().reasons().collect::<Vec<_>>().into_iter()
    }

    /// What it was that could not be read, by reason, the most frequent of each first: names of link types, EtherTypes
    /// and protocols. There are [`limits::UNREAD_DETAILS`] at most, and not every reason has any.
    pub fn details(&self) -> impl Iterator<Item = (UnreadReason, String, u64)> {
        self.now().details().into_iter().map(|(reason, detail, count)| (reason, detail.to_string(), count))
    }

    /// Fragments that became part of a segment that came with a later packet. With the packets that gave a segment and
    /// those in [`Decoder::unread`], they are all packets.
    #[must_use]
    pub fn joined(&self) -> u64 {
        self.joined
    }

    fn now(&self) -> Tally {
        let mut tally = self.tally.clone();
        self.fragments.waiting(&mut tally);
        tally
    }
}

/// One packet on the way to its segment.
struct Descent<'d> {
    tally: &'d mut Tally,
    fragments: &'d mut Fragments,
    trail: Trail,
    origin: Origin,
    /// Packets that what is read now came with.
    packets: u64,
}

impl Descent<'_> {
    fn begin<'a>(&mut self, first: Inner<'a>, datagrams: &'a mut [Vec<u8>]) -> Result<Option<Segment<'a>>, Unread> {
        let end = self.trail.follow(first)?;
        self.segment(end, datagrams)
    }

    /// The segment that the headers lead to, or `None` if it is in a fragment that waits for others.
    fn segment<'a>(&mut self, end: End<'a>, datagrams: &'a mut [Vec<u8>]) -> Result<Option<Segment<'a>>, Unread> {
        let fragment = match end {
            End::Tcp(packet) => return Ok(Some(tcp::decode(&packet, self.trail.vlan, self.origin)?)),
            End::Fragment(fragment) => fragment,
        };
        let (bytes, deeper) = datagrams.split_first_mut().ok_or(UnreadReason::NestedTooDeep)?;
        let arrival = Arrival { vlan: self.trail.vlan, time: self.origin.time, packets: self.packets };
        let Some(whole) = self.fragments.push(&fragment, arrival, bytes, self.tally)? else { return Ok(None) };
        self.packets = whole.packets;
        let payload = Layer::new(bytes, whole.len);
        let datagram = Datagram { protocol: whole.protocol, payload, ..fragment.part };
        let end = self.trail.follow_datagram(datagram)?;
        self.segment(end, deeper)
    }
}
