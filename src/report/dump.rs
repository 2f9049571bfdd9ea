//! The bytes of every connection, one file for each direction, and beside it what is not in it.
//!
//! In: bytes and gaps. Out: files, through [`Files`], and the table of [`StreamsTable`]. Invariant: the bytes of a file
//! are those that were captured, in order; zeros stand for missing ones only where that was asked for, and the file
//! beside it says where. Memory grows with the connections that are open at once, not with their bytes or gaps.

use super::sidecar::{GapEntry, Head, Tail};
use super::{StreamsTable, json_safe};
use crate::limits;
use crate::record::{
    BytesRecord, CONTINUE, ConnectionName, ConnectionRecord, GapRecord, Sink, SinkResult, Summary, Wants,
};
use crate::units::{Direction, Origin, StreamOffset};
use serde::Serialize;
use std::collections::HashMap;
use std::io::{self, Write};
use std::net::IpAddr;

/// Files by name. Any number may be unfinished at once.
pub trait Files {
    /// Begins a file, which must not be there.
    ///
    /// # Errors
    /// If it cannot be written.
    fn create(&mut self, name: &str) -> io::Result<()>;

    /// Adds bytes to the end of a file.
    ///
    /// # Errors
    /// If it cannot be written.
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;

    /// Makes a file longer by `len` zeros that take no room, if the file system can do that.
    ///
    /// # Errors
    /// If it cannot be written.
    fn extend(&mut self, name: &str, len: u64) -> io::Result<()>;

    /// Ends a file, to which nothing more will be added.
    ///
    /// # Errors
    /// If it cannot be written.
    fn finish(&mut self, name: &str) -> io::Result<()>;
}

/// Writes bytes to files and the table of connections to `W`.
#[derive(Debug)]
pub struct Dump<W, F> {
    table: StreamsTable<W>,
    files: F,
    fill_gaps: bool,
    sides: HashMap<(usize, Direction), Side>,
}

/// What was written of one direction.
#[derive(Debug)]
struct Side {
    data: String,
    sidecar: String,
    /// Whether the sidecar was begun: with the first gap, else at the end.
    is_begun: bool,
    /// Bytes of the file, zeros included.
    file_len: u64,
    gaps: u64,
    span: Option<[Origin; 2]>,
    first_offset: Option<StreamOffset>,
}

impl<W: Write, F: Files> Dump<W, F> {
    /// Writes to `files`; with `fill_gaps` zeros stand where bytes are missing.
    pub fn new(table: StreamsTable<W>, files: F, fill_gaps: bool) -> Self {
        Self { table, files, fill_gaps, sides: HashMap::new() }
    }

    fn side(&mut self, name: ConnectionName, direction: Direction) -> io::Result<(&mut Side, &mut F)> {
        use std::collections::hash_map::Entry;
        let side = match self.sides.entry((name.number, direction)) {
            Entry::Occupied(side) => side.into_mut(),
            Entry::Vacant(place) => {
                let side = place.insert(Side::new(name, direction));
                self.files.create(&side.data)?;
                side
            }
        };
        Ok((side, &mut self.files))
    }
}

impl<W: Write, F: Files> Sink for Dump<W, F> {
    fn wants(&self) -> Wants {
        Wants::connections().with_bytes()
    }

    fn bytes(&mut self, bytes: &BytesRecord<'_>) -> SinkResult {
        let (side, files) = self.side(bytes.connection, bytes.direction)?;
        let [first, _] = side.span.unwrap_or([bytes.available; 2]);
        side.span = Some([first, bytes.available]);
        side.first_offset.get_or_insert(bytes.offset);
        side.file_len += bytes.bytes.len() as u64;
        files.append(&side.data, bytes.bytes)?;
        CONTINUE
    }

    fn gap(&mut self, gap: &GapRecord) -> SinkResult {
        let fill_gaps = self.fill_gaps;
        let (side, files) = self.side(gap.connection, gap.direction)?;
        let fits = side.file_len.saturating_add(gap.len) <= limits::FILLED_LEN;
        let filler = if fill_gaps && fits { gap.len } else { 0 };
        let is_sparse = filler > ZEROS.len() as u64;
        let entry = GapEntry::new(gap, side.file_len, filler, is_sparse);
        side.begin(files, gap.connection, gap.direction)?;
        let separator: &[u8] = if side.gaps == 0 { b"\n" } else { b",\n" };
        files.append(&side.sidecar, &[separator, &json(&entry)?].concat())?;
        side.gaps += 1;
        side.file_len += filler;
        match usize::try_from(filler).ok().and_then(|len| ZEROS.get(..len)) {
            Some(zeros) => files.append(&side.data, zeros)?,
            None => files.extend(&side.data, filler)?,
        }
        CONTINUE
    }

    fn connection(&mut self, connection: &ConnectionRecord) -> SinkResult {
        for direction in Direction::BOTH {
            let Some(mut side) = self.sides.remove(&(connection.name.number, direction)) else { continue };
            side.begin(&mut self.files, connection.name, direction)?;
            let tail = json(&Tail::new(connection, direction, side.file_len, side.span, side.first_offset))?;
            let tail = tail.strip_prefix(b"{").unwrap_or(&tail);
            let end: &[u8] = if side.gaps == 0 { b"]" } else { b"\n]" };
            self.files.append(&side.sidecar, &[end, b",", tail, b"\n"].concat())?;
            self.files.finish(&side.sidecar)?;
            self.files.finish(&side.data)?;
        }
        self.table.connection(connection)
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.table.end(summary)
    }
}

impl Side {
    fn new(name: ConnectionName, direction: Direction) -> Self {
        let stem = stem(name, direction);
        Self {
            data: format!("{stem}.bin"),
            sidecar: format!("{stem}.json"),
            is_begun: false,
            file_len: 0,
            gaps: 0,
            span: None,
            first_offset: None,
        }
    }

    /// Writes the sidecar up to its first gap: one that has very many need not wait in memory.
    fn begin(&mut self, files: &mut impl Files, name: ConnectionName, direction: Direction) -> io::Result<()> {
        if std::mem::replace(&mut self.is_begun, true) {
            return Ok(());
        }
        files.create(&self.sidecar)?;
        let head = json(&Head::new(name, direction, &self.data))?;
        let head = head.strip_suffix(b"}").unwrap_or(&head);
        files.append(&self.sidecar, &[head, b",\"gaps\":["].concat())
    }
}

/// Zeros that are written in one go; more are left to the file system.
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

fn json(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    json_safe::write(&mut text, value)?;
    Ok(text)
}

/// Name of a file without extension, `0001_127.0.0.1.50534-127.0.0.1.8001.client`: connection, client, server, and who
/// sent the bytes. In IPv6 addresses `_` stands for the colon, which not every file system takes.
fn stem(name: ConnectionName, direction: Direction) -> String {
    let addr = |addr: IpAddr| addr.to_string().replace(':', "_");
    let ConnectionName { number, client, server } = name;
    let sender = match direction {
        Direction::ClientToServer => "client",
        Direction::ServerToClient => "server",
    };
    format!("{number:04}_{}.{}-{}.{}.{sender}", addr(client.addr), client.port, addr(server.addr), server.port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Endpoint;

    #[test]
    fn file_names_are_safe_everywhere() {
        let end = |addr: &str, port| Endpoint { addr: addr.parse().unwrap(), port };
        let name = |client, server| ConnectionName { number: 7, client: end(client, 50534), server: end(server, 8001) };
        let v4 = stem(name("127.0.0.1", "10.0.0.2"), Direction::ClientToServer);
        assert_eq!(v4, "0007_127.0.0.1.50534-10.0.0.2.8001.client");
        let v6 = stem(name("2001:db8::1", "::1"), Direction::ServerToClient);
        assert_eq!(v6, "0007_2001_db8__1.50534-__1.8001.server");
        assert!((v4 + &v6).chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)));
    }
}
