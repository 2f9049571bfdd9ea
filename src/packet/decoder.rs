//! Packets in, segments out, and a count of the packets that gave none.

use super::datagram::{Datagram, Place};
use super::fragments::{Arrival, Fragments};
use super::layer::Layer;
use super::tally::Tally;
use super::trail::Trail;
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

    /// A decoder that has counted nothing, in which at most `fragment_bytes` of IP fragments wait for others.
    #[must_use]
    pub fn limited_to(fragment_bytes: usize) -> Self {
        Self { fragments: Fragments::new(fragment_bytes), ..Self::default() }
    }

    /// The most bytes of IP fragments that waited at once.
    #[must_use]
    pub fn peak_fragment_bytes(&self) -> usize {
        self.fragments.peak_memory()
    }

    /// The segment in `packet`, or that `packet` completes where it is the last fragment of one. `None` if there is
    /// none; then the reason is counted, for a fragment once it is known.
    pub fn decode<'a>(&'a mut self, packet: &Packet<'a>) -> Option<Segment<'a>> {
        let origin = Origin { packet: packet.number, time: packet.time, ..Origin::default() };
        let mut trail = Trail::default();
        let mut whole = Layer::new(packet.data, packet.len as usize, packet.fcs_len);
        let datagram = match link::decode(packet.link, &mut whole).and_then(|kind| trail.follow(kind, whole)) {
            Ok(datagram) => datagram,
            Err(unread) => return self.count(unread),
        };
        if let Some(place) = datagram.place {
            return self.join(&datagram, place, trail, origin);
        }
        match tcp::decode(&datagram, trail.vlan, origin) {
            Ok(segment) => Some(segment),
            Err(reason) => self.count(reason.into()),
        }
    }

    #[cold]
    fn count<'a>(&mut self, unread: Unread) -> Option<Segment<'a>> {
        self.tally.add(unread, 1);
        None
    }

    /// The segment that `part` completes.
    #[cold]
    fn join<'a>(&'a mut self, part: &Datagram<'a>, place: Place, trail: Trail, origin: Origin) -> Option<Segment<'a>> {
        let Self { tally, fragments, joined, datagrams } = self;
        let mut joining = Joining { tally, fragments, trail, origin, packets: 1 };
        match joining.segment(part, place, datagrams) {
            Ok(segment) => {
                *joined += if segment.is_some() { joining.packets - 1 } else { 0 };
                segment
            }
            Err(unread) => {
                joining.tally.add(unread, joining.packets);
                None
            }
        }
    }

    /// Packets that gave no segment, by reason; reasons that did not occur are left out. Fragments that still wait for
    /// others count as incomplete.
    pub fn unread(&self) -> impl Iterator<Item = (UnreadReason, u64)> {
        self.now().reasons().collect::<Vec<_>>().into_iter()
    }

    /// What the packets that could not be read carried, by reason, the most frequent of each first: names of link
    /// types, EtherTypes and protocols. There are [`limits::UNREAD_DETAILS`] at most, and not every reason has any.
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

/// A fragment on the way to its segment.
struct Joining<'d> {
    tally: &'d mut Tally,
    fragments: &'d mut Fragments,
    trail: Trail,
    origin: Origin,
    /// Number of packets that brought what is read now.
    packets: u64,
}

impl Joining<'_> {
    /// The segment that `part` completes, or `None` if it waits for others.
    fn segment<'a>(
        &mut self,
        part: &Datagram<'a>,
        place: Place,
        datagrams: &'a mut [Vec<u8>],
    ) -> Result<Option<Segment<'a>>, Unread> {
        let (bytes, deeper) = datagrams.split_first_mut().ok_or(UnreadReason::NestedTooDeep)?;
        let arrival = Arrival { vlan: self.trail.vlan, time: self.origin.time, packets: self.packets };
        let Some(whole) = self.fragments.push(part, place, arrival, bytes, self.tally)? else { return Ok(None) };
        self.packets = whole.packets;
        let payload = Layer::new(bytes, whole.len, 0);
        let datagram = Datagram { protocol: whole.protocol, payload, place: None, ..*part };
        let inner = self.trail.follow_joined(datagram)?;
        match inner.place {
            Some(place) => self.segment(&inner, place, deeper),
            None => Ok(Some(tcp::decode(&inner, self.trail.vlan, self.origin)?)),
        }
    }
}
