//! A demonstration as a scenario that can be written down: for a file, the lab and the book.

use hyaline_model::table::INBOX_RECORDS;

use crate::programs::Programs;
use crate::runs::hazards::demonstration::{Demonstration, HazardCause, Version};
use crate::runs::run::RunError;
use crate::runs::written::WrittenScenario;
use crate::search::bounds::ClientCertificate;
use crate::side::{Both, Side};

impl Demonstration {
    /// One version of it, with the keys and words of the command line.
    ///
    /// # Errors
    ///
    /// If there is no such switch.
    pub fn written(&self, version: Version) -> Result<WrittenScenario, RunError> {
        let scenario = self.scenario(version);
        let Both { client, server } = self.profiles(version)?;
        let mut written = WrittenScenario {
            client: Some(client.to_string()),
            server: Some(server.to_string()),
            send_buffer: Some(scenario.send),
            receive_buffer: Some(scenario.receive),
            tickets: (scenario.tickets > 0).then_some(scenario.tickets),
            resumed: scenario.resumed.then_some(true),
            early_data: (scenario.early_data > 0).then_some(scenario.early_data),
            inbox: (scenario.inbox != INBOX_RECORDS).then_some(scenario.inbox),
            ..WrittenScenario::default()
        };
        let certificate = scenario.client_certificate;
        written.client_certificate =
            (certificate != ClientCertificate::None).then(|| certificate.word().to_owned());
        if let Programs::Fixed(Both { client, server }) = scenario.programs {
            written.client_program = client.to_string();
            written.server_program = server.to_string();
        }
        if let (Version::Endangered, HazardCause::Row(mutation)) = (version, self.cause) {
            match self.endangered {
                Side::Client => written.client_lacks = Some(mutation.to_string()),
                Side::Server => written.server_lacks = Some(mutation.to_string()),
            }
        }
        Ok(written)
    }
}
