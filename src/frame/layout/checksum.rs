//! The checksums that a trailer can have.
//!
//! In: the bytes that it covers, and what it says. Out: [`Checksum`]. Not responsible for where it stands.

/// A trailer checksum that was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checksum {
    /// The checksum that the frame carries.
    pub stored: u32,
    /// The checksum of the frame's bytes.
    pub computed: u32,
}

/// Algorithm of a checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crc {
    /// CRC-32 of ISO-HDLC, as in gzip and Ethernet.
    Crc32,
    /// CRC-32C (Castagnoli), RFC 3720 section 12.1.
    Crc32c,
}

impl Crc {
    pub(super) fn compare(self, stored: u32, covered: &[u8]) -> Checksum {
        let computed = match self {
            Self::Crc32 => crc32fast::hash(covered),
            Self::Crc32c => crc32c::crc32c(covered),
        };
        Checksum { stored, computed }
    }
}
