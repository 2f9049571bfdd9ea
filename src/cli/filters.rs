//! Filters that nothing passed: most likely a slip of the keyboard, so the user is told.

use super::failure::Failure;
use super::output::{hint, talk};
use crate::pipeline::{Candidate, Filter, Setup};
use crate::proto::clause::Clause;
use crate::record::Summary;
use crate::report::text::{plural, safe};
use std::collections::BTreeSet;

/// Warns of each connection and label that was asked for and is not there. Returns whether every connection is there
/// that was asked for by its number.
pub(super) fn warn(setup: &Setup, summary: &Summary) -> bool {
    let filter = &setup.filter;
    let (known, unread) = (known(summary), summary.unread.iter().map(|(_, count)| count).sum::<u64>());
    let (there, missing): (Vec<usize>, Vec<usize>) =
        BTreeSet::from_iter(&filter.connections).into_iter().partition(|number| (1..=known).contains(*number));
    if summary.filtered > 0 && summary.filtered + unread == summary.capture.packets {
        let packets = plural(summary.filtered, "packet");
        talk(&format!("warning: none of {packets} is of the traffic of --filter"));
        return missing.is_empty();
    }
    if !missing.is_empty() {
        talk(&format!("warning: there is no connection {}: {}", listed(&missing, "or"), numbered(known)));
    }
    if let Some(text) = unselected(filter, there.len() as u64, summary) {
        talk(&format!("warning: {text}"));
    }
    if summary.connections > 0 || known == 0 && missing.is_empty() {
        warn_of_messages(setup, summary);
    }
    missing.is_empty()
}

/// Warns of labels and conditions that no message has and meets.
fn warn_of_messages(setup: &Setup, summary: &Summary) {
    let filter = &setup.filter;
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
            hint(&format!("the labels are {}", known.join(", ")));
        }
    }
}

/// Number of the connections that there are, whether they are told or not.
fn known(summary: &Summary) -> usize {
    usize::try_from(summary.connections + summary.left_out.connections).unwrap_or(usize::MAX)
}

fn numbered(known: usize) -> String {
    match known {
        0 => "there are none".to_owned(),
        1 => "there is only connection 1".to_owned(),
        known => format!("their numbers are 1 to {known}"),
    }
}

/// Numbers as a person lists them: `2, 3 or 7`.
fn listed(numbers: &[usize], word: &str) -> String {
    let texts: Vec<String> = numbers.iter().map(usize::to_string).collect();
    match &*texts {
        [others @ .., last] if !others.is_empty() => format!("{} {word} {last}", others.join(", ")),
        _ => texts.concat(),
    }
}

/// What to say of connections that are there and of which none, or not each that was asked for, is told.
fn unselected(filter: &Filter, there: u64, summary: &Summary) -> Option<String> {
    let options = options(filter);
    let given = options.join(" and ");
    match (there, summary.connections, summary.left_out.connections) {
        (_, _, 0) => None,
        (0, 0, left_out) if filter.connections.is_empty() => {
            Some(format!("none of {} is of the traffic of {given}", plural(left_out, "connection")))
        }
        (1, 0, _) => {
            let number = filter.connections.iter().find(|number| (1..=known(summary)).contains(*number))?;
            Some(format!("connection {number} is not of the traffic of {given}"))
        }
        (there, told, _) if told < there => Some(format!(
            "{} of the {} asked for is of the traffic of {given}",
            only(told),
            plural(there, "connection")
        )),
        _ => None,
    }
}

fn only(told: u64) -> String {
    if told == 0 { "none".to_owned() } else { format!("only {told}") }
}

/// The options that choose connections and time, as they were given.
fn options(filter: &Filter) -> Vec<&'static str> {
    let given = [
        ("--host", !filter.hosts.is_empty()),
        ("--port", !filter.ports.is_empty()),
        ("--from", filter.from.is_some()),
        ("--to", filter.to.is_some()),
    ];
    given.iter().filter(|(_, is_given)| *is_given).map(|(name, _)| *name).collect()
}

/// What a name that no field has may have been meant to be.
const KEYS: &str = "keys of JSON and MessagePack cannot be asked for";

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
            (None, _) => format!("without a schema fields have numbers: 2.3.1=5; {KEYS}"),
            (_, true) => format!("a field that the schema does not have is given by its number: 2.3.1=5; {KEYS}"),
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

fn narrowed(filter: &Filter) -> &'static str {
    let is_narrowed = filter.direction.is_some() || !filter.connections.is_empty() || !options(filter).is_empty();
    if is_narrowed { "that passes the other filters " } else { "" }
}

/// Every label that some profile gives.
fn labels(setup: &Setup) -> impl Iterator<Item = &str> {
    setup.candidates.iter().flat_map(|candidate| candidate.profile.rules.iter().map(|rule| &*rule.label))
}
