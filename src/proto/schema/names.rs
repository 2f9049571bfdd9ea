//! Finding types by the names that people type.

use super::{Schema, TypeId};
use crate::limits;

/// How alike a name must be to stand for all suggestions, on strsim's scale from 0 to 1.
const ALIKE: f64 = 0.75;

impl Schema {
    /// The type of a full name, with or without a leading dot, or of the end of one (`Inner`, `Outer.Inner`) if only
    /// one type has that end.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<TypeId> {
        let name = name.strip_prefix('.').unwrap_or(name);
        self.find_full_name(name).or_else(|| {
            let mut matches = self.message_types().filter(|id| ends_with_name(self.type_name(*id), name));
            let found = matches.next()?;
            matches.next().is_none().then_some(found)
        })
    }

    /// The type of a full name, as in the URL of an `Any`.
    #[must_use]
    pub fn find_full_name(&self, name: &str) -> Option<TypeId> {
        self.by_name.get(name).copied()
    }

    /// Full names to offer when [`Schema::find`] finds nothing: all types that the name may mean, else the most
    /// similar ones, best first. Where nothing is alike, they show how names of this schema look.
    #[must_use]
    pub fn suggest(&self, name: &str) -> Vec<String> {
        let names = || self.message_types().map(|id| self.type_name(id));
        let meant: Vec<String> = names().filter(|full| ends_with_name(full, name)).map(str::to_owned).collect();
        if !meant.is_empty() {
            return meant;
        }
        let mut scored: Vec<(f64, &str)> = names().map(|full| (likeness(name, full), full)).collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let alike = scored.iter().take_while(|(score, _)| *score >= ALIKE).count();
        let shown = if alike > 0 { alike.min(limits::SUGGESTIONS) } else { limits::SUGGESTIONS };
        scored.into_iter().take(shown).map(|(_, full)| full.to_owned()).collect()
    }
}

fn ends_with_name(full: &str, name: &str) -> bool {
    full.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// The likeness of the last parts of two names; packages are alike anyway, or left out.
fn likeness(wanted: &str, full: &str) -> f64 {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_lowercase();
    strsim::jaro_winkler(&last(wanted), &last(full))
}
