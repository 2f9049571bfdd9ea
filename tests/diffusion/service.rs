//! The listening side: one thread for each connection.

use super::framing::Shape;
use std::io::{self, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Answers clients: for ever, or until `connections` of them have come and gone.
///
/// # Errors
/// What went wrong on the first connection that failed, or in listening.
pub(crate) fn serve(listener: &TcpListener, shape: Shape, connections: Option<usize>) -> io::Result<()> {
    let port = listener.local_addr()?.port();
    thread::scope(|scope| {
        let accepted = listener.incoming().take(connections.unwrap_or(usize::MAX));
        let threads: Vec<_> = accepted.map(|stream| scope.spawn(move || converse(stream?, shape, port))).collect();
        threads.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or_else(|_| Err(io::Error::other("the thread of a connection ended in a panic")))
        })
    })
}

/// One connection from its first request to its end. All answers to one request leave in one write.
fn converse(mut stream: TcpStream, shape: Shape, port: u16) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut session = shape.session(port)?;
    let mut requests = BufReader::new(stream.try_clone()?);
    let mut out = Vec::new();
    while let Some(request) = shape.read(&mut requests)? {
        out.clear();
        for answer in session.answer(&request)? {
            shape.encode(&answer, &mut out)?;
        }
        stream.write_all(&out)?;
    }
    Ok(())
}
