//! `streams --follow`: one conversation in the order of time.

use super::captures::{From, connection, pcap};
use super::run::{Folder, command, deframe, line, sample};
use insta::assert_snapshot;

#[test]
fn a_conversation_is_shown_turn_by_turn() {
    assert_snapshot!("follow-hex", line("streams samples/faults/lost.pcap --follow 1 --to +1.5").quiet());
    assert_snapshot!("follow-text", line("streams samples/faults/lost.pcap --follow 1 --as text --width 60").quiet());
    assert_snapshot!(
        "follow-one-way",
        line("streams samples/kv.pcap --follow 2 --direction server --width 60 --to +0.5").quiet()
    );
}

/// A connection of which the client's bytes are captured as `order` says: 0 is the first packet with data.
fn reordered(said: &[&[u8]], order: &[usize]) -> Vec<Vec<u8>> {
    let said: Vec<_> = said.iter().map(|bytes| (From::Client, *bytes)).collect();
    let packets = connection("10.0.0.1:4000", "10.0.0.2:8001", &said);
    let (open, rest) = packets.split_at(3);
    let (data, close) = rest.split_at(said.len());
    open.iter().chain(order.iter().map(|index| &data[*index])).chain(close).cloned().collect()
}

#[test]
fn a_gap_stands_where_its_bytes_are_missing_even_if_it_was_seen_before_those_in_front_of_it() {
    // The second piece comes last, the fourth never: what waits behind the gap is older than what closes the hole, and
    // the gap is known when that comes.
    let folder = Folder::new();
    let packets = reordered(&[b"aaaa", b"bbbb", b"cccc", b"dddd", b"eeee"], &[0, 2, 4, 1]);
    let path = folder.file("x.pcap", pcap(&packets));
    let text = deframe(["streams", &path, "--follow", "1", "--as", "text"]).quiet();
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).skip(1).collect();
    let expected = [
        "22:13:20.003000  client->server  packet 4  offset 0",
        "-> aaaabbbbcccc",
        "22:13:20.006000  client->server  packet 7  offset 12  gap: 4 bytes not-captured",
        "22:13:20.006000  client->server  packet 6  offset 16",
        "-> eeee",
        "22:13:20.009000  closed  16 / 0 bytes  completeness 31 complete with data",
    ];
    assert_eq!(lines, expected, "{text}");
}

#[test]
fn raw_is_what_the_dump_has() {
    for sample in ["kv.pcap", "faults/all_faults.pcap", "faults/reordered_split.pcap"] {
        let folder = Folder::new();
        let dir = folder.path().join("dump");
        line(&format!("streams samples/{sample} --dump {}", dir.display())).quiet();
        for (direction, sender) in [("c2s", "client"), ("s2c", "server")] {
            let arguments = ["--follow", "2", "--as", "raw", "--direction", direction];
            let output = command().args(["streams", &format!("samples/{sample}")]).args(arguments).output().unwrap();
            let files = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path());
            let is_wanted = |name: &str| name.starts_with("0002") && name.ends_with(&format!("{sender}.bin"));
            let file = files.into_iter().find(|path| is_wanted(path.file_name().unwrap().to_str().unwrap())).unwrap();
            assert_eq!(output.stdout, std::fs::read(file).unwrap(), "{sample} {sender}");
        }
    }
}

#[test]
fn raw_has_both_directions_as_they_came_and_tells_of_gaps_beside() {
    let folder = Folder::new();
    let said = [(From::Client, &b"\x1b[31m"[..]), (From::Server, b"\0\xff"), (From::Client, b"end")];
    let path = folder.file("x.pcap", pcap(&connection("10.0.0.1:4000", "10.0.0.2:8001", &said)));
    let raw = |path: &str| command().args(["streams", path, "--follow", "1", "--as", "raw"]).output().unwrap();
    assert_eq!(raw(&path).stdout, b"\x1b[31m\0\xffend");
    let lost = folder.file("y.pcap", pcap(&reordered(&[b"aaaa", b"bbbb", b"cccc"], &[0, 2])));
    let output = raw(&lost);
    assert_eq!(output.stdout, b"aaaacccc");
    let warning = "warning: 1 gap of 4 bytes left out: these bytes were not captured\n";
    assert_eq!((String::from_utf8_lossy(&output.stderr), output.status.code()), (warning.into(), Some(0)));
}

#[test]
fn no_captured_text_passes_for_a_line_of_the_report() {
    let folder = Folder::new();
    let text = b"22:13:20.003000  server->client  packet 4  offset 0\r\n<- a lie\x1b[31m\xe2\x80\xae\n";
    let said = [(From::Client, &text[..])];
    let path = folder.file("x.pcap", pcap(&connection("10.0.0.1:4000", "10.0.0.2:8001", &said)));
    for form in ["text", "hex"] {
        let shown = deframe(["streams", &path, "--follow", "1", "--as", form]).quiet();
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown}");
        let own = shown.lines().filter(|line| line.contains("server->client") && !line.starts_with("->"));
        assert_eq!(own.count(), 0, "{shown}");
    }
}

#[test]
fn a_conversation_that_is_not_there_is_remarked() {
    let run = line("streams samples/kv.pcap --follow 9");
    let remark = "warning: there is no connection 9: their numbers are 1 to 2\n";
    assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), ("", remark, 1));
    for options in ["--as text", "--direction server", "--follow 1 --connection 1", "--follow 1 --dump x"] {
        assert_eq!(line(&format!("streams samples/kv.pcap {options}")).code, 2, "{options}");
    }
    let from_stdin = super::run::deframe_with(&sample("kv.pcap"), &["streams", "-", "--follow", "1"]).quiet();
    assert_eq!(from_stdin, line("streams samples/kv.pcap --follow 1").quiet());
}
