//! A diffusion service and its client, to have something to capture.
//!
//! `cargo run --example diffusion -- serve --port 8001` and, elsewhere,
//! `cargo run --example diffusion -- client --port 8001 --heartbeats 5 --interval-ms 1000`.

#[path = "mod.rs"]
mod diffusion;

use clap::{Parser, Subcommand};
use diffusion::framing::Shape;
use diffusion::{Plan, client, service};
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

/// A small service on loopback and clients for it.
#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer clients. Prints a line once it listens.
    Serve {
        /// TCP port on 127.0.0.1; 0 picks one.
        #[arg(long)]
        port: u16,
        /// Framing and protocol.
        #[arg(long, value_enum, default_value = "star")]
        shape: Shape,
        /// End after this many connections.
        #[arg(long, value_name = "N")]
        once: Option<usize>,
    },
    /// Go through the whole flow, then end.
    Client {
        /// TCP port on 127.0.0.1.
        #[arg(long)]
        port: u16,
        /// Framing and protocol.
        #[arg(long, value_enum, default_value = "star")]
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

fn main() -> io::Result<()> {
    let mut stdout = io::stdout();
    match Args::parse().command {
        Command::Serve { port, shape, once } => {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
            writeln!(stdout, "listening on {}", listener.local_addr()?)?;
            service::serve(&listener, shape, once)
        }
        Command::Client { port, shape, heartbeats, interval_ms, name } => {
            let plan = Plan { name, heartbeats, interval: Duration::from_millis(interval_ms) };
            let answers = client::run((Ipv4Addr::LOCALHOST, port).into(), shape, &plan)?;
            writeln!(stdout, "{} answers", answers.len())
        }
    }
}
