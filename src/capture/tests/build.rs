//! Writes captures byte by byte.

use super::Order;

/// What a test says of a packet: time in nanoseconds, length on the wire, captured bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) time: i64,
    pub(super) len: u32,
    pub(super) data: Vec<u8>,
}

pub(super) fn sample(time: i64, data: &[u8]) -> Sample {
    Sample { time, len: size(data.len()), data: data.to_vec() }
}

/// Tests write nothing that does not fit.
pub(super) fn size<T: TryInto<u32, Error: std::fmt::Debug>>(value: T) -> u32 {
    value.try_into().unwrap()
}

pub(super) fn put16(order: Order, value: u16) -> [u8; 2] {
    if order == Order::Little { value.to_le_bytes() } else { value.to_be_bytes() }
}

pub(super) fn put32(order: Order, value: u32) -> [u8; 4] {
    if order == Order::Little { value.to_le_bytes() } else { value.to_be_bytes() }
}

pub(super) fn put64(order: Order, value: u64) -> [u8; 8] {
    if order == Order::Little { value.to_le_bytes() } else { value.to_be_bytes() }
}

/// Options with their end, or nothing. Name records are written the same way.
pub(super) fn put_options(order: Order, options: &[(u16, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (code, value) in options {
        out.extend(put16(order, *code));
        out.extend(put16(order, u16::try_from(value.len()).unwrap()));
        out.extend(*value);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    if !options.is_empty() {
        out.extend([0; 4]);
    }
    out
}

/// Bytes of a pcap file without packets.
pub(super) fn pcap_header(order: Order, ns_per_fraction: i64, link: u32) -> Vec<u8> {
    let magic = if ns_per_fraction == 1 { 0xa1b2_3c4d } else { 0xa1b2_c3d4 };
    let version = if order == Order::Little { 4 << 16 | 2 } else { 2 << 16 | 4 };
    [magic, version, 0, 0, 262_144, link].iter().flat_map(|word| put32(order, *word)).collect()
}

pub(super) fn pcap_record(order: Order, ns_per_fraction: i64, packet: &Sample) -> Vec<u8> {
    let (seconds, ns) = (packet.time / 1_000_000_000, packet.time % 1_000_000_000);
    let words = [size(seconds), size(ns / ns_per_fraction), size(packet.data.len()), packet.len];
    let header = words.iter().flat_map(|word| put32(order, *word));
    header.chain(packet.data.iter().copied()).collect()
}

pub(super) fn pcap(packets: &[Sample]) -> Vec<u8> {
    pcap_as(Order::Little, 1000, packets)
}

pub(super) fn pcap_as(order: Order, ns_per_fraction: i64, packets: &[Sample]) -> Vec<u8> {
    let records = packets.iter().flat_map(|packet| pcap_record(order, ns_per_fraction, packet));
    pcap_header(order, ns_per_fraction, 1).into_iter().chain(records).collect()
}

/// A pcapng file under construction, and where its blocks end.
#[derive(Clone, Debug)]
pub(super) struct Blocks {
    pub(super) order: Order,
    pub(super) bytes: Vec<u8>,
    pub(super) ends: Vec<usize>,
}

impl Blocks {
    /// A file with one section.
    pub(super) fn new(order: Order) -> Self {
        Self { order, bytes: Vec::new(), ends: Vec::new() }.section(order)
    }

    pub(super) fn block(mut self, kind: u32, body: &[u8]) -> Self {
        let padding = body.len().next_multiple_of(4) - body.len();
        let len = put32(self.order, size(12 + body.len() + padding));
        self.bytes.extend(put32(self.order, kind));
        self.bytes.extend(len);
        self.bytes.extend(body);
        self.bytes.extend(vec![0xaa; padding]);
        self.bytes.extend(len);
        self.ends.push(self.bytes.len());
        self
    }

    pub(super) fn section(self, order: Order) -> Self {
        self.section_with(order, (1, 0), -1, &[])
    }

    pub(super) fn section_with(
        mut self,
        order: Order,
        (major, minor): (u16, u16),
        len: i64,
        options: &[(u16, &[u8])],
    ) -> Self {
        self.order = order;
        let mut body = put32(order, 0x1a2b_3c4d).to_vec();
        body.extend(put16(order, major));
        body.extend(put16(order, minor));
        body.extend(put64(order, len.cast_unsigned()));
        body.extend(put_options(order, options));
        self.block(0x0a0d_0d0a, &body)
    }

    pub(super) fn interface(self, link: u16, snap_len: u32, options: &[(u16, &[u8])]) -> Self {
        let mut body = put16(self.order, link).to_vec();
        body.extend([0, 0]);
        body.extend(put32(self.order, snap_len));
        body.extend(put_options(self.order, options));
        self.block(1, &body)
    }

    pub(super) fn statistics(self, interface: u32, options: &[(u16, &[u8])]) -> Self {
        let words = [interface, 0, 0].into_iter().flat_map(|word| put32(self.order, word));
        let body: Vec<u8> = words.chain(put_options(self.order, options)).collect();
        self.block(5, &body)
    }

    /// A name resolution block.
    pub(super) fn names(self, records: &[(u16, &[u8])], options: &[(u16, &[u8])]) -> Self {
        let mut body = put_options(self.order, records);
        if records.is_empty() {
            body.extend([0; 4]);
        }
        body.extend(put_options(self.order, options));
        self.block(4, &body)
    }

    /// An enhanced packet block.
    pub(super) fn packet(self, interface: u32, ticks: u64, len: u32, data: &[u8]) -> Self {
        self.packet_with(interface, ticks, len, data, &[])
    }

    pub(super) fn packet_with(
        self,
        interface: u32,
        ticks: u64,
        len: u32,
        data: &[u8],
        options: &[(u16, &[u8])],
    ) -> Self {
        let words = [interface, size(ticks >> 32), size(ticks & 0xffff_ffff), size(data.len()), len];
        let body = words.iter().flat_map(|word| put32(self.order, *word)).chain(data.iter().copied());
        let mut body: Vec<u8> = body.collect();
        body.resize(body.len().next_multiple_of(4), 0);
        body.extend(put_options(self.order, options));
        self.block(6, &body)
    }

    pub(super) fn obsolete_packet(self, interface: u16, ticks: u64, len: u32, data: &[u8]) -> Self {
        self.obsolete_packet_after(0xffff, interface, ticks, len, data)
    }

    pub(super) fn obsolete_packet_after(self, drops: u16, interface: u16, ticks: u64, len: u32, data: &[u8]) -> Self {
        let order = self.order;
        let mut body = put16(order, interface).to_vec();
        body.extend(put16(order, drops));
        for word in [size(ticks >> 32), size(ticks & 0xffff_ffff), size(data.len()), len] {
            body.extend(put32(order, word));
        }
        body.extend(data);
        self.block(2, &body)
    }

    pub(super) fn simple_packet(self, len: u32, data: &[u8]) -> Self {
        let mut body = put32(self.order, len).to_vec();
        body.extend(data);
        self.block(3, &body)
    }
}
