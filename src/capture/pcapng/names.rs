//! Name resolution blocks (draft-ietf-opsawg-pcapng section 4.5).

use super::super::log::Log;
use super::super::order::Order;
use super::super::text::About;
use super::block::{Wrong, content};
use super::options::{self, COMMENT};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Bytes before the records of a name resolution block.
const HEADER: usize = 8;

/// Kinds of name records. Those of hardware addresses are passed over.
const END: u16 = 0;
const IPV4: u16 = 1;
const IPV6: u16 = 2;

/// Decodes a whole name resolution block and notes its names. Its comments are about the section.
pub(super) fn decode(order: Order, block: &[u8], section: u64, log: &mut Log<'_>) -> Result<(), Wrong> {
    let mut rest = content(block).get(HEADER..).unwrap_or_default();
    while let Some((head, after)) = rest.split_first_chunk::<4>() {
        let [kind_first, kind_second, len_first, len_second] = *head;
        let kind = order.u16([kind_first, kind_second]);
        let len = usize::from(order.u16([len_first, len_second]));
        if kind == END {
            return options::read(order, after, |code, value| {
                if code == COMMENT {
                    log.comment(About::Section(section), value);
                }
                Some(())
            });
        }
        let record = after
            .get(..len)
            .ok_or_else(|| format!("a name record claims {len} bytes, but its block has only {} left", after.len()))?;
        match kind {
            IPV4 => match record.split_first_chunk::<4>() {
                Some((address, names)) => note(Ipv4Addr::from(*address), names, log),
                None => return Err(format!("a name record of {len} bytes has no IPv4 address")),
            },
            IPV6 => match record.split_first_chunk::<16>() {
                Some((address, names)) => note(Ipv6Addr::from(*address), names, log),
                None => return Err(format!("a name record of {len} bytes has no IPv6 address")),
            },
            _ => {}
        }
        rest = after.get(len.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(())
}

/// Notes names that each end with a zero.
fn note(address: impl Into<std::net::IpAddr>, names: &[u8], log: &mut Log<'_>) {
    let address = address.into();
    for name in names.split(|byte| *byte == 0) {
        log.name(address, name);
    }
}
