//! A layout that fits the traffic of a server port poorly, in words.
//!
//! In: scores. Out: text with the figures that speak against the layout, and the option that names a better one. Not
//! responsible for when a layout fits poorly.

use crate::frame::fit::{Misfit, Walked};
use crate::frame::layout::{Layout, PRESETS, Sides};
use crate::units::Both;
use std::fmt;

/// Share of frames or bytes from which on it is told.
const TOLD: f64 = 0.05;

/// A server port, and how poorly its layout fits.
#[derive(Clone, Debug)]
pub(super) struct PortMisfit {
    pub port: u16,
    pub misfit: Misfit,
}

impl PortMisfit {
    /// The option that names the better layout, if there is one.
    pub(super) fn option(&self) -> Option<String> {
        let (layouts, _) = self.misfit.better.as_ref()?;
        let text = name_of(layouts);
        let is_word = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        Some(if is_word { format!("--frame {text}") } else { format!("--frame '{text}'") })
    }
}

/// The name of the preset that the layouts are, or their text.
fn name_of(layouts: &Both<Layout>) -> String {
    let text = Sides(layouts.each_ref()).to_string();
    PRESETS.iter().find(|preset| preset.text == text).map_or(text, |preset| preset.name.to_owned())
}

impl fmt::Display for PortMisfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scores = || self.misfit.scores.values().flatten();
        let worst = scores().map(|score| score.value).fold(1.0, f64::min);
        write!(f, "the layout fits port {} poorly ({} %)", self.port, Percent(worst))?;
        let mut walked = Walked::default();
        scores().for_each(|score| walked += score.walked);
        for (index, part) in parts(&walked).iter().enumerate() {
            write!(f, "{}{part}", if index == 0 { ": " } else { ", " })?;
        }
        if let (Some(option), Some((_, value))) = (self.option(), &self.misfit.better) {
            write!(f, "; {option} fits better ({} %)", Percent(*value))?;
        }
        Ok(())
    }
}

/// The figures that speak against a layout, and the turns in any case.
fn parts(walked: &Walked) -> Vec<String> {
    let mut parts = Vec::new();
    let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let (empty, bytes) = (share(walked.empty, walked.frames), walked.landed + walked.lost);
    let lost = share(walked.lost, bytes);
    if empty >= TOLD {
        parts.push(format!("{} % of {} frames are empty", Percent(empty), walked.frames));
    }
    if lost >= TOLD {
        parts.push(format!("{} % of {bytes} bytes are in no frame that leads to another", Percent(lost)));
    }
    if walked.filled == 0 && walked.frames > 0 && walked.shortest == Some(walked.longest) {
        parts.push(format!("all {} frames have {} bytes and no payload", walked.frames, walked.longest));
    }
    if walked.end_hits < walked.ends {
        parts.push(format!("{} of {} streams end with a frame", walked.end_hits, walked.ends));
    }
    if walked.turns > 0 {
        parts.push(format!("{} of {} turns begin with a frame", walked.turn_hits, walked.turns));
    } else if walked.starts > 0 {
        parts.push(format!("{} of {} segments begin with a frame", walked.start_hits, walked.starts));
    }
    parts
}

/// A share in whole hundredths; what is not all is not told as all.
struct Percent(f64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = if self.0 < 1.0 { 99.0 } else { 100.0 };
        write!(f, "{:.0}", (self.0 * 100.0).min(most))
    }
}
