//! Minimum, median, 99th percentile and maximum of many values, in constant memory.

use hdrhistogram::Histogram;

/// Many values of one kind: sizes in bytes, or times in nanoseconds.
///
/// Minimum and maximum are exact; median and percentiles are exact to three significant digits
/// (<https://docs.rs/hdrhistogram>).
#[derive(Clone, Debug, Default)]
pub struct Distribution(Option<Values>);

#[derive(Clone, Debug)]
struct Values {
    histogram: Histogram<u64>,
    min: u64,
    max: u64,
}

/// What is told of a [`Distribution`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Smallest value; exact.
    pub min: u64,
    /// Half of the values are at most this; three significant digits.
    pub median: u64,
    /// 99 % of the values are at most this; three significant digits.
    pub p99: u64,
    /// Largest value; exact.
    pub max: u64,
}

impl Distribution {
    /// Adds a value.
    pub fn add(&mut self, value: u64) {
        if self.0.is_none() {
            self.0 = Histogram::new(3).ok().map(|histogram| Values { histogram, min: value, max: value });
        }
        let Some(values) = &mut self.0 else { return };
        // It grows as needed; 64 bits are never too much for it.
        let _ = values.histogram.record(value);
        values.min = values.min.min(value);
        values.max = values.max.max(value);
    }

    /// How many values there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.as_ref().map_or(0, |values| values.histogram.len())
    }

    /// The figures, or none where there is no value.
    #[must_use]
    pub fn figures(&self) -> Option<Figures> {
        let Values { histogram, min, max } = self.0.as_ref()?;
        let at = |quantile| histogram.lowest_equivalent(histogram.value_at_quantile(quantile)).clamp(*min, *max);
        Some(Figures { min: *min, median: at(0.5), p99: at(0.99), max: *max })
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
        fn figures_are_those_of_the_sorted_values_to_three_digits(
            mut values in proptest::collection::vec(0u64..20_000_000_000, 1..300)
        ) {
            let mut distribution = Distribution::default();
            for value in &values {
                distribution.add(*value);
            }
            values.sort_unstable();
            let rank = |percent: usize| values[(values.len() * percent).div_ceil(100).max(1) - 1];
            let near = |found: u64, exact: u64| found.abs_diff(exact) <= exact / 1000 + 1;
            let figures = distribution.figures().unwrap();
            prop_assert_eq!((figures.min, figures.max), (values[0], values[values.len() - 1]));
            prop_assert!(near(figures.median, rank(50)), "{} {}", figures.median, rank(50));
            prop_assert!(near(figures.p99, rank(99)), "{} {}", figures.p99, rank(99));
            prop_assert_eq!(distribution.count(), values.len() as u64);
        }
    }
}
