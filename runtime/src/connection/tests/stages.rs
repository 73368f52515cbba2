//! Actions that come at a stage of the handshake which has no input for them.

use hyaline_model::table::{Action, Epoch, Message, Work};
use hyaline_model::turn::World as _;

use super::*;
use crate::connection::examine::Finding;
use crate::connection::handshake::MISPLACED;
use crate::connection::perform::{AtHand, ReceivingTurn};

/// Actions that need something of the handshake, or a key.
const ACTIONS: [Action; 21] = [
    Action::StartWork(Work::KeyShare),
    Action::StartWork(Work::Agreement),
    Action::StartWork(Work::Selection),
    Action::StartWork(Work::PathCheck),
    Action::StartWork(Work::SignatureCheck),
    Action::StartWork(Work::CertificateChoice),
    Action::StartWork(Work::Signature),
    Action::Send(Message::ClientHello),
    Action::Send(Message::HelloRetryRequest),
    Action::Send(Message::ServerHello),
    Action::Send(Message::EncryptedExtensions),
    Action::Send(Message::Certificate),
    Action::Send(Message::CertificateVerify),
    Action::Send(Message::Finished),
    Action::Send(Message::NewSessionTicket),
    Action::ReceiveWith(Epoch::Handshake),
    Action::ReceiveWith(Epoch::Application),
    Action::SendWith(Epoch::Handshake),
    Action::SendWith(Epoch::Application),
    Action::AdvanceReceiveKey,
    Action::AdvanceSendKey,
];

/// What becomes of an action, whatever the table says.
fn perform(victim: &mut Victim, action: Action) -> Option<Error> {
    let Connection { receiver, sender } = &mut victim.connection;
    let sending = Some((&mut sender.core, &mut victim.outbox));
    let at_hand = AtHand { message: &[0; 4], ..AtHand::NOTHING };
    let mut turn = ReceivingTurn { core: &mut receiver.core, sending, at_hand };
    turn.perform(action);
    receiver.core.state.failure.take().map(|failure| *failure)
}

#[test]
fn an_action_without_input_is_an_error_of_ours_that_seals_nothing() {
    let world = World::new();
    let first = Action::StartWork(Work::KeyShare);
    for action in ACTIONS {
        let mut client = Victim::idle_client(world.client());
        let expected = if action == first { None } else { Some(MISPLACED) };
        assert_eq!(perform(&mut client, action), expected, "{action:?}");
        let mut server = Victim::new(Connection::server(Arc::new(world.server())).unwrap());
        assert_eq!(perform(&mut server, action), Some(MISPLACED), "{action:?}");
        assert!(client.outbox.is_empty() && server.outbox.is_empty(), "{action:?}");
    }
}

#[test]
fn no_action_of_a_handshake_finds_input_behind_it() {
    let mut pair = Pair::new();
    for end in [&mut pair.client, &mut pair.server] {
        for action in ACTIONS {
            // The connection has a key to receive with, and only that.
            let expected = if action == Action::AdvanceReceiveKey { None } else { Some(MISPLACED) };
            assert_eq!(perform(end, action), expected, "{action:?}");
        }
        assert!(end.outbox.is_empty());
    }
}

#[test]
fn a_signature_that_nobody_has_checked_is_not_absorbed() {
    let mut client = client_before_signature(&World::new());
    let scheme = SignatureScheme::EcdsaSecp256r1Sha256;
    let signature = crate::connection::handshake::PeerSignature { scheme, signature: vec![1] };
    let Connection { receiver, .. } = &mut client.connection;
    let mut finding = Finding::Signature(signature);
    let finding = Some(&mut finding);
    let at_hand = AtHand { message: &[0; 4], finding, ..AtHand::NOTHING };
    let mut turn = ReceivingTurn { core: &mut receiver.core, sending: None, at_hand };
    turn.perform(Action::Absorb(Message::CertificateVerify));
    assert_eq!(receiver.core.state.failure.as_deref(), Some(&MISPLACED));
}
