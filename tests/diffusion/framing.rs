//! How messages are cut out of a stream of bytes: the three framings that the service can speak.

use std::io::{self, Read};
use std::str::FromStr;

/// Longest payload that is read; more is a peer that speaks something else.
const PAYLOAD_LEN: usize = 1 << 20;

/// What stands between the length and the payload of a Star Network frame.
const STAR_NETWORK_MAGIC: [u8; 4] = 0xdead_beef_u32.to_le_bytes();

/// A framing, and with it the protocol that is spoken in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `[u32le: payload length][ef be ad de][payload]`
    StarNetwork,
    /// `[u32be: bytes that follow][u8 code][payload]`
    RiakLike,
    /// `[varint: payload length][payload]`
    Delimited,
}

impl FromStr for Shape {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "star" => Ok(Self::StarNetwork),
            "riak-like" => Ok(Self::RiakLike),
            "delimited" => Ok(Self::Delimited),
            _ => Err("expected star, riak-like or delimited".to_owned()),
        }
    }
}

/// One frame without its framing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The message code; 0 where the shape has none.
    pub(crate) code: u8,
    /// The message.
    pub(crate) payload: Vec<u8>,
}

impl Frame {
    pub(crate) fn new(payload: Vec<u8>) -> Self {
        Self { code: 0, payload }
    }
}

impl Shape {
    /// Appends the frame as it goes over the wire.
    pub(crate) fn encode(self, frame: &Frame, out: &mut Vec<u8>) -> io::Result<()> {
        let len = u32::try_from(frame.payload.len()).map_err(io::Error::other)?;
        match self {
            Self::StarNetwork => {
                out.extend(len.to_le_bytes());
                out.extend(STAR_NETWORK_MAGIC);
            }
            Self::RiakLike => {
                out.extend((len + 1).to_be_bytes());
                out.push(frame.code);
            }
            Self::Delimited => prost_reflect::prost::encoding::encode_varint(u64::from(len), out),
        }
        out.extend(&frame.payload);
        Ok(())
    }

    /// The next frame, or `None` where the peer closed the connection between two frames.
    pub(crate) fn read(self, from: &mut impl Read) -> io::Result<Option<Frame>> {
        let mut first = [0];
        if from.read(&mut first)? == 0 {
            return Ok(None);
        }
        let [first] = first;
        let mut code = 0;
        let len = match self {
            Self::StarNetwork => {
                let [b, c, d, magic @ ..] = array::<7>(from)?;
                if magic != STAR_NETWORK_MAGIC {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "the magic is missing"));
                }
                u32::from_le_bytes([first, b, c, d]) as usize
            }
            Self::RiakLike => {
                let [b, c, d] = array::<3>(from)?;
                [code] = array::<1>(from)?;
                (u32::from_be_bytes([first, b, c, d]) as usize).saturating_sub(1)
            }
            Self::Delimited => varint(first, from)?,
        };
        if len > PAYLOAD_LEN {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the length is not believable"));
        }
        let mut payload = vec![0; len];
        from.read_exact(&mut payload)?;
        Ok(Some(Frame { code, payload }))
    }
}

fn array<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// A varint of at most 28 bits of which the first byte has been read.
fn varint(first: u8, from: &mut impl Read) -> io::Result<usize> {
    let (mut value, mut byte) = (usize::from(first & 0x7f), first);
    for shift in [7, 14, 21] {
        if byte & 0x80 == 0 {
            break;
        }
        [byte] = array::<1>(from)?;
        value |= usize::from(byte & 0x7f) << shift;
    }
    if byte & 0x80 == 0 { Ok(value) } else { Err(io::Error::new(io::ErrorKind::InvalidData, "the length is too long")) }
}
