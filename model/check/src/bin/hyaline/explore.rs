//! `hyaline explore`.

use std::net::TcpListener;

use hyaline_check::report::explored::ReadableSystem;
use hyaline_check::search::explore::Effort;
use hyaline_check::search::profile::endpoints_of;
use hyaline_check::search::scenario::{Baselines, system};
use stateright::Model;

use crate::CommandStatus;
use crate::arguments::ExploreArguments;
use crate::screen::{CommandError, HEADING, styled, write};

pub(crate) fn run(arguments: &ExploreArguments) -> Result<CommandStatus, CommandError> {
    let scenario = arguments.scenario();
    let baseline = Baselines::default().of(&scenario, &Effort::default(), &mut |_| ())?;
    let system = system(&scenario, endpoints_of(&scenario, &arguments.profiles()), &baseline)?;
    // The Explorer panics where it cannot listen, so we try before. Given port 0, it would not say
    // which port it has got.
    let listener = TcpListener::bind(arguments.address)
        .map_err(|error| CommandError::Listen(arguments.address, error))?;
    let address = listener.local_addr()?;
    drop(listener);
    write(&format!("{scenario}\n{}\n", styled(HEADING, format!("http://{address}/"))))?;
    // Serves until the process is interrupted.
    ReadableSystem::new(system).checker().serve(address);
    Ok(CommandStatus::Holds)
}
