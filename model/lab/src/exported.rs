//! What the page calls: text in, text out.

use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::answer::answer;
use crate::catalogue::catalogue;
use crate::relays::relay;
use crate::walk::{WrittenPath, walk};
use hyaline_check::relay::written::WrittenRelay;
use hyaline_check::runs::written::WrittenScenario;

fn read<'a, T: serde::Deserialize<'a>>(text: &'a str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn written(value: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(value).map_err(|error| error.to_string())
}

/// What there is to choose from: [`crate::catalogue`].
///
/// # Errors
///
/// If what is built in cannot be read.
#[wasm_bindgen(js_name = catalogue)]
pub fn exported_catalogue() -> Result<String, String> {
    written(&catalogue()?)
}

/// The answer to a scenario: [`crate::answer`]. Each search gives up at so many snapshots.
///
/// # Errors
///
/// If the scenario is not understood or cannot be explored: what is wrong.
#[wasm_bindgen(js_name = answer)]
pub fn exported_answer(
    scenario: &str,
    states_at_most: u32,
    with_heals: bool,
) -> Result<String, String> {
    let scenario: WrittenScenario = read(scenario)?;
    written(&answer(&scenario, states_at_most, with_heals)?)
}

/// The answer about a relay: [`crate::relays`]. Each search gives up at so many snapshots.
///
/// # Errors
///
/// If what is asked is not understood or cannot be explored: what is wrong.
#[wasm_bindgen(js_name = relay)]
pub fn exported_relay(
    asked: &str,
    states_at_most: u32,
    with_heals: bool,
) -> Result<String, String> {
    let asked: WrittenRelay = read(asked)?;
    written(&relay(&asked, states_at_most, with_heals)?)
}

/// A walk through a scenario: [`crate::walk`].
///
/// # Errors
///
/// If the scenario or the path is not understood: what is wrong.
#[wasm_bindgen(js_name = walk)]
pub fn exported_walk(scenario: &str, path: &str) -> Result<String, String> {
    let (scenario, path): (WrittenScenario, WrittenPath) = (read(scenario)?, read(path)?);
    written(&walk(&scenario, &path)?)
}
