//! The connecting side: goes through its script and waits for every answer.

use super::Plan;
use super::framing::{Frame, Shape};
use std::io::{self, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;

/// Speaks to the service at `address` and gives the answers, one for each request.
///
/// # Errors
/// The connection failed, or ended before the last answer.
pub(crate) fn run(address: SocketAddr, shape: Shape, plan: &Plan) -> io::Result<Vec<Frame>> {
    let steps = shape.script(plan)?;
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut input = BufReader::new(stream.try_clone()?);
    let (mut answers, mut out) = (Vec::new(), Vec::new());
    for step in steps {
        if step.pause {
            thread::sleep(plan.interval);
        }
        out.clear();
        for frame in &step.frames {
            shape.encode(frame, &mut out)?;
        }
        stream.write_all(&out)?;
        for _ in &step.frames {
            let answer = shape.read(&mut input)?;
            answers.push(answer.ok_or(io::ErrorKind::UnexpectedEof)?);
        }
    }
    Ok(answers)
}
