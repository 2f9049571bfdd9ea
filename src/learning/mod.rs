//! What payloads teach about others of their kind: which type a kind has, or which types its fields have.
//!
//! In: payloads in the order of the report, each with what is known around it. Out: [`Guess`], the message type of a
//! kind that a schema has; [`Learning`], the field types of payloads that have no message type. Invariant: what is
//! known of a payload depends on the survey of its server port and on earlier payloads of its own connection, and on
//! nothing else, so that any number of threads gives the same readings. Not responsible for reading payloads, or for
//! which of them wait for a survey.

mod correlation;
mod guesses;
mod kinds;
mod refined;
mod survey;
#[cfg(test)]
mod tests;
mod untyped;

pub use correlation::{Compared, Found, Kinds, Studied, Study};
pub use guesses::{Guess, Guesses};
pub use refined::{Known, Learning};
pub use survey::{Survey, SurveyId, Surveyed, Surveyor, Surveys};
pub use untyped::Untyped;
