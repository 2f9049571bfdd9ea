//! Data frames of IEEE 802.11 that are not encrypted (IEEE 802.11-2020 section 9).

use super::super::UnreadReason;
use super::super::detail::Detail;
use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::unread::Unread;

/// Masks of the first byte of a frame: the version, which is 0, the type, and the subtype.
const VERSION: u8 = 0x03;
const TYPE: u8 = 0x0c;
const DATA: u8 = 0x08;
/// Bits of the subtype of data frames.
const NO_DATA: u8 = 0x40;
const QOS: u8 = 0x80;

/// Bits of the second byte of a frame: it goes between stations, more fragments follow, it is encrypted, a control
/// field for high throughput follows.
const BETWEEN_STATIONS: u8 = 0x03;
const MORE_FRAGMENTS: u8 = 0x04;
const PROTECTED: u8 = 0x40;
const HIGH_THROUGHPUT: u8 = 0x80;

/// Bytes of the header that every data frame has, up to the sequence control, whose low 4 bits number the fragment.
const HEADER: usize = 24;
const SEQUENCE_CONTROL: usize = 22;
const FRAGMENT: u8 = 0x0f;

/// Bit of the first byte of the QoS control: the frame is an aggregate.
const AGGREGATE: u8 = 0x80;
/// Bytes of a part of an aggregate before its packet: two addresses and its length.
const PART_ADDRESSES: usize = 12;

/// Whether padding follows the header so that its length is a multiple of 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Padding {
    No,
    Yes,
}

pub(super) fn decode(frame: &mut Layer<'_>, padding: Padding) -> Result<HeaderKind, Unread> {
    let bad = UnreadReason::BadLinkHeader;
    let [first, flags] = *{ *frame }.take(bad)?;
    if first & VERSION != 0 {
        return Err(bad.into());
    }
    if first & TYPE != DATA || first & NO_DATA != 0 {
        let kind = (first & TYPE) << 2 | first >> 4;
        return Err(Unread::of(UnreadReason::NotIp, Detail::Wlan(kind)));
    }
    if flags & PROTECTED != 0 {
        return Err(UnreadReason::WlanEncrypted.into());
    }
    let header = frame.take::<HEADER>(bad)?;
    if flags & MORE_FRAGMENTS != 0 || header.get(SEQUENCE_CONTROL).is_some_and(|low| low & FRAGMENT != 0) {
        return Err(UnreadReason::WlanFragment.into());
    }
    let mut len = HEADER;
    if flags & BETWEEN_STATIONS == BETWEEN_STATIONS {
        frame.skip(6, bad)?;
        len += 6;
    }
    let mut is_aggregate = false;
    if first & QOS != 0 {
        let [control, _] = *frame.take(bad)?;
        is_aggregate = control & AGGREGATE != 0;
        len += 2;
        if flags & HIGH_THROUGHPUT != 0 {
            frame.skip(4, bad)?;
            len += 4;
        }
    }
    if padding == Padding::Yes {
        frame.skip(len.next_multiple_of(4) - len, bad)?;
    }
    if is_aggregate {
        decode_only_part(frame)?;
    }
    Ok(HeaderKind::Llc)
}

/// Decodes the header of the packet in an aggregate of one.
fn decode_only_part(aggregate: &mut Layer<'_>) -> Result<(), UnreadReason> {
    let bad = UnreadReason::BadLinkHeader;
    aggregate.skip(PART_ADDRESSES, bad)?;
    let len = usize::from(u16::from_be_bytes(*aggregate.take(bad)?));
    if aggregate.wire_len() < len {
        return Err(bad);
    }
    // Padding of up to 3 bytes follows every part but the last.
    if aggregate.wire_len() > len.next_multiple_of(4) {
        return Err(UnreadReason::WlanAggregate);
    }
    aggregate.trim(len);
    Ok(())
}
