//! Which packets a BPF expression selects, in the language of libpcap (`man pcap-filter`).
//!
//! In: an expression, then packets of any link type. Out: whether each is selected. libpcap compiles the
//! expression, once for each link type; the programs are run here, because through the `pcap` crate they would
//! take the captured length for the length on the wire. Invariant: a packet is selected as by `tcpdump -r`, but
//! for what [`view`] says of VLAN tags and loopback headers. Not responsible for tunnels and later fragments: an
//! expression sees the outermost packet.

mod compile;
mod error;
mod machine;
#[cfg(test)]
#[cfg(feature = "live")]
mod tests;
mod view;

pub use error::BpfError;

use super::{LinkType, Packet};
use machine::Program;
use view::Angle;

/// An expression that libpcap understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BpfExpression {
    text: String,
}

/// Link types that an expression is tried for: one suffices, since some words are for some link types only.
const TRIED: [LinkType; 7] = [
    LinkType::ETHERNET,
    LinkType::RAW,
    LinkType::LINUX_SLL,
    LinkType::LINUX_SLL2,
    LinkType::IEEE802_11_RADIOTAP,
    LinkType::IEEE802_11,
    LinkType::PPP,
];

impl BpfExpression {
    /// Checks an expression. Names of hosts in it are looked up.
    ///
    /// # Errors
    /// If libpcap can compile it for no link type, or if there is no libpcap in this build.
    pub fn parse(text: &str) -> Result<Self, BpfError> {
        let mut first = None;
        for link in TRIED {
            match compile::compile(text, link) {
                Ok(_) => return Ok(Self { text: text.to_owned() }),
                Err(error) if error.is_of_any_link() => return Err(error),
                Err(error) => first = first.or(Some(error)),
            }
        }
        Err(first.unwrap_or(BpfError::NotBuilt))
    }

    /// The expression as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Selects packets by a BPF expression. Programs are compiled when the first packet of their link type comes.
#[derive(Debug)]
pub struct BpfFilter {
    expression: BpfExpression,
    programs: Vec<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    link: LinkType,
    angle: Angle,
    program: Result<Program, BpfError>,
    /// Packets of the link type that were refused because there is no program.
    refused: u64,
}

impl BpfFilter {
    /// A filter that has not seen a packet yet.
    #[must_use]
    pub const fn new(expression: BpfExpression) -> Self {
        Self { expression, programs: Vec::new() }
    }

    /// Whether the expression selects `packet`. None is selected of a link type for which it means nothing,
    /// which [`BpfFilter::refused`] tells.
    pub fn selects(&mut self, packet: &Packet<'_>) -> bool {
        let Some(compiled) = self.compiled(packet.link) else { return false };
        match &compiled.program {
            Ok(program) => program.accepts(&compiled.angle.of(packet.data), packet.len),
            Err(_) => {
                compiled.refused += 1;
                false
            }
        }
    }

    /// Link types that the expression cannot be compiled for: why, and how many packets were therefore not selected.
    pub fn refused(&self) -> impl Iterator<Item = (LinkType, &BpfError, u64)> {
        self.programs
            .iter()
            .filter_map(|compiled| Some((compiled.link, compiled.program.as_ref().err()?, compiled.refused)))
    }

    fn compiled(&mut self, link: LinkType) -> Option<&mut Compiled> {
        let known = self.programs.iter().position(|compiled| compiled.link == link);
        let index = known.unwrap_or_else(|| {
            let text = &self.expression.text;
            let angle = Angle::new(link, text);
            let program = compile::compile(text, angle.link());
            self.programs.push(Compiled { link, angle, program, refused: 0 });
            self.programs.len() - 1
        });
        self.programs.get_mut(index)
    }
}
