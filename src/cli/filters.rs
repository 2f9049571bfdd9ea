//! Filters that nothing passed: most likely a slip of the keyboard, so the user is told.

use super::failure::Failure;
use super::output::talk;
use crate::pipeline::{Candidate, Filter, Setup, Traffic};
use crate::proto::clause::Clause;
use crate::record::Summary;
use crate::report::text::{plural, safe};
use std::collections::BTreeSet;

/// Warns of each connection and label that was asked for and is not there.
pub(super) fn warn(setup: &Setup, summary: &Summary) {
    let filter = &setup.filter;
    let unread: u64 = summary.unread.iter().map(|(_, count)| count).sum();
    if summary.filtered > 0 && summary.filtered + unread == summary.capture.packets {
        let kind = if setup.traffic.expression.is_some() { "packet" } else { "TCP packet" };
        let packets = plural(summary.filtered, kind);
        talk(&format!("warning: none of {packets} is of the traffic of {}", options(&setup.traffic)));
        return;
    }
    if let Some(text) = connections(filter, summary) {
        talk(&format!("warning: {text}"));
        if summary.connections == 0 {
            return;
        }
    }
    let clauses: Vec<String> = filter.clauses.iter().map(|clause| safe(&clause.to_string()).into_owned()).collect();
    let clauses = format!("meets --where {}", clauses.join(" and "));
    if !filter.clauses.is_empty() && summary.messages == 0 && filter.labels.is_empty() {
        talk(&format!("warning: no message {}{clauses}", narrowed(filter)));
        return;
    }
    for label in filter.labels.iter().filter(|label| !occurs(label, summary)) {
        let label_is = format!("has the label `{}`", safe(label));
        // Of messages that do not meet the conditions nothing is known any more.
        let wanted = if filter.clauses.is_empty() { label_is } else { format!("{label_is} and {clauses}") };
        talk(&format!("warning: no message {}{wanted}", narrowed(filter)));
        let known: BTreeSet<&str> = labels(setup).collect();
        if !known.is_empty() && !known.iter().any(|known| known.eq_ignore_ascii_case(label)) {
            let known: Vec<_> = known.into_iter().map(safe).collect();
            talk(&format!("hint: the labels are {}", known.join(", ")));
        }
    }
}

/// The options that choose packets, as they were given.
fn options(traffic: &Traffic) -> String {
    let given = [
        ("--filter", traffic.expression.is_some()),
        ("--host", !traffic.hosts.is_empty()),
        ("--port", !traffic.ports.is_empty()),
        ("--from", traffic.from.is_some()),
        ("--to", traffic.to.is_some()),
    ];
    given.iter().filter(|(_, is_given)| *is_given).map(|(name, _)| *name).collect::<Vec<_>>().join(" and ")
}

fn connections(filter: &Filter, summary: &Summary) -> Option<String> {
    let wanted: BTreeSet<usize> = filter.connections.iter().copied().collect();
    match (wanted.len() as u64, summary.connections) {
        (0, _) => None,
        (wanted, found) if found >= wanted => None,
        (1, _) => Some(format!("there is no connection {}", wanted.first()?)),
        (wanted, found) => Some(format!("only {found} of the {} asked for is there", plural(wanted, "connection"))),
    }
}

/// Refuses names in the conditions of `filter` that no profile knows as those of fields.
pub(super) fn check_names(filter: &Filter, candidates: &[Candidate]) -> Result<(), Failure> {
    let schemas = || candidates.iter().filter_map(|candidate| candidate.profile.schema.as_deref());
    let fields = || schemas().flat_map(|schema| schema.message_types().flat_map(|id| schema.fields_of(id)));
    for name in filter.clauses.iter().flat_map(Clause::names) {
        if fields().any(|field| field.name == name || field.json_name == name) {
            continue;
        }
        let failure = Failure::usage(format!("--where: no message type has a field `{}`", safe(name)));
        let near: BTreeSet<&str> =
            fields().filter(|field| is_near(&field.name, name)).map(|field| field.name.as_str()).take(5).collect();
        let hint = match (schemas().next(), near.is_empty()) {
            (None, _) => "without a schema fields have numbers: 2.3.1=5".to_owned(),
            (_, true) => "a field that the schema does not have is given by its number: 2.3.1=5".to_owned(),
            (_, false) => {
                format!("the nearest names are {}", near.into_iter().map(safe).collect::<Vec<_>>().join(", "))
            }
        };
        return Err(failure.hint(hint));
    }
    Ok(())
}

/// Whether two names begin or end alike, whatever the case and the underscores.
fn is_near(name: &str, typed: &str) -> bool {
    let plain = |text: &str| text.replace('_', "").to_lowercase();
    let (name, typed) = (plain(name), plain(typed));
    let alike = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let reversed = |text: &str| text.chars().rev().collect::<String>();
    let common = alike(&name, &typed).max(alike(&reversed(&name), &reversed(&typed)));
    2 * common >= typed.len().max(2)
}

fn occurs(label: &str, summary: &Summary) -> bool {
    summary.types.iter().filter_map(|kind| kind.label.as_deref()).any(|known| known.eq_ignore_ascii_case(label))
}

const fn narrowed(filter: &Filter) -> &'static str {
    if filter.direction.is_some() || !filter.connections.is_empty() { "that passes the other filters " } else { "" }
}

/// Every label that some profile gives.
fn labels(setup: &Setup) -> impl Iterator<Item = &str> {
    setup.candidates.iter().flat_map(|candidate| candidate.profile.rules.iter().map(|rule| &*rule.label))
}
