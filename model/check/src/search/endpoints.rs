//! The TLS endpoints of a scenario: profiles, configured.

use hyaline_model::table::{ClientAuthentication, Policy, Role};

use crate::ends::tls::{OwnCertificate, Settings, Tls};
use crate::interpret::mutation::Mutated;
use crate::search::bounds::{ClientCertificate, Scenario};
use crate::side::Both;

/// Both endpoints, each with the policy of its profile.
pub fn endpoints(scenario: &Scenario, client: &Policy, server: &Policy) -> Both<Tls> {
    settings(scenario, client, server).map(Tls::new)
}

/// The settings of each endpoint, with the policy of its profile.
pub fn settings(scenario: &Scenario, client: &Policy, server: &Policy) -> Both<Settings> {
    let asked = scenario.client_certificate;
    let client_authentication = match asked {
        ClientCertificate::None => ClientAuthentication::NotRequested,
        ClientCertificate::Declined => ClientAuthentication::Requested,
        ClientCertificate::Good | ClientCertificate::Rejected | ClientCertificate::Missing => {
            ClientAuthentication::Required
        }
    };
    let clients_own = match asked {
        ClientCertificate::Good => OwnCertificate::Good,
        ClientCertificate::Rejected => OwnCertificate::Rejected,
        ClientCertificate::None | ClientCertificate::Declined | ClientCertificate::Missing => {
            OwnCertificate::Empty
        }
    };
    let of = |profile: &Policy, role, certificate| Settings {
        policy: Policy { role, client_authentication, ..*profile },
        certificate,
        tickets: scenario.tickets,
        record_cells: scenario.record_cells,
        inbox: scenario.inbox,
        retry: scenario.retry,
        resumed: scenario.resumed,
        early_data: scenario.early_data,
        early_data_accepted: scenario.early_data_accepted,
        table: Mutated::default(),
    };
    Both {
        client: of(client, Role::Client, clients_own),
        server: of(server, Role::Server, OwnCertificate::Good),
    }
}
