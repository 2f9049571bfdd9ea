//! Connections that were there before the capture.

use crate::diffusion::framing::{Frame, Shape};
use crate::rig::{PATIENCE, Sniffer, is_root};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Two ends of a connection on loopback.
fn connect(listener: &TcpListener) -> (TcpStream, TcpStream) {
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (client, listener.accept().unwrap().0)
}

/// A frame from one end to the other.
fn say((from, to): &mut (TcpStream, TcpStream)) {
    let mut frame = Vec::new();
    Shape::StarNetwork.encode(&Frame::new(b"\x0a\x05hello".to_vec()), &mut frame).unwrap();
    from.write_all(&frame).unwrap();
    to.read_exact(&mut vec![0; frame.len()]).unwrap();
}

#[test]
fn a_single_frame_of_a_connection_that_was_there_before_is_told_soon_and_holds_up_no_others() {
    if !is_root("a_single_frame_of_a_connection_that_was_there_before") {
        return;
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut old = connect(&listener);
    let port = listener.local_addr().unwrap().port().to_string();
    let mut sniffer = Sniffer::spawn_unread(std::process::Command::new(env!("CARGO_BIN_EXE_deframe")).args([
        "sniff",
        "-i",
        "lo",
        "--json",
        "--profile",
        "star-network",
        "tcp port",
        &port,
    ]));
    let lines = BufReader::new(sniffer.take_stdout()).lines();
    let (send, rows) = mpsc::channel();
    thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| send.send(line)));
    say(&mut old);
    let mut new = connect(&listener);
    let since = Instant::now();
    let told = |count: usize| {
        for _ in 0..count {
            while !rows.recv_timeout(PATIENCE).unwrap().contains("\"record\":\"message\"") {}
        }
        since.elapsed()
    };
    say(&mut new);
    // One second is left for bytes before the first of the old connection, and a search has a fifth of one.
    let first = told(2);
    assert!(first < Duration::from_secs(5), "{first:?}, and nothing more came of the old connection");
    // The old one is in sync now: whatever it says, nobody waits.
    say(&mut old);
    thread::sleep(Duration::from_millis(10));
    let before = since.elapsed();
    say(&mut new);
    let took = told(2) - before;
    assert!(took < Duration::from_millis(1200), "{took:?}");
    old.0.shutdown(Shutdown::Both).unwrap();
    assert_eq!(sniffer.stop().code, Some(0));
}
