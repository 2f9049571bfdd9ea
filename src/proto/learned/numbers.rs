//! What the numbers of one path have in common.
//!
//! In: values of varints and fixed-width fields in the order of their messages. Out: how they are read (signed, zigzag,
//! float) and what they seem to be (times, ports, counters).

use super::context::{Context, UNITS};
use crate::proto::schemaless::cost::{self, Cost};
use crate::proto::{Node, Sense, Shape, WireType};

/// Most different values that are remembered; more are not few.
const FEW: usize = 16;

/// Numbers of values that a `bool`, a counter, a choice of few, and zigzag encoding take to be believed.
const BOOLS: u32 = 8;
const STEPS: u32 = 8;
const CHOICES: u32 = 32;
const ZIGZAGS: u32 = 32;

/// Magnitude from which numbers look drawn at random: hashes and identifiers.
const LARGE: u64 = 1 << 48;

/// Counts over the values of one path.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    pub(super) values: u32,
    /// Number of varints of ten bytes, and of those among them that are no small negative numbers.
    pub(super) long: u32,
    long_large: u32,
    pub(super) largest: u64,
    /// The different values, up to [`FEW`] and one more.
    pub(super) different: Vec<u64>,
    odd: u32,
    last: Option<u64>,
    /// Sums of the bits of the step from each value to the next, as they stand and as zigzag.
    steps: Cost,
    zigzag_steps: Cost,
    pub(super) rises: u32,
    /// Number of values near the time of their packet, in each unit, and how far the farthest is in nanoseconds.
    near: [u32; UNITS.len()],
    pub(super) farthest: [u64; UNITS.len()],
    ports: u32,
    addresses: u32,
    /// Costs of fixed-width fields as unsigned, signed and floating-point numbers, in tenths of a bit.
    unsigned: Cost,
    signed: Cost,
    floats: Cost,
}

impl Numbers {
    pub(super) fn add(&mut self, node: &Node, context: Option<&Context>) {
        let value = node.value;
        self.values = self.values.saturating_add(1);
        self.largest = self.largest.max(value);
        self.odd += u32::from(value & 1 == 1);
        if self.different.len() <= FEW
            && let Err(position) = self.different.binary_search(&value)
        {
            self.different.insert(position, value);
        }
        if let Some(last) = self.last.replace(value) {
            self.steps += bits(value.abs_diff(last));
            self.zigzag_steps += bits(unzigzag(value).abs_diff(unzigzag(last)));
            self.rises += u32::from(value > last);
        }
        match node.wire_type {
            WireType::I32 => self.fixed(cost::fixed32(value), value_of_i32(value), cost::float(value)),
            WireType::I64 => self.fixed(cost::fixed64(value), value.cast_signed(), cost::double(value)),
            _ if node.value_end - node.value_start == 10 => {
                self.long += 1;
                self.long_large += u32::from(value.wrapping_neg() >= LARGE);
            }
            _ => {}
        }
        let Some(context) = context else { return };
        for ((near, farthest), distance) in self.near.iter_mut().zip(&mut self.farthest).zip(context.near(value)) {
            *near += u32::from(distance.is_some());
            *farthest = (*farthest).max(distance.unwrap_or_default());
        }
        self.ports += u32::from(context.is_port(value));
        self.addresses += u32::from(context.is_address(value));
    }

    fn fixed(&mut self, unsigned: Cost, signed: i64, floats: Cost) {
        self.unsigned += unsigned;
        self.signed += unsigned.min(cost::fixed64(signed.unsigned_abs())) + 10;
        self.floats += floats;
    }

    /// How the values are read, and by how many tenths of a bit that is better than the next; none where only the wire
    /// type decides.
    pub(super) fn shape(&self, wire_type: u32) -> (Shape, Option<Cost>) {
        let (unsigned, signed, float) = match wire_type {
            1 => (Shape::Fixed64, Shape::SFixed64, Shape::Double),
            5 => (Shape::Fixed32, Shape::SFixed32, Shape::Float),
            _ if self.is_zigzag() => return (Shape::ZigZag, Some(self.steps - self.zigzag_steps)),
            // Random numbers of 64 bits take ten bytes half of the time; negative ones in use are small.
            _ if self.long >= 4 && self.long_large == self.long && self.largest_is_no_exception() => {
                return (Shape::Unsigned, None);
            }
            _ if self.long > 0 => return (Shape::Signed, None),
            _ => return (Shape::Unsigned, None),
        };
        let integers = self.unsigned.min(self.signed);
        let shape = match self.signed + 20 < self.unsigned {
            _ if self.floats < integers => float,
            true => signed,
            false => unsigned,
        };
        (shape, Some(self.floats.abs_diff(integers)))
    }

    /// Whether a ten-byte value is not the odd one among small numbers.
    fn largest_is_no_exception(&self) -> bool {
        self.different.len() > FEW && self.different.iter().all(|value| *value >= LARGE || *value == 0)
    }

    /// Whether the values look zigzag encoded. Zigzag keeps numbers near zero together whatever their
    /// sign, so their steps are shorter if they are that. Numbers that are all even or all odd prove
    /// nothing: sizes and identifiers are.
    fn is_zigzag(&self) -> bool {
        let most = self.values - self.values / 16;
        self.values >= ZIGZAGS
            && self.long == 0
            && self.different.len() > FEW
            && (self.values / 16..=most).contains(&self.odd)
            && self.steps > self.zigzag_steps + 200 + 5 * Cost::from(self.values)
    }

    /// The unit in which nearly all values are near the time of their packet.
    pub(super) fn time_unit(&self) -> Option<usize> {
        let nearly_all = self.values - self.values / 20;
        self.near.iter().position(|near| *near > 0 && *near >= nearly_all)
    }

    /// What the values seem to be.
    pub(super) fn sense(&self, shape: Shape) -> Sense {
        if matches!(shape, Shape::Float | Shape::Double | Shape::ZigZag) {
            return Sense::Plain;
        }
        if let Some(unit) = self.time_unit() {
            let units = [Sense::Seconds, Sense::Millis, Sense::Micros, Sense::Nanos];
            return units.get(unit).copied().unwrap_or_default();
        }
        let steps = self.values.saturating_sub(1);
        match self.different.last() {
            _ if self.addresses == self.values => Sense::Address,
            _ if self.ports == self.values && (self.values > 1 || self.largest > 1023) => Sense::Port,
            Some(1) if self.values >= BOOLS && self.different.len() <= FEW => Sense::Bool,
            Some(&largest) if self.values >= CHOICES && (3..=FEW).contains(&self.different.len()) && largest < 1000 => {
                Sense::Enum
            }
            _ if steps >= STEPS && self.rises >= steps - steps / 20 => Sense::Counter,
            _ => Sense::Plain,
        }
    }

    /// Why the values are taken for what they are.
    pub(super) fn reason(&self, shape: Shape, sense: Sense) -> String {
        let all = self.values;
        match sense {
            Sense::Seconds | Sense::Millis | Sense::Micros | Sense::Nanos => {
                let unit = self.time_unit().unwrap_or_default();
                let near = self.near.get(unit).copied().unwrap_or_default();
                let seconds = self.farthest.get(unit).map_or(0, |ns| ns.div_ceil(1_000_000_000));
                format!("{near} of {all} within {seconds} s of their packets")
            }
            Sense::Port => format!("a port of the connection, {} of {all}", self.ports),
            Sense::Address => format!("an address of the connection, {} of {all}", self.addresses),
            Sense::Bool => "only 0 and 1".to_owned(),
            Sense::Enum => format!("{} different values, the largest {}", self.different.len(), self.largest),
            Sense::Counter => format!("rises {} of {} times", self.rises, all - 1),
            Sense::Plain | Sense::Timestamp | Sense::Exception => match shape {
                Shape::ZigZag => "steps are shorter as zigzag".to_owned(),
                Shape::Signed => format!("{} of {all} negative", self.long),
                _ if self.different.len() == 1 => format!("always {}", self.largest),
                _ => String::new(),
            },
        }
    }
}

/// Cost of the bits of `value`, in tenths of a bit.
const fn bits(value: u64) -> Cost {
    10 * (u64::BITS - value.leading_zeros()) as Cost
}

const fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

#[allow(clippy::cast_possible_truncation, reason = "a fixed32 has 32 bits")]
const fn value_of_i32(value: u64) -> i64 {
    (value as u32).cast_signed() as i64
}
