//! Minimum, median, 99th percentile and maximum of many values, in constant memory.

use crate::limits;
use hdrhistogram::Histogram;

/// Many values of one kind: sizes in bytes, or times in nanoseconds.
///
/// Minimum and maximum are exact. Median and percentiles are values that occurred (nearest rank) up to 1,000 values,
/// and good to three significant digits beyond (<https://docs.rs/hdrhistogram>).
#[derive(Clone, Debug, Default)]
pub struct Distribution {
    /// The first values; empty once there are too many.
    few: Vec<u64>,
    many: Option<Values>,
}

#[derive(Clone, Debug)]
struct Values {
    histogram: Histogram<u64>,
    min: u64,
    max: u64,
}

/// Figures of a [`Distribution`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Figures {
    /// Smallest value; exact.
    pub min: u64,
    /// Half of the values are at most this.
    pub median: u64,
    /// 99 % of the values are at most this.
    pub p99: u64,
    /// Largest value; exact.
    pub max: u64,
}

impl Distribution {
    /// Adds a value.
    pub fn add(&mut self, value: u64) {
        match &mut self.many {
            Some(values) => values.add(value),
            None if self.few.len() < limits::EXACT_VALUES => self.few.push(value),
            None => self.move_to_histogram(value),
        }
    }

    /// Adds the values of another distribution: the figures are those of all values, whichever were here first.
    pub fn merge(&mut self, other: Self) {
        if let (Some(own), Some(others)) = (&mut self.many, &other.many) {
            return own.merge(others);
        }
        let (mut larger, few) = if other.many.is_some() {
            (other, std::mem::take(&mut self.few))
        } else {
            (std::mem::take(self), other.few)
        };
        few.into_iter().for_each(|value| larger.add(value));
        *self = larger;
    }

    fn move_to_histogram(&mut self, value: u64) {
        // Three digits are always possible; if they were not, the first values would have to do.
        let Ok(histogram) = Histogram::new(3) else { return };
        let mut values = Values { histogram, min: value, max: value };
        for value in std::mem::take(&mut self.few).into_iter().chain([value]) {
            values.add(value);
        }
        self.many = Some(values);
    }

    /// How many values there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.many.as_ref().map_or(self.few.len() as u64, |values| values.histogram.len())
    }

    /// The figures, or none where there is no value.
    #[must_use]
    pub fn figures(&self) -> Option<Figures> {
        if let Some(values) = &self.many {
            return Some(values.figures());
        }
        let mut sorted = self.few.clone();
        sorted.sort_unstable();
        let rank = |percent: usize| sorted.get((sorted.len() * percent).div_ceil(100).max(1) - 1).copied();
        Some(Figures { min: *sorted.first()?, median: rank(50)?, p99: rank(99)?, max: *sorted.last()? })
    }
}

impl Values {
    fn merge(&mut self, other: &Self) {
        // Both grow as needed and have the same precision.
        let _ = self.histogram.add(&other.histogram);
        (self.min, self.max) = (self.min.min(other.min), self.max.max(other.max));
    }

    fn add(&mut self, value: u64) {
        // It grows as needed; 64 bits are never too much for it.
        let _ = self.histogram.record(value);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    fn figures(&self) -> Figures {
        let Self { histogram, min, max } = self;
        let at = |quantile| histogram.lowest_equivalent(histogram.value_at_quantile(quantile)).clamp(*min, *max);
        Figures { min: *min, median: at(0.5), p99: at(0.99), max: *max }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_value_has_no_figures() {
        assert_eq!(Distribution::default().figures(), None);
    }

    proptest! {
        #[test]
        fn figures_are_those_of_the_sorted_values_exactly_or_to_three_digits(
            mut values in proptest::collection::vec(0u64..20_000_000_000, 1..2500)
        ) {
            let mut distribution = Distribution::default();
            for value in &values {
                distribution.add(*value);
            }
            values.sort_unstable();
            let rank = |percent: usize| values[(values.len() * percent).div_ceil(100).max(1) - 1];
            let allowed = |exact: u64| if values.len() > limits::EXACT_VALUES { exact / 1000 + 1 } else { 0 };
            let near = |found: u64, exact: u64| found.abs_diff(exact) <= allowed(exact);
            let figures = distribution.figures().unwrap();
            prop_assert_eq!((figures.min, figures.max), (values[0], values[values.len() - 1]));
            prop_assert!(near(figures.median, rank(50)), "{} {}", figures.median, rank(50));
            prop_assert!(near(figures.p99, rank(99)), "{} {}", figures.p99, rank(99));
            prop_assert_eq!(distribution.count(), values.len() as u64);
        }
    }
}
