//! What a hostile peer has shown.

use hyaline_model::table::{ClientAuthentication, Policy, Role};

/// What the peer has sent, what the work has shown, and what the endpoint has sealed. Rows cannot
/// change these, so a wrong row is found by them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Seen {
    /// The peer presented a certificate.
    pub(super) chain: bool,
    pub(super) path_good: bool,
    pub(super) signature_good: bool,
    /// The server has chosen a pre-shared key that both sides hold.
    pub(super) pre_shared_key: bool,
    /// The server has not read the encrypted ClientHello.
    pub(super) public_name: bool,
    /// Early data were offered by the last ClientHello.
    pub(super) early_data_offered: bool,
    /// Early data were accepted, and may still come.
    pub(super) early_data_may_come: bool,
    /// Early data were accepted: data may be sent that answer them.
    pub(super) early_data_accepted: bool,
    pub(super) close_notify: bool,
    /// An alert was sealed, received, or the transport was reset: our direction may end.
    pub(super) may_end: bool,
}

impl Seen {
    /// Whether the peer has proved who it is, as this endpoint is configured. A server that proves
    /// its public name is another one than was called (RFC 9849 section 6.1.6).
    pub(super) fn is_authenticated(self, policy: &Policy) -> bool {
        let proved = self.path_good && self.signature_good;
        let need_not = policy.role == Role::Server
            && !self.chain
            && policy.client_authentication != ClientAuthentication::Required;
        (proved && !self.public_name) || need_not || self.pre_shared_key
    }
}
