//! What goes wrong with captures, made on purpose: variants of a clean capture, and what is left of it in each.
//!
//! Every fault is a pure function from records to records ([`transit`], [`segmentation`], [`links`]), deterministic by
//! its seed. [`truth`] says which frames of the clean capture survive a fault, by the slowest and most obvious way
//! there is: a map from stream position to byte. [`variants`] is the table of all of them. [`report`] goes the other
//! way, from a report's frames back to a capture. Nothing here uses deframe.
//!
//! The captures that go in are Ethernet, IPv4 and TCP, and start with the handshake of every connection.

pub(crate) mod frames;
pub(crate) mod links;
pub(crate) mod packet;
pub(crate) mod pcap;
pub(crate) mod random;
pub(crate) mod report;
pub(crate) mod segmentation;
pub(crate) mod transit;
pub(crate) mod truth;
pub(crate) mod variants;
