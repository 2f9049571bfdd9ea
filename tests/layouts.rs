//! Layouts on traffic of real programs (`tests/captures/`).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use deframe::Analysis;
use deframe::record::{CONTINUE, ConnectionRecord, LedgerRecord, MessageRecord, Sink, SinkResult};
use deframe::units::{Both, Direction};

/// What a layout makes of each direction, all connections together.
#[derive(Default)]
struct Cut {
    ledgers: Both<LedgerRecord>,
    frames: Both<u64>,
}

impl Sink for Cut {
    fn message(&mut self, message: &MessageRecord<'_>) -> SinkResult {
        *self.frames.of_mut(message.direction) += 1;
        CONTINUE
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> SinkResult {
        for (direction, of) in connection.directions.iter() {
            *self.ledgers.of_mut(direction) += of.ledger;
        }
        CONTINUE
    }
}

fn cut(capture: &str, layout: &str) -> Cut {
    let mut cut = Cut::default();
    Analysis::new().capture(format!("tests/captures/{capture}")).layout(layout).run(&mut cut).unwrap();
    cut
}

#[test]
fn the_http2_line_of_the_documentation_frames_both_sides_and_skips_the_clients_preface() {
    let doc = std::fs::read_to_string("docs/formats.md").unwrap();
    let line = doc.lines().find(|line| line.contains("HTTP/2 behind the client's preface")).unwrap();
    let cut = cut("http2.pcap", line.split("  ").next().unwrap());
    for direction in Direction::BOTH {
        let ledger = cut.ledgers.of(direction);
        let prologue = if direction == Direction::ClientToServer { 6 * 24 } else { 0 };
        assert_eq!((ledger.prologue, ledger.framed + ledger.prologue), (prologue, ledger.captured), "{direction}");
    }
    // As TShark counts them.
    assert_eq!(cut.frames, Both { to_server: 30, to_client: 24 });
}
