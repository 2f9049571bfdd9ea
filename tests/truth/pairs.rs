//! Answers find their requests: one fault at a time, everywhere.

use crate::collected;
use crate::expected::{self, Pairs, assert_told};
use crate::faults::packet::Flow;
use crate::faults::pcap::{ETHERNET, Record};
use crate::faults::transit::data_positions;
use crate::protocol::sample;

/// Moves the packet at `from` to the place of the earlier one at `to`; the times stay where they are.
fn moved(mut records: Vec<Record>, from: usize, to: usize) -> Vec<Record> {
    let times: Vec<u64> = records.iter().map(|record| record.time_ns).collect();
    let record = records.remove(from);
    records.insert(to, record);
    records.into_iter().zip(times).map(|(record, time_ns)| Record { time_ns, ..record }).collect()
}

/// Each segment of the sample is one frame: the flow of the answers, and for each answer the places of the request and
/// of the answer.
fn pairs(records: &[Record]) -> Vec<(Flow, Vec<(usize, usize)>)> {
    let positions = data_positions(records);
    let answers = positions.iter().filter(|((from, _), _)| *from == 8001);
    answers
        .map(|((server, client), answers)| {
            let requests = &positions[&(*client, *server)];
            ((*server, *client), requests.iter().copied().zip(answers.iter().copied()).collect())
        })
        .collect()
}

#[test]
fn an_answer_captured_before_its_request_costs_that_pair_alone() {
    let clean = sample();
    for (flow, pairs) in pairs(&clean) {
        assert_eq!(pairs.len(), 11);
        for (request, answer) in pairs {
            let records = moved(clean.clone(), answer, request);
            let name = format!("{flow:?}, packet {answer} before {request}");
            let streams = expected::streams(&clean, ETHERNET, &records);
            let told = collected::run_records(&records);
            assert_told(&name, &told, &streams, Pairs::All);
            let answered = told.messages.iter().filter(|message| message.answers.is_some()).count();
            assert_eq!(answered, 21, "{name}");
        }
    }
}

#[test]
fn a_lost_request_or_answer_costs_that_pair_alone() {
    let clean = sample();
    for (flow, pairs) in pairs(&clean) {
        for (index, (request, answer)) in pairs.into_iter().enumerate() {
            for lost in [request, answer] {
                let mut records = clean.clone();
                records.remove(lost);
                let name = format!("{flow:?}, without packet {lost}");
                let streams = expected::streams(&clean, ETHERNET, &records);
                // Of the first heartbeat nobody knows how long an answer takes, so the second answer may be its.
                let unsure = index == 3 && lost == answer;
                let told = collected::run_records(&records);
                assert_told(&name, &told, &streams, if unsure { Pairs::NoneWrong } else { Pairs::All });
            }
        }
    }
}

/// The answer to a lost request, after an answer that was lost: nothing shows that it is not the answer to the request
/// that waits but the time that has passed.
#[test]
fn an_answer_to_a_lost_request_is_not_given_to_an_old_one() {
    let clean = sample();
    for (flow, pairs) in pairs(&clean) {
        for both in pairs.windows(2).skip(4) {
            let (lost_answer, lost_request) = (both[0].1, both[1].0);
            let mut records = clean.clone();
            records.remove(lost_request.max(lost_answer));
            records.remove(lost_request.min(lost_answer));
            let name = format!("{flow:?}, without packets {lost_answer} and {lost_request}");
            let streams = expected::streams(&clean, ETHERNET, &records);
            assert_told(&name, &collected::run_records(&records), &streams, Pairs::All);
        }
    }
}
