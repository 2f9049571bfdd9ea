//! The canonical text of a layout: what was typed with every default left out.

use super::Layout;
use super::field::{Field, FieldKind, Order, Role};
use super::length::{Counts, Length, mask_of};
use crate::limits;
use std::fmt;

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.skip > 0 {
            write!(f, "skip:{} ", self.skip)?;
        }
        if self.max as u64 != limits::FRAME_LEN {
            write!(f, "max:{} ", Size(self.max))?;
        }
        for field in &self.header {
            write!(f, "{field}")?;
            if field.role == Role::Length {
                self.length.write_modifiers(&field.kind, f)?;
            }
            f.write_str(" ")?;
        }
        f.write_str("payload")?;
        if self.tail {
            f.write_str(" tail")?;
        }
        self.trailer.iter().try_for_each(|field| write!(f, " {field}"))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.name)?;
        match &self.kind {
            FieldKind::Uint { width: 1, .. } => f.write_str("u8"),
            FieldKind::Uint { width, order: Order::Little } => write!(f, "u{}le", width * 8),
            FieldKind::Uint { width, order: Order::Big } => write!(f, "u{}be", width * 8),
            FieldKind::Varint => f.write_str("varint"),
            FieldKind::Bytes(width) => write!(f, "{width}"),
            FieldKind::Magic(alternatives) => {
                let hex: Vec<String> = alternatives.iter().map(hex::encode).collect();
                f.write_str(&hex.join("|"))
            }
        }
    }
}

impl Length {
    fn write_modifiers(self, kind: &FieldKind, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.counts {
            Counts::Payload => {}
            Counts::Rest => f.write_str("{rest}")?,
            Counts::Frame => f.write_str("{frame}")?,
        }
        if self.mask != full_mask(kind) {
            write!(f, "&{:x}", self.mask)?;
        }
        if self.unit != 1 {
            write!(f, "*{}", self.unit)?;
        }
        if self.adjust != 0 {
            write!(f, "{:+}", self.adjust)?;
        }
        Ok(())
    }
}

/// The mask that leaves a field as it is.
pub(super) fn full_mask(kind: &FieldKind) -> u64 {
    match kind {
        FieldKind::Uint { width, .. } => mask_of(*width),
        FieldKind::Varint | FieldKind::Bytes(_) | FieldKind::Magic(_) => u64::MAX,
    }
}

/// A number of bytes with the largest unit that divides it.
struct Size(usize);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            len if len % (1 << 20) == 0 => write!(f, "{}M", len >> 20),
            len if len % (1 << 10) == 0 => write!(f, "{}k", len >> 10),
            len => write!(f, "{len}"),
        }
    }
}
