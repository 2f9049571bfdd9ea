//! BSD loopback (`LINKTYPE_NULL`, `LINKTYPE_LOOP`): a 4-byte address family, then the packet.

use super::super::UnreadReason;
use super::super::detail::Detail;
use super::super::header_kind::HeaderKind;
use super::super::layer::Layer;
use super::super::unread::Unread;

/// `AF_INET` of every system.
const INET: u32 = 2;
/// `AF_INET6` of Linux, Windows, NetBSD and OpenBSD, FreeBSD, and macOS.
const INET6: [u32; 5] = [10, 23, 24, 28, 30];

pub(super) fn decode(packet: &mut Layer<'_>) -> Result<HeaderKind, Unread> {
    let family = packet.take(UnreadReason::BadLinkHeader)?;
    // NULL has the byte order of the host that captured, which the file need not share. Families are small numbers,
    // so the right order is the one that gives the smaller number.
    let family = u32::from_le_bytes(*family).min(u32::from_be_bytes(*family));
    if family == INET || INET6.contains(&family) {
        Ok(HeaderKind::Ip)
    } else {
        Err(Unread::of(UnreadReason::NotIp, Detail::Family(family)))
    }
}
