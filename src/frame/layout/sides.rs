//! The layouts of both sides of a connection, said in one line.
//!
//! In: `len:u32be payload` for both, or `client: LAYOUT ; server: LAYOUT`. Out: a layout for each direction
//! ([`Layout::parse_sides`]), and back ([`Sides`]). Invariant: what is printed is parsed to the same layouts. Not
//! responsible for what stands in a layout.

use super::error::Fault;
use super::parse::{both_sides, one_side};
use super::token::SIDES;
use super::{Layout, LayoutError};
use crate::units::{Both, Direction};
use std::fmt;

impl Layout {
    /// Parses the layouts of both directions: one text for both, whose `skip` says its side, or one for each side.
    ///
    /// ```
    /// use deframe::frame::layout::Layout;
    /// let layouts = Layout::parse_sides("client: skip:8 len:u16be payload ; server: varint")?;
    /// assert_eq!(layouts.to_server.to_string(), "skip:8 len:u16be payload");
    /// assert_eq!(layouts.to_client.to_string(), "len:varint payload");
    /// # Ok::<(), deframe::frame::layout::LayoutError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The first fault in the text, with its place and what was expected there.
    pub fn parse_sides(text: &str) -> Result<Both<Self>, LayoutError> {
        sides(text).map_err(|fault| fault.within(text))
    }
}

fn sides(text: &str) -> Result<Both<Layout>, Fault> {
    if side_of(text).is_none() && !text.contains(';') {
        return both_sides(text);
    }
    let mut found = Both::<Option<Layout>>::default();
    let mut start = 0;
    for part in text.split_inclusive(';') {
        let layout = part.strip_suffix(';').unwrap_or(part);
        let begin = start + layout.len() - layout.trim_start().len();
        let Some((direction, len)) = side_of(layout) else {
            let end = begin + layout.trim_start().find(char::is_whitespace).unwrap_or(layout.trim().len());
            return Err(Fault::new(
                begin..end,
                "`client:` or `server:` and a layout, as in `client: u32be ; server: u32le`",
            ));
        };
        let side = begin..begin + len;
        let parsed = one_side(layout.get(side.end - start..).unwrap_or_default());
        let parsed = parsed.map_err(|fault| fault.moved(side.end))?;
        if found.of_mut(direction).replace(parsed.to_server).is_some() {
            let expected = format!("only one layout for what the {} sends", name_of(direction));
            return Err(Fault::new(side, expected));
        }
        start += part.len();
    }
    let Both { to_server, to_client } = found;
    let missing = |direction| {
        let end = text.trim_end().len();
        Fault::new(end..end, format!("`; {}:` and the layout of what that side sends", name_of(direction)))
    };
    Ok(Both {
        to_server: to_server.ok_or_else(|| missing(Direction::ClientToServer))?,
        to_client: to_client.ok_or_else(|| missing(Direction::ServerToClient))?,
    })
}

/// The direction whose side `text` names before a layout, and the length of the name with its colon. A field may be
/// called `client`, so the colon must end the item.
fn side_of(text: &str) -> Option<(Direction, usize)> {
    let text = text.trim_start();
    let (name, direction) = SIDES.into_iter().find(|(name, _)| text.starts_with(name))?;
    let rest = text.get(name.len()..)?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some((direction, name.len()))
}

/// What a side is called: `client` or `server`.
const fn name_of(direction: Direction) -> &'static str {
    match direction {
        Direction::ClientToServer => "client",
        Direction::ServerToClient => "server",
    }
}

/// The layouts of both directions as one text, the shortest that gives them back.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a>(pub Both<&'a Layout>);

impl fmt::Display for Sides<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(Both { to_server, to_client }) = self;
        let frames = self.0.map(|layout| Layout { skip: 0, ..layout.clone() });
        if frames.to_server != frames.to_client {
            return write!(f, "client: {to_server} ; server: {to_client}");
        }
        for (direction, layout) in self.0.iter().filter(|(_, layout)| layout.skip > 0) {
            write!(f, "skip:{}:{} ", name_of(direction), layout.skip)?;
        }
        frames.to_server.fmt(f)
    }
}
