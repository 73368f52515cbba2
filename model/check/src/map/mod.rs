//! The map of libraries: every client opposite every server, of the profiles that are known, and
//! what TLS adds there that plain TCP does not have, by the side that suffers it.

pub mod bounds;
pub mod cell;
pub mod document;
pub mod harm;
pub mod opened;
pub mod page;
pub mod picture;
pub mod profiles;
pub mod reach;
pub mod report;
pub mod survey;
