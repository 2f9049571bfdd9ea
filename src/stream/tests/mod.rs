//! The stream stage against a slow model and random segments, and what only lower limits show. What it makes of single
//! captures stands in `tests/cases/`.

mod connections;
mod model;
mod properties;
mod queue;
mod script;
