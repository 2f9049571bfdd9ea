//! The interfaces of a machine, as a table or as JSON.

use super::json_safe;
use super::table::{Column, render};
use super::text::safe;
use serde::Serialize;
use std::net::IpAddr;

/// One interface of this machine, as reports show it.
#[derive(Clone, Debug)]
pub struct Interface {
    /// Name of the interface.
    pub name: String,
    /// What the interface is, as the system describes it.
    pub description: Option<String>,
    /// Addresses, each with the length of its network's prefix where that is known.
    pub addresses: Vec<(IpAddr, Option<u32>)>,
    /// Whether the interface is up.
    pub is_up: bool,
    /// Whether something is at the other end of the interface.
    pub is_running: bool,
    /// Whether the interface leads to this machine itself.
    pub is_loopback: bool,
    /// Whether the interface is wireless.
    pub is_wireless: bool,
    /// Name of the interface's link type, or why it cannot be opened.
    pub link: Result<String, Refused>,
}

/// Why an interface cannot be opened.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The reason in a few words.
    pub short: String,
    /// The reason in the words of libpcap.
    pub said: String,
}

/// An interface as JSON, documented in `docs/output.md`.
#[derive(Serialize)]
struct Record<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    addresses: Vec<String>,
    link: Option<&'a str>,
    up: bool,
    running: bool,
    loopback: bool,
    wireless: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<&'a str>,
}

/// The table of the interfaces, at most `width` characters wide.
#[must_use]
pub fn table(interfaces: &[Interface], width: u16) -> String {
    let columns = [
        Column::word("name"),
        Column::word("state"),
        Column::text("link", 16),
        Column::text("addresses", 18),
        Column::text("description", 20).optional(2),
        Column::word("capture"),
    ];
    let rows: Vec<Vec<String>> = interfaces
        .iter()
        .map(|interface| {
            vec![
                safe(&interface.name).into_owned(),
                state(interface).to_owned(),
                interface.link.clone().unwrap_or_default(),
                addresses(interface).join("\n"),
                interface.description.as_deref().map(safe).unwrap_or_default().into_owned(),
                interface.link.as_ref().map_or_else(|why| why.short.clone(), |_| "yes".to_owned()),
            ]
        })
        .collect();
    render(&columns, &rows, width)
}

/// The interfaces as JSON, one object a line.
#[must_use]
pub fn json(interfaces: &[Interface]) -> String {
    let mut out = Vec::new();
    for interface in interfaces {
        let record = Record {
            name: &interface.name,
            description: interface.description.as_deref(),
            addresses: addresses(interface),
            link: interface.link.as_ref().ok().map(String::as_str),
            up: interface.is_up,
            running: interface.is_running,
            loopback: interface.is_loopback,
            wireless: interface.is_wireless,
            refused: interface.link.as_ref().err().map(|refused| refused.said.as_str()),
        };
        // Writing to a vector does not fail.
        let _ = json_safe::write(&mut out, &record);
        out.push(b'\n');
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn state(interface: &Interface) -> &'static str {
    match (interface.is_up, interface.is_running) {
        (true, true) => "up",
        (true, false) => "up, unconnected",
        (false, _) => "down",
    }
}

/// Addresses of an interface: `10.0.0.5/24`.
fn addresses(interface: &Interface) -> Vec<String> {
    let show = |(address, prefix_len): &(IpAddr, Option<u32>)| match prefix_len {
        Some(len) => format!("{address}/{len}"),
        None => address.to_string(),
    };
    interface.addresses.iter().map(show).collect()
}
