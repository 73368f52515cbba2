//! Times as arguments.

use std::time::Duration;

/// Reads an argument in seconds, of which there may be parts; 0 is for ever.
pub(crate) fn seconds(text: &str) -> Result<Time, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("{text:?} is no number of seconds"))?;
    let time = Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
    Ok(Time((!time.is_zero()).then_some(time)))
}

/// How long something may take; for ever, without a time.
#[derive(Clone, Copy)]
pub(crate) struct Time(pub(crate) Option<Duration>);
