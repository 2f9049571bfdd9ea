//! The machine of BPF (McCanne and Jacobson, "The BSD Packet Filter", 1993), as libpcap runs it on files.
//!
//! In: instructions as libpcap's compiler made them, then packets. Out: whether a packet is accepted. Invariant: as
//! libpcap's own machine decides, which the tests hold against it; a load of bytes that were not captured refuses the
//! packet, and every program ends.

use super::view::View;
use crate::limits;

/// Words of memory that a program has (`BPF_MEMWORDS`).
const MEMORY: usize = 16;

/// Positions from here on are no bytes of packets: the Linux kernel keeps facts there, such as the direction.
const KERNEL_FACTS: u32 = 0xffff_f000;

/// A compiled expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Program(Vec<Instruction>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Instruction {
    /// Loads a value into the accumulator.
    Load(Source),
    /// Loads a value into the index register.
    LoadIndex(Source),
    Store(u32),
    StoreIndex(u32),
    Compute(Operation, Operand),
    Negate,
    Jump(u32),
    Branch {
        test: Test,
        with: Operand,
        then: u8,
        otherwise: u8,
    },
    Return(Returned),
    IndexFromAccumulator,
    AccumulatorFromIndex,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Constant(u32),
    Memory(u32),
    /// The length of the packet on the wire.
    Length,
    Packet {
        width: Width,
        at: u32,
        indexed: bool,
    },
    /// Four times the low half of a byte: the length of an IPv4 header.
    HeaderLength(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    Word,
    Half,
    Byte,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operand {
    Constant(u32),
    Index,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Or,
    And,
    ShiftLeft,
    ShiftRight,
    Modulo,
    Xor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Equal,
    Greater,
    GreaterOrEqual,
    AnyBit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Returned {
    Constant(u32),
    Index,
    Accumulator,
}

/// Why an instruction cannot be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unrunnable {
    /// The instruction asks for what only the kernel of a live capture knows.
    KernelFact,
    /// The machine has no such instruction.
    Unknown,
}

impl Program {
    /// Makes a program of instructions as the compiler gives them: code, two jumps, operand.
    pub(super) fn new(instructions: impl Iterator<Item = [u32; 4]>) -> Result<Self, Unrunnable> {
        instructions.map(Instruction::new).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a packet of `len` bytes on the wire is accepted.
    pub(super) fn accepts(&self, packet: &View<'_>, len: u32) -> bool {
        self.run(packet, len).is_some_and(|result| result > 0)
    }

    /// The number that the program returns; nothing if it reads what is not there, divides by zero or does not end.
    fn run(&self, packet: &View<'_>, len: u32) -> Option<u32> {
        let (mut accumulator, mut index, mut memory) = (0u32, 0u32, [0u32; MEMORY]);
        let mut next = 0usize;
        for _ in 0..limits::BPF_STEPS {
            let instruction = *self.0.get(next)?;
            next += 1;
            match instruction {
                Instruction::Load(source) => accumulator = source.read(packet, len, index, &memory)?,
                Instruction::LoadIndex(source) => index = source.read(packet, len, index, &memory)?,
                Instruction::Store(at) => *memory.get_mut(at as usize)? = accumulator,
                Instruction::StoreIndex(at) => *memory.get_mut(at as usize)? = index,
                Instruction::Compute(operation, operand) => {
                    accumulator = operation.apply(accumulator, operand.value(index))?;
                }
                Instruction::Negate => accumulator = accumulator.wrapping_neg(),
                // `protochain` jumps back: the distance has a sign.
                Instruction::Jump(distance) => next = next.checked_add_signed(distance.cast_signed() as isize)?,
                Instruction::Branch { test, with, then, otherwise } => {
                    let holds = test.holds(accumulator, with.value(index));
                    next += usize::from(if holds { then } else { otherwise });
                }
                Instruction::Return(Returned::Constant(value)) => return Some(value),
                Instruction::Return(Returned::Index) => return Some(index),
                Instruction::Return(Returned::Accumulator) => return Some(accumulator),
                Instruction::IndexFromAccumulator => index = accumulator,
                Instruction::AccumulatorFromIndex => accumulator = index,
            }
        }
        None
    }
}

impl Instruction {
    /// Decodes an instruction, numbered as in `net/bpf.h`: the class is in the three lowest bits.
    fn new([code, then, otherwise, operand]: [u32; 4]) -> Result<Self, Unrunnable> {
        let unknown = Err(Unrunnable::Unknown);
        let from = if code & 0x08 == 0 { Operand::Constant(operand) } else { Operand::Index };
        Ok(match code & 0x07 {
            0 => Self::Load(Source::new(code, operand)?),
            1 => Self::LoadIndex(Source::new(code, operand)?),
            2 => Self::Store(operand),
            3 => Self::StoreIndex(operand),
            4 if code & 0xf0 == 0x80 => Self::Negate,
            4 => Self::Compute(Operation::new(code)?, from),
            5 if code & 0xf0 == 0 => Self::Jump(operand),
            5 => {
                let (Ok(then), Ok(otherwise)) = (u8::try_from(then), u8::try_from(otherwise)) else { return unknown };
                Self::Branch { test: Test::new(code)?, with: from, then, otherwise }
            }
            6 => Self::Return(match code & 0x18 {
                0 => Returned::Constant(operand),
                0x08 => Returned::Index,
                0x10 => Returned::Accumulator,
                _ => return unknown,
            }),
            7 if code & 0xf8 == 0 => Self::IndexFromAccumulator,
            7 if code & 0xf8 == 0x80 => Self::AccumulatorFromIndex,
            _ => return unknown,
        })
    }
}

impl Source {
    fn new(code: u32, operand: u32) -> Result<Self, Unrunnable> {
        let width = match code & 0x18 {
            0 => Width::Word,
            0x08 => Width::Half,
            0x10 => Width::Byte,
            _ => return Err(Unrunnable::Unknown),
        };
        match code & 0xe0 {
            0 => Ok(Self::Constant(operand)),
            0x20 if operand >= KERNEL_FACTS => Err(Unrunnable::KernelFact),
            0x20 => Ok(Self::Packet { width, at: operand, indexed: false }),
            0x40 => Ok(Self::Packet { width, at: operand, indexed: true }),
            0x60 => Ok(Self::Memory(operand)),
            0x80 => Ok(Self::Length),
            0xa0 => Ok(Self::HeaderLength(operand)),
            _ => Err(Unrunnable::Unknown),
        }
    }

    #[inline]
    fn read(self, packet: &View<'_>, len: u32, index: u32, memory: &[u32; MEMORY]) -> Option<u32> {
        match self {
            Self::Constant(value) => Some(value),
            Self::Memory(at) => memory.get(at as usize).copied(),
            Self::Length => Some(len),
            Self::HeaderLength(at) => packet.bytes::<1>(at as usize).map(|[byte]| u32::from(byte & 0x0f) << 2),
            Self::Packet { width, at, indexed } => {
                // No wrapping: a position past 2^32 is not in the packet.
                let at = at.checked_add(if indexed { index } else { 0 })? as usize;
                match width {
                    Width::Word => packet.bytes(at).map(u32::from_be_bytes),
                    Width::Half => packet.bytes(at).map(u16::from_be_bytes).map(u32::from),
                    Width::Byte => packet.bytes(at).map(u8::from_be_bytes).map(u32::from),
                }
            }
        }
    }
}

impl Operand {
    const fn value(self, index: u32) -> u32 {
        match self {
            Self::Constant(value) => value,
            Self::Index => index,
        }
    }
}

impl Operation {
    const fn new(code: u32) -> Result<Self, Unrunnable> {
        Ok(match code & 0xf0 {
            0 => Self::Add,
            0x10 => Self::Subtract,
            0x20 => Self::Multiply,
            0x30 => Self::Divide,
            0x40 => Self::Or,
            0x50 => Self::And,
            0x60 => Self::ShiftLeft,
            0x70 => Self::ShiftRight,
            0x90 => Self::Modulo,
            0xa0 => Self::Xor,
            _ => return Err(Unrunnable::Unknown),
        })
    }

    fn apply(self, left: u32, right: u32) -> Option<u32> {
        match self {
            Self::Add => Some(left.wrapping_add(right)),
            Self::Subtract => Some(left.wrapping_sub(right)),
            Self::Multiply => Some(left.wrapping_mul(right)),
            Self::Divide => left.checked_div(right),
            Self::Or => Some(left | right),
            Self::And => Some(left & right),
            Self::ShiftLeft => Some(left.checked_shl(right).unwrap_or(0)),
            Self::ShiftRight => Some(left.checked_shr(right).unwrap_or(0)),
            Self::Modulo => left.checked_rem(right),
            Self::Xor => Some(left ^ right),
        }
    }
}

impl Test {
    const fn new(code: u32) -> Result<Self, Unrunnable> {
        Ok(match code & 0xf0 {
            0x10 => Self::Equal,
            0x20 => Self::Greater,
            0x30 => Self::GreaterOrEqual,
            0x40 => Self::AnyBit,
            _ => return Err(Unrunnable::Unknown),
        })
    }

    const fn holds(self, left: u32, right: u32) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
            Self::AnyBit => left & right != 0,
        }
    }
}
