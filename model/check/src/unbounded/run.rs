//! One exploration of world *pair* without bounds: what it is of, and what came of it.

use std::fmt;

use hyaline_model::table::{INBOX_RECORDS, Reason};
use hyaline_search::Stop;

use crate::programs::{Manner, Programs};
use crate::search::bounds::{ClientCertificate, Scenario, early_data_words};
use crate::search::profile::{Profile, endpoints_of};
use crate::side::{Both, Side};
use crate::unbounded::endless::{EndlessSearch, search_endless};
use crate::unbounded::fairness::Fairness;
use crate::unbounded::party::Rejection;
use crate::unbounded::search::{Search, UnboundedEffort, UnboundedProgress, search};
use crate::unbounded::world::UnboundedWorld;

/// What is explored: both sides with every program, over queues of any size.
#[derive(Clone, Copy, Debug)]
pub struct UnboundedRun {
    /// The profiles of both ends.
    pub profiles: Both<Profile>,
    /// How each side makes its calls.
    pub manners: Both<Manner>,
    /// Tickets that the server sends.
    pub tickets: u8,
    /// The client's certificate.
    pub client_certificate: ClientCertificate,
    /// Whether the server has to ask for another key share.
    pub retry: bool,
    /// Whether the handshake resumes an earlier session.
    pub resumed: bool,
    /// Records of early data that the client sends.
    pub early_data: u8,
    /// Whether the server accepts early data where it may.
    pub early_data_accepted: bool,
    /// Whether one of the two hosts may vanish, once the handshake is complete.
    pub vanishing: bool,
    /// Records of application data that an endpoint may have opened and not given to its program.
    pub inbox: u8,
}

impl UnboundedRun {
    /// One call at a time on both sides, no ticket, no certificate.
    pub const PLAIN: Self = Self {
        profiles: Both { client: Profile::HYALINE, server: Profile::HYALINE },
        manners: Both { client: Manner::OneCall, server: Manner::OneCall },
        tickets: 0,
        client_certificate: ClientCertificate::None,
        retry: false,
        resumed: false,
        early_data: 0,
        early_data_accepted: true,
        vanishing: false,
        inbox: INBOX_RECORDS,
    };

    /// The system to explore.
    pub fn world(&self) -> UnboundedWorld {
        let programs = Programs::Every(self.manners, u8::MAX);
        let scenario = Scenario {
            tickets: self.tickets,
            client_certificate: self.client_certificate,
            retry: self.retry,
            resumed: self.resumed,
            early_data: self.early_data,
            early_data_accepted: self.early_data_accepted,
            inbox: self.inbox,
            ..Scenario::new(programs)
        };
        let endpoints = endpoints_of(&scenario, &self.profiles);
        let world = UnboundedWorld::new(endpoints, programs, self.rejection());
        if self.vanishing { world.where_a_host_may_vanish() } else { world }
    }

    /// The certificate, or the want of one, that is rejected.
    pub fn rejection(&self) -> Option<Rejection> {
        let reason = match self.client_certificate {
            ClientCertificate::Rejected => Reason::IssuerUnknown,
            ClientCertificate::Missing => Reason::ClientWithoutCertificate,
            _ => return None,
        };
        Some(Rejection { by: Side::Server, alert: reason.alert() })
    }

    /// Explores it.
    pub fn explore(
        &self,
        effort: &UnboundedEffort,
        progress: &mut dyn FnMut(UnboundedProgress),
    ) -> (UnboundedWorld, Search) {
        let mut world = self.world();
        let found = search(&mut world, self.inbox, effort, progress);
        (world, found)
    }

    /// Asks of programs without end in its world. Each side is assumed to use the transport again
    /// and again ([`Fairness::Strong`]).
    ///
    /// # Errors
    ///
    /// If there are more snapshots than the effort allows.
    pub fn progress(
        &self,
        world: &mut UnboundedWorld,
        effort: &UnboundedEffort,
    ) -> Result<EndlessSearch, Stop> {
        let most = effort.snapshots_at_most.unwrap_or(usize::MAX);
        search_endless(world, self.inbox, Fairness::Strong, most)
    }
}

impl fmt::Display for UnboundedRun {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { manners: Both { client, server }, tickets, .. } = self;
        let of = |manner: &Manner| match manner {
            Manner::OneCall => "one call at a time",
            Manner::Task => "a task",
            Manner::Threads => "two threads",
        };
        if client == server {
            write!(formatter, "{}", of(client))?;
        } else {
            write!(formatter, "client {}, server {}", of(client), of(server))?;
        }
        write!(formatter, ", {tickets} ticket{}", if *tickets == 1 { "" } else { "s" })?;
        if self.retry {
            write!(formatter, ", HelloRetryRequest")?;
        }
        if self.resumed {
            write!(formatter, ", resumed")?;
        }
        let accepted = self.early_data_accepted && self.resumed && !self.retry;
        formatter.write_str(&early_data_words(self.early_data, accepted))?;
        if self.client_certificate != ClientCertificate::None {
            write!(formatter, ", {} client certificate", self.client_certificate.word())?;
        }
        formatter.write_str(if self.vanishing { ", a host may vanish" } else { "" })
    }
}
