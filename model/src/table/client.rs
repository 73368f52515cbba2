//! The client's handshake (RFC 9846 appendix A.1).

hyaline_codegen::machine! {
    /// The client's handshake (RFC 9846 appendix A.1).
    machine client: handshake;

    states {
        /// Nothing has happened (START).
        initial Start,
        /// The key share for the next ClientHello is being made.
        CreatingKeyShare,
        /// A ClientHello is sent (WAIT_SH).
        WaitServerHello,
        /// The shared secret is being computed.
        Agreeing,
        /// The ServerHello is accepted (WAIT_EE).
        WaitEncryptedExtensions,
        /// EncryptedExtensions are accepted (WAIT_CERT_CR).
        WaitCertificateOrRequest,
        /// The server asked for our certificate (WAIT_CERT).
        WaitCertificate,
        /// The server's certificate path is being validated.
        CheckingPath,
        /// The server's certificate is accepted (WAIT_CV).
        WaitCertificateVerify,
        /// The server's signature is being checked.
        CheckingSignature,
        /// The server is authenticated (WAIT_FINISHED).
        WaitFinished,
        /// The server has finished; our second flight begins.
        SendingSecondFlight,
        /// Our change_cipher_spec is settled; authentication, if asked for, is next.
        SendingAuthentication,
        /// Our certificate is being chosen.
        ChoosingCertificate,
        /// Our CertificateVerify is being signed.
        Signing,
        /// Only our Finished is missing.
        SendingFinished,
        /// The handshake is complete (CONNECTED).
        final Connected [IsConnected],
        /// The handshake has failed.
        final Failed [HasFailed],
    }

    settle lowers { state }

    rows {
        // The ClientHello.
        #[rfc("4.3.8")]
        Start + Begin => CreatingKeyShare {
            working = true;
            StartWork(KeyShare);
        }
        #[rfc("4.2.2")]
        CreatingKeyShare + KeyShareReady if early_data_offered(false) => WaitServerHello {
            greeted = true;
            working = false;
            Send(ClientHello);
            raise receiver.FlightSealed;
        }

        // The ClientHello, and early data behind it.
        #[rfc("4.3.10")]
        #[rfc("E.4")]
        CreatingKeyShare + KeyShareReady if early_data_offered(true) under compatibility(On) =>
            WaitServerHello {
            greeted = true;
            working = false;
            early_data = Offered;
            change_cipher_spec_sent = true;
            Send(ClientHello);
            SendChangeCipherSpec;
            SendWith(EarlyData);
            SendEarlyData;
            raise receiver.FlightSealed;
        }
        #[rfc("4.3.10")]
        CreatingKeyShare + KeyShareReady if early_data_offered(true) under compatibility(Off) =>
            WaitServerHello {
            greeted = true;
            working = false;
            early_data = Offered;
            Send(ClientHello);
            SendWith(EarlyData);
            SendEarlyData;
            raise receiver.FlightSealed;
        }

        // A HelloRetryRequest, once.
        #[rfc("4.2.4")]
        #[rfc("E.4")]
        WaitServerHello + HelloRetryRequest if retried == false and early_data != Offered
            under compatibility(On) => CreatingKeyShare {
            retried = true;
            change_cipher_spec_sent = true;
            working = true;
            Absorb(HelloRetryRequest);
            SendChangeCipherSpec;
            StartWork(KeyShare);
        }
        #[rfc("4.2.4")]
        WaitServerHello + HelloRetryRequest if retried == false and early_data != Offered
            under compatibility(Off) => CreatingKeyShare {
            retried = true;
            working = true;
            Absorb(HelloRetryRequest);
            StartWork(KeyShare);
        }
        // It rejects early data. Behind them stands the second ClientHello, in the clear.
        #[rfc("4.3.10")]
        #[rfc("4.2.4")]
        WaitServerHello + HelloRetryRequest if retried == false and early_data == Offered =>
            CreatingKeyShare {
            retried = true;
            early_data = Rejected;
            working = true;
            Absorb(HelloRetryRequest);
            SendWith(Plaintext);
            StartWork(KeyShare);
        }
        #[rfc("4.2.4")]
        WaitServerHello + HelloRetryRequest if retried == true => Failed {
            raise read.Offence(SecondRetry);
        }

        // The ServerHello, and the handshake keys.
        #[rfc("4.2.3")]
        WaitServerHello + ServerHello(Certificate) if aligned(true) => Agreeing {
            working = true;
            Absorb(ServerHello);
            StartWork(Agreement);
        }
        #[rfc("4.3.11")]
        WaitServerHello + ServerHello(PreSharedKey) if aligned(true) => Agreeing {
            pre_shared_key = true;
            working = true;
            Absorb(ServerHello);
            StartWork(Agreement);
        }
        // The server has not read the encrypted ClientHello. It has to prove its public name, and
        // nothing goes on from there.
        #[cite("RFC 9849", "6.1.6")]
        WaitServerHello + ServerHello(PublicName) if aligned(true) => Agreeing {
            public_name = true;
            working = true;
            Absorb(ServerHello);
            StartWork(Agreement);
        }
        #[rfc("5.1")]
        WaitServerHello + ServerHello if aligned(false) => Failed {
            raise read.Offence(KeysChangeInsideRecord);
        }
        #[rfc("A.1")]
        #[rfc("7.4")]
        Agreeing + Agreed if early_data != Offered => WaitEncryptedExtensions {
            working = false;
            ReceiveWith(Handshake);
            SendWith(Handshake);
        }
        #[rfc("A.1")]
        #[rfc("4.6")]
        Agreeing + Agreed if early_data == Offered => WaitEncryptedExtensions {
            working = false;
            ReceiveWith(Handshake);
        }

        // The server's parameters and authentication.
        #[rfc("4.4.1")]
        WaitEncryptedExtensions + EncryptedExtensions(Absent) if pre_shared_key == false
            and early_data != Offered => WaitCertificateOrRequest {
            Absorb(EncryptedExtensions);
        }
        #[rfc("2.2")]
        #[rfc("A.1")]
        WaitEncryptedExtensions + EncryptedExtensions(Absent) if pre_shared_key == true
            and early_data != Offered => WaitFinished {
            Absorb(EncryptedExtensions);
        }

        // The server's answer to early data. Where it accepts them, their keys stay until all of
        // its flight is here.
        #[rfc("4.3.10")]
        #[rfc("4.6")]
        WaitEncryptedExtensions + EncryptedExtensions(Present) if pre_shared_key == true
            and early_data == Offered => WaitFinished {
            early_data = Accepted;
            Absorb(EncryptedExtensions);
        }
        #[rfc("4.3.10")]
        WaitEncryptedExtensions + EncryptedExtensions(Absent) if pre_shared_key == true
            and early_data == Offered => WaitFinished {
            early_data = Rejected;
            Absorb(EncryptedExtensions);
            SendWith(Handshake);
        }
        #[rfc("4.3.10")]
        WaitEncryptedExtensions + EncryptedExtensions(Absent) if pre_shared_key == false
            and early_data == Offered => WaitCertificateOrRequest {
            early_data = Rejected;
            Absorb(EncryptedExtensions);
            SendWith(Handshake);
        }
        #[rfc("4.3.10")]
        WaitEncryptedExtensions + EncryptedExtensions(Present) if pre_shared_key == false
            and early_data == Offered => Failed {
            raise read.Offence(EarlyDataWithoutKey);
        }
        #[rfc("4.3")]
        WaitEncryptedExtensions + EncryptedExtensions(Present) if early_data != Offered =>
            Failed {
            raise read.Offence(ExtensionUnsolicited);
        }
        #[rfc("4.4.2")]
        WaitCertificateOrRequest + CertificateRequest => WaitCertificate {
            authenticate = true;
            Absorb(CertificateRequest);
        }
        #[rfc("4.5.1")]
        WaitCertificateOrRequest | WaitCertificate + Certificate(Chain) => CheckingPath {
            working = true;
            Absorb(Certificate);
            StartWork(PathCheck);
        }
        #[rfc("4.5.1.3")]
        WaitCertificateOrRequest | WaitCertificate + Certificate(Empty) => Failed {
            raise read.Offence(ServerWithoutCertificate);
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
        #[rfc("A.1")]
        WaitFinished + Finished(Good) if aligned(true) and early_data != Accepted
            and public_name == false => SendingSecondFlight {
            Absorb(Finished);
            ReceiveWith(Application);
            raise read.PeerFinished;
        }
        #[rfc("4.6")]
        WaitFinished + Finished(Good) if aligned(true) and early_data == Accepted
            and public_name == false => SendingSecondFlight {
            Absorb(Finished);
            ReceiveWith(Application);
            Send(EndOfEarlyData);
            SendWith(Handshake);
            raise read.PeerFinished;
        }
        #[cite("RFC 9849", "6.1.6")]
        WaitFinished + Finished(Good) if aligned(true) and public_name == true => Failed {
            raise read.Offence(EncryptedHelloRejected);
        }
        #[rfc("5.1")]
        WaitFinished + Finished(Good) if aligned(false) => Failed {
            raise read.Offence(KeysChangeInsideRecord);
        }
        #[rfc("4.5.3")]
        WaitFinished + Finished(Bad) => Failed {
            raise read.Offence(FinishedWrong);
        }

        // Our second flight.
        #[rfc("E.4")]
        SendingSecondFlight + settle if change_cipher_spec_sent == false under compatibility(On) =>
            SendingAuthentication {
            change_cipher_spec_sent = true;
            SendChangeCipherSpec;
        }
        #[local("a HelloRetryRequest or early data have drawn our change_cipher_spec already")]
        SendingSecondFlight + settle if change_cipher_spec_sent == true under compatibility(On) =>
            SendingAuthentication {}
        #[local("without compatibility mode no change_cipher_spec is sent")]
        SendingSecondFlight + settle under compatibility(Off) => SendingAuthentication {}
        #[rfc("4.5.1")]
        SendingAuthentication + settle if authenticate == true => ChoosingCertificate {
            working = true;
            StartWork(CertificateChoice);
        }
        #[rfc("A.1")]
        SendingAuthentication + settle if authenticate == false => SendingFinished {}
        #[rfc("4.5.1.2")]
        ChoosingCertificate + CertificateChosen(Chain) => Signing {
            Send(Certificate);
            StartWork(Signature);
        }
        #[rfc("4.5.1")]
        ChoosingCertificate + CertificateChosen(Empty) => SendingFinished {
            working = false;
            Send(Certificate);
        }
        #[rfc("4.5.2")]
        Signing + Signed => SendingFinished {
            working = false;
            Send(CertificateVerify);
        }
        #[rfc("4.5.3")]
        #[rfc("A.1")]
        SendingFinished + settle => Connected {
            connected = true;
            Send(Finished);
            SendWith(Application);
            Notify(Connected);
            post write.OwnFinished;
        }

        // What goes wrong.
        #[rfc("6.2")]
        CreatingKeyShare | Agreeing | CheckingPath | CheckingSignature | ChoosingCertificate
            | Signing + WorkFailed(reason) => Failed {
            working = false;
            raise read.Offence(reason);
        }
        #[rfc("4.6")]
        WaitServerHello | WaitEncryptedExtensions | WaitCertificateOrRequest | WaitCertificate
            | WaitCertificateVerify | WaitFinished | Connected + EndOfEarlyData => Failed {
            raise read.Offence(MessageOutOfTurn);
        }
        #[rfc("4.7.2")]
        Connected + CertificateRequest => Failed {
            raise read.Offence(LateAuthentication);
        }
        #[local("the connection ended before the handshake did")]
        Start | CreatingKeyShare | WaitServerHello | Agreeing | WaitEncryptedExtensions
            | WaitCertificateOrRequest | WaitCertificate | CheckingPath | WaitCertificateVerify
            | CheckingSignature | WaitFinished | SendingSecondFlight | SendingAuthentication
            | ChoosingCertificate | Signing | SendingFinished + Abandon => Failed {
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
