//! A diffusion service and its client, to have something to capture.
//!
//! `cargo xtask diffusion serve --port 8001` and, elsewhere,
//! `cargo xtask diffusion client --port 8001 --heartbeats 5 --interval-ms 1000`.

use crate::diffusion::framing::Shape;
use crate::diffusion::{Plan, client, service};
use clap::Subcommand;
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;
use std::time::Duration;

/// A small service and clients for it.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer clients. Prints a line once it listens.
    Serve {
        /// TCP port; 0 picks one.
        #[arg(long)]
        port: u16,
        /// Where to listen.
        #[arg(long, default_value_t = Ipv4Addr::LOCALHOST)]
        address: Ipv4Addr,
        /// Framing and protocol.
        #[arg(long, default_value = "star", value_name = "star|riak-like|delimited")]
        shape: Shape,
        /// End after this many connections.
        #[arg(long, value_name = "N")]
        once: Option<usize>,
    },
    /// Go through the whole flow, then end.
    Client {
        /// TCP port of the service.
        #[arg(long)]
        port: u16,
        /// Address of the service.
        #[arg(long, default_value_t = Ipv4Addr::LOCALHOST)]
        address: Ipv4Addr,
        /// So many clients at once.
        #[arg(long, default_value_t = 1)]
        clients: usize,
        /// Framing and protocol.
        #[arg(long, default_value = "star", value_name = "star|riak-like|delimited")]
        shape: Shape,
        /// Heartbeats, or rounds of requests.
        #[arg(long, default_value_t = 5)]
        heartbeats: usize,
        /// Pause before each of them.
        #[arg(long, default_value_t = 10_000)]
        interval_ms: u64,
        /// What the client calls itself.
        #[arg(long, default_value = "Star Citizen Game Client")]
        name: String,
    },
}

pub(crate) fn run(args: Args) -> io::Result<()> {
    let mut stdout = io::stdout();
    match args.command {
        Command::Serve { port, address, shape, once } => {
            let listener = TcpListener::bind((address, port))?;
            writeln!(stdout, "listening on {}", listener.local_addr()?)?;
            service::serve(&listener, shape, once)
        }
        Command::Client { port, address, clients, shape, heartbeats, interval_ms, name } => {
            let plan = Plan { name, heartbeats, interval: Duration::from_millis(interval_ms) };
            let answers = thread::scope(|scope| {
                let run = || client::run((address, port).into(), shape, &plan).map(|answers| answers.len());
                let threads: Vec<_> = (0..clients).map(|_| scope.spawn(run)).collect();
                let ended = threads.into_iter().map(|thread| {
                    thread.join().unwrap_or_else(|_| Err(io::Error::other("the thread of a client ended in a panic")))
                });
                ended.sum::<io::Result<usize>>()
            })?;
            writeln!(stdout, "{answers} answers")
        }
    }
}
