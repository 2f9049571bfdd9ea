//! Which interfaces there are.

use super::error::{LiveError, LiveErrorKind, words};
use super::handle::Handle;
use super::options::LiveOptions;
use crate::capture::LinkType;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// An interface of this machine.
#[derive(Clone, Debug)]
pub struct Device {
    /// Name of the interface.
    pub name: String,
    /// What the interface is, as the system describes it.
    pub description: Option<String>,
    /// IPv4 and IPv6 addresses, each with the length of its network's prefix where that is known.
    pub addresses: Vec<(IpAddr, Option<u32>)>,
    /// Whether the interface is up.
    pub is_up: bool,
    /// Whether something is at the other end of the interface.
    pub is_running: bool,
    /// Whether the interface leads to this machine itself.
    pub is_loopback: bool,
    /// Whether the interface is wireless.
    pub is_wireless: bool,
    /// Link type of the interface, or why it cannot be opened, which was tried.
    pub opened: Result<LinkType, LiveError>,
}

/// All interfaces that libpcap knows, each opened once to see whether that is possible.
///
/// # Errors
/// If they cannot be listed.
pub fn devices() -> Result<Vec<Device>, LiveError> {
    Ok(list()?.into_iter().map(Device::from).collect())
}

fn list() -> Result<Vec<pcap::Device>, LiveError> {
    pcap::Device::list().map_err(|error| LiveError {
        interface: String::new(),
        kind: LiveErrorKind::Other,
        said: words(&error),
        expression: None,
    })
}

/// The descriptions of all interfaces by name; empty where they cannot be listed, as opening says more.
pub(super) fn described() -> BTreeMap<String, String> {
    let devices = list().unwrap_or_default().into_iter();
    devices.filter_map(|device| Some((device.name, device.desc?))).collect()
}

impl From<pcap::Device> for Device {
    fn from(device: pcap::Device) -> Self {
        // A small buffer: it is closed at once.
        let options = LiveOptions { buffer_bytes: 2 << 20, ..LiveOptions::default() };
        let opened = Handle::open(&device.name, &options).map(|handle| handle.link());
        let addresses = device.addresses.iter().map(|address| (address.addr, address.netmask.and_then(prefix_len)));
        Self {
            addresses: addresses.collect(),
            is_up: device.flags.is_up(),
            is_running: device.flags.is_running(),
            is_loopback: device.flags.is_loopback(),
            is_wireless: device.flags.is_wireless(),
            description: device.desc,
            opened,
            name: device.name,
        }
    }
}

/// Length of the prefix that a network mask stands for; none if its ones do not all lead.
fn prefix_len(mask: IpAddr) -> Option<u32> {
    let (ones, all) = match mask {
        IpAddr::V4(mask) => (mask.to_bits().leading_ones(), mask.to_bits().count_ones()),
        IpAddr::V6(mask) => (mask.to_bits().leading_ones(), mask.to_bits().count_ones()),
    };
    (ones == all).then_some(ones)
}
