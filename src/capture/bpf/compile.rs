//! From expressions to programs, by libpcap.

use super::super::LinkType;
use super::error::BpfError;
use super::machine::{Program, Unrunnable};

/// An instruction as libpcap has it: code, two jumps, operand.
type Raw = [u32; 4];

/// Compiles `expression` for packets of `link`.
pub(super) fn compile(expression: &str, link: LinkType) -> Result<Program, BpfError> {
    let instructions = instructions(expression, data_link(link))?;
    Program::new(instructions.into_iter()).map_err(|error| {
        let message = match error {
            Unrunnable::KernelFact => format!("packets of {link} do not say which way they went"),
            Unrunnable::Unknown => "libpcap made a program that is not known here".to_owned(),
        };
        BpfError::wrong(expression, &message)
    })
}

/// The number that libpcap knows a link type by in memory (`DLT_*`), which for some is not that of files.
const fn data_link(link: LinkType) -> u32 {
    /// `DLT_RAW`, whose number differs by system.
    const RAW: u32 = if cfg!(target_os = "openbsd") { 14 } else { 12 };
    match link {
        LinkType::RAW | LinkType::RAW_12 | LinkType::RAW_14 => RAW,
        LinkType(number) => number,
    }
}

#[cfg(feature = "live")]
fn instructions(expression: &str, data_link: u32) -> Result<Vec<Raw>, BpfError> {
    let wrong = |error| match error {
        pcap::Error::PcapError(message) => BpfError::wrong(expression, &message),
        error => BpfError::wrong(expression, &error.to_string()),
    };
    let number = pcap::Linktype(i32::try_from(data_link).unwrap_or(i32::MAX));
    let handle = pcap::Capture::dead(number).map_err(wrong)?;
    let program = handle.compile(expression, true).map_err(wrong)?;
    // The crate shows an instruction as four numbers, and in no other way.
    let instructions = program.get_instructions().iter().map(|instruction| {
        let text = instruction.to_string();
        let mut numbers = text.split(' ').map_while(|number| number.parse().ok());
        Raw::default().map(|_| numbers.next().unwrap_or(u32::MAX))
    });
    Ok(instructions.collect())
}

/// Refuses every expression, as there is no compiler in this build.
#[cfg(not(feature = "live"))]
fn instructions(_: &str, _: u32) -> Result<Vec<Raw>, BpfError> {
    Err(BpfError::NotBuilt)
}
