//! The server's handshake (RFC 9846 appendix A.2).

hyaline_codegen::machine! {
    /// The server's handshake (RFC 9846 appendix A.2).
    machine server: handshake;

    states {
        /// Nothing has happened.
        initial Start,
        /// A ClientHello may come (START).
        WaitClientHello,
        /// Parameters are being selected (RECVD_CH).
        SelectingParameters,
        /// The shared secret is being computed.
        Agreeing,
        /// The ServerHello is sent (NEGOTIATED).
        Negotiated,
        /// Our change_cipher_spec is settled; EncryptedExtensions are next.
        SendingExtensions,
        /// Our CertificateVerify is being signed.
        Signing,
        /// Our flight is sent, and the client's early data come (WAIT_EOED).
        WaitEndOfEarlyData [AcceptsPlaintextAlert, AcceptsAnswer],
        /// Our flight is sent (WAIT_FLIGHT2).
        WaitFlight2 [AcceptsPlaintextAlert],
        /// The client was asked for its certificate (WAIT_CERT).
        WaitCertificate [AcceptsPlaintextAlert],
        /// The client's certificate path is being validated.
        CheckingPath,
        /// The client's certificate is accepted (WAIT_CV).
        WaitCertificateVerify,
        /// The client's signature is being checked.
        CheckingSignature,
        /// Only the client's Finished is missing (WAIT_FINISHED).
        WaitFinished [AcceptsPlaintextAlert],
        /// The handshake is complete (CONNECTED).
        final Connected [IsConnected],
        /// The handshake has failed.
        final Failed [HasFailed],
    }

    settle lowers { state }

    rows {
        // The ClientHello, and the selection of parameters.
        #[rfc("A.2")]
        Start + Begin => WaitClientHello {}
        #[rfc("4.2.2")]
        WaitClientHello + ClientHello => SelectingParameters {
            greeted = true;
            working = true;
            Absorb(ClientHello);
            StartWork(Selection);
        }
        #[rfc("4.2.4")]
        #[rfc("E.4")]
        SelectingParameters + Selected(ShareMissing) if retried == false
            and compatibility_requested(true) => WaitClientHello {
            retried = true;
            change_cipher_spec_sent = true;
            working = false;
            Send(HelloRetryRequest);
            SendChangeCipherSpec;
            raise receiver.FlightSealed;
        }
        #[rfc("4.2.4")]
        SelectingParameters + Selected(ShareMissing) if retried == false
            and compatibility_requested(false) => WaitClientHello {
            retried = true;
            working = false;
            Send(HelloRetryRequest);
            raise receiver.FlightSealed;
        }
        #[rfc("4.3.8")]
        SelectingParameters + Selected(ShareMissing) if retried == true => Failed {
            working = false;
            raise read.Offence(RequestedShareMissing);
        }
        #[rfc("4.2.1")]
        SelectingParameters + Selected(Complete) if aligned(true) => Agreeing {
            StartWork(Agreement);
        }
        #[rfc("4.3.11")]
        SelectingParameters + Selected(PreSharedKey) if aligned(true) => Agreeing {
            pre_shared_key = true;
            StartWork(Agreement);
        }
        #[rfc("4.3.10")]
        SelectingParameters + Selected(EarlyData) if aligned(true) => Agreeing {
            pre_shared_key = true;
            early_data = Arriving;
            StartWork(Agreement);
        }
        #[rfc("5.1")]
        SelectingParameters + Selected(Complete | PreSharedKey | EarlyData) if aligned(false) =>
            Failed {
            working = false;
            raise read.Offence(KeysChangeInsideRecord);
        }

        // Our flight.
        #[rfc("4.2.3")]
        Agreeing + Agreed => Negotiated {
            working = false;
            Send(ServerHello);
        }
        #[rfc("E.4")]
        Negotiated + settle if change_cipher_spec_sent == false
            and compatibility_requested(true) => SendingExtensions {
            change_cipher_spec_sent = true;
            SendChangeCipherSpec;
        }
        #[local("our HelloRetryRequest was followed by our change_cipher_spec already")]
        Negotiated + settle if change_cipher_spec_sent == true
            and compatibility_requested(true) => SendingExtensions {}
        #[local("a client without a session id wants no change_cipher_spec")]
        Negotiated + settle if compatibility_requested(false) => SendingExtensions {}
        #[rfc("4.4.1")]
        #[rfc("4.5.1")]
        SendingExtensions + settle if pre_shared_key == false
            under client_authentication(NotRequested) => Signing {
            working = true;
            SendWith(Handshake);
            Send(EncryptedExtensions);
            Send(Certificate);
            StartWork(Signature);
        }
        #[rfc("4.4.2")]
        SendingExtensions + settle if pre_shared_key == false
            under client_authentication(Requested | Required) => Signing {
            working = true;
            SendWith(Handshake);
            Send(EncryptedExtensions);
            Send(CertificateRequest);
            Send(Certificate);
            StartWork(Signature);
        }
        #[rfc("2.2")]
        #[rfc("A.2")]
        SendingExtensions + settle if pre_shared_key == true and early_data != Arriving =>
            WaitFlight2 {
            SendWith(Handshake);
            Send(EncryptedExtensions);
            Send(Finished);
            SendWith(Application);
            ReceiveWith(Handshake);
            raise receiver.FlightSealed;
        }
        #[rfc("2.3")]
        #[rfc("A.2")]
        SendingExtensions + settle if pre_shared_key == true and early_data == Arriving =>
            WaitEndOfEarlyData {
            SendWith(Handshake);
            Send(EncryptedExtensions);
            Send(Finished);
            SendWith(Application);
            ReceiveWith(EarlyData);
            raise receiver.FlightSealed;
            post write.FlightSent;
        }
        #[rfc("4.5.2")]
        #[rfc("A.2")]
        Signing + Signed => WaitFlight2 {
            working = false;
            Send(CertificateVerify);
            Send(Finished);
            SendWith(Application);
            ReceiveWith(Handshake);
            raise receiver.FlightSealed;
        }

        // The end of early data.
        #[rfc("4.6")]
        #[rfc("A.2")]
        WaitEndOfEarlyData + EndOfEarlyData if aligned(true) => WaitFlight2 {
            early_data = Arrived;
            Absorb(EndOfEarlyData);
            ReceiveWith(Handshake);
        }
        #[rfc("5.1")]
        WaitEndOfEarlyData + EndOfEarlyData if aligned(false) => Failed {
            raise read.Offence(KeysChangeInsideRecord);
        }

        // The client's second flight.
        #[rfc("A.2")]
        WaitFlight2 + settle if pre_shared_key == true => WaitFinished {}
        #[rfc("A.2")]
        WaitFlight2 + settle if pre_shared_key == false
            under client_authentication(NotRequested) => WaitFinished {}
        #[rfc("A.2")]
        WaitFlight2 + settle if pre_shared_key == false
            under client_authentication(Requested | Required) => WaitCertificate {}
        #[rfc("4.5.1")]
        WaitCertificate + Certificate(Chain) => CheckingPath {
            working = true;
            Absorb(Certificate);
            StartWork(PathCheck);
        }
        #[rfc("4.5.1.3")]
        WaitCertificate + Certificate(Empty) under client_authentication(Requested) =>
            WaitFinished {
            Absorb(Certificate);
        }
        #[rfc("4.5.1.3")]
        WaitCertificate + Certificate(Empty) under client_authentication(Required) => Failed {
            raise read.Offence(ClientWithoutCertificate);
        }
        #[rfc("4.5.1.3")]
        CheckingPath + PathChecked => WaitCertificateVerify {
            working = false;
        }
        #[rfc("4.5.2")]
        WaitCertificateVerify + CertificateVerify => CheckingSignature {
            working = true;
            StartWork(SignatureCheck);
            Absorb(CertificateVerify);
        }
        #[rfc("4.5.2")]
        CheckingSignature + SignatureChecked => WaitFinished {
            working = false;
        }
        #[rfc("4.5.3")]
        #[rfc("A.2")]
        WaitFinished + Finished(Good) if aligned(true) => Connected {
            connected = true;
            Absorb(Finished);
            ReceiveWith(Application);
            Notify(Connected);
            raise read.PeerFinished;
            post write.OwnFinished;
        }
        #[rfc("5.1")]
        WaitFinished + Finished(Good) if aligned(false) => Failed {
            raise read.Offence(KeysChangeInsideRecord);
        }
        #[rfc("4.5.3")]
        WaitFinished + Finished(Bad) => Failed {
            raise read.Offence(FinishedWrong);
        }

        // What goes wrong.
        #[rfc("6.2")]
        SelectingParameters | Agreeing | Signing | CheckingPath | CheckingSignature
            + WorkFailed(reason) => Failed {
            working = false;
            raise read.Offence(reason);
        }
        #[rfc("4.2.2")]
        Connected + ClientHello => Failed {
            raise read.Offence(Renegotiation);
        }
        #[local("the connection ended before the handshake did")]
        Start | WaitClientHello | SelectingParameters | Agreeing | Negotiated | SendingExtensions
            | Signing | WaitEndOfEarlyData | WaitFlight2 | WaitCertificate | CheckingPath
            | WaitCertificateVerify | CheckingSignature | WaitFinished + Abandon => Failed {
            working = false;
            abandoned = true;
            ForgetHandshake;
        }
        #[local("what has ended stays ended")]
        Connected | Failed + Abandon => same {}
        #[local("a handshake is made once; asking again changes nothing")]
        Connected | Failed + Begin => same {}
    }

    otherwise {
        #[local("what is left of a handshake that is over; an alert behind it still counts")]
        Failed + HandshakeMessage => same {}
        #[rfc("4")]
        _ + HandshakeMessage => Failed {
            raise read.Offence(MessageOutOfTurn);
        }
        #[local("work that nobody waits for any more")]
        _ + WorkDone => same {}
        #[local("the handshake has begun")]
        _ + Begin => same {}
    }
}
