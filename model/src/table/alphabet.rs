//! The words of the table: what may happen, what may be done, what is remembered, asked and fixed.

hyaline_codegen::alphabet! {
    documents { "RFC 9849" ["6.1.6"] }

    enums {
        /// Which end of the connection this endpoint is (RFC 9846 section 2).
        pub enum Role {
            /// The endpoint that sends the ClientHello.
            Client,
            /// The endpoint that answers it.
            Server,
        }

        /// An alert's description (RFC 9846 section 6).
        pub enum Alert {
            /// The sender will send no more on this connection.
            CloseNotify,
            /// An inappropriate message was received.
            UnexpectedMessage,
            /// A record could not be deprotected.
            BadRecordMac,
            /// A record was longer than allowed.
            RecordOverflow,
            /// No acceptable set of parameters.
            HandshakeFailure,
            /// A certificate was corrupt or its signature wrong.
            BadCertificate,
            /// A certificate was of an unsupported type.
            UnsupportedCertificate,
            /// A certificate was revoked.
            CertificateRevoked,
            /// A certificate is out of its time of validity.
            CertificateExpired,
            /// A certificate was unacceptable for another reason.
            CertificateUnknown,
            /// A field was well-formed but incorrect.
            IllegalParameter,
            /// No known authority issued the certificate.
            UnknownCa,
            /// The certificate was valid, but access is refused.
            AccessDenied,
            /// A message could not be parsed.
            DecodeError,
            /// A handshake signature, Finished value or binder was wrong.
            DecryptError,
            /// The protocol version is known but not supported.
            ProtocolVersion,
            /// The peer wants stronger parameters.
            InsufficientSecurity,
            /// An error of the sender's own.
            InternalError,
            /// A retry with a needlessly low version (RFC 7507).
            InappropriateFallback,
            /// The user cancelled the handshake; close_notify follows.
            UserCanceled,
            /// A mandatory extension was missing.
            MissingExtension,
            /// An extension that was not offered.
            UnsupportedExtension,
            /// No server of that name (RFC 6066).
            UnrecognizedName,
            /// An unacceptable OCSP response (RFC 6066).
            BadCertificateStatusResponse,
            /// No acceptable pre-shared key.
            UnknownPskIdentity,
            /// A client certificate was required.
            CertificateRequired,
            /// An error without a better name.
            GeneralError,
            /// No common application protocol (RFC 7301).
            NoApplicationProtocol,
            /// The server does not read the encrypted ClientHello (RFC 9849).
            EchRequired,
        }

        /// Why an endpoint refuses its peer, or gives up by itself (RFC 9846 section 6.2). Behind
        /// each reason stands the alert that tells the peer, and it stands nowhere else: rows carry
        /// the reason as far as the action that seals the alert.
        ///
        /// ```
        /// use hyaline_model::table::{Alert, Reason};
        ///
        /// assert_eq!(Reason::FinishedWrong.alert(), Alert::DecryptError);
        /// ```
        pub enum Reason => alert: Alert {
            // What a row finds.
            /// A handshake message that may not come now (section 4).
            MessageOutOfTurn => UnexpectedMessage,
            /// A second HelloRetryRequest (section 4.2.4).
            SecondRetry => UnexpectedMessage,
            /// A second ClientHello without a key share of the group that was asked for (section
            /// 4.3.8).
            RequestedShareMissing => IllegalParameter,
            /// A ClientHello after the handshake (section 4.2.2).
            Renegotiation => UnexpectedMessage,
            /// A CertificateRequest after the handshake, which was not offered (section 4.7.2).
            LateAuthentication => UnexpectedMessage,
            /// A message does not end where its record ends, though keys change there (section
            /// 5.1).
            KeysChangeInsideRecord => UnexpectedMessage,
            /// The peer's Finished carries another value than ours (section 4.5.3).
            FinishedWrong => DecryptError,
            /// The server has not read the encrypted ClientHello, and has proved to be the one
            /// whose name is public (RFC 9849 section 6.1.6).
            EncryptedHelloRejected => EchRequired,
            /// The server shows no certificate (section 4.5.1.3).
            ServerWithoutCertificate => DecodeError,
            /// The client shows no certificate, and must (section 4.5.1.3).
            ClientWithoutCertificate => CertificateRequired,
            /// Application data came before the peer's Finished (section 6.2).
            ApplicationDataBeforeFinished => UnexpectedMessage,
            /// More early data came than the ticket allows (section 4.3.10).
            EarlyDataTooLong => UnexpectedMessage,
            /// The server accepts early data, and not the pre-shared key that protects them
            /// (section 4.3.10).
            EarlyDataWithoutKey => IllegalParameter,
            /// A change_cipher_spec before the ClientHello or after the Finished (section 5).
            ChangeCipherSpecOutOfPlace => UnexpectedMessage,
            /// change_cipher_spec records without end.
            ChangeCipherSpecFlood => UnexpectedMessage,
            /// Records without content, without end.
            EmptyRecordFlood => UnexpectedMessage,
            /// Tickets without end.
            TicketFlood => UnexpectedMessage,
            /// KeyUpdates without end.
            KeyUpdateFlood => UnexpectedMessage,
            /// Cancellations without end.
            CancellationFlood => UnexpectedMessage,

            // What the world finds before a row is asked, or in work. No row asks what exactly it
            // was, so that one reason stands for all that the peer is told by the same alert. The
            // world keeps the rest.
            /// A record, or a message of a type, that TLS 1.3 does not have there.
            RecordOutOfPlace => UnexpectedMessage,
            /// A record is longer than allowed.
            RecordTooLong => RecordOverflow,
            /// A record cannot be deprotected.
            RecordNotGenuine => BadRecordMac,
            /// A message does not follow its syntax.
            MessageMalformed => DecodeError,
            /// A field has a value that it may not have.
            ValueIllegal => IllegalParameter,
            /// An extension is missing.
            ExtensionMissing => MissingExtension,
            /// An extension answers what was not asked.
            ExtensionUnsolicited => UnsupportedExtension,
            /// The peer does not speak this version.
            VersionUnsupported => ProtocolVersion,
            /// The two sides have no parameters in common.
            NothingInCommon => HandshakeFailure,
            /// The two sides have no application protocol in common.
            NoCommonApplicationProtocol => NoApplicationProtocol,
            /// The server is none of the name that the client asks for (RFC 6066 section 3).
            NameUnrecognized => UnrecognizedName,
            /// A signature is wrong.
            SignatureWrong => DecryptError,
            /// A certificate is corrupt, or not what it should be.
            CertificateBad => BadCertificate,
            /// A certificate is of a kind that is not accepted.
            CertificateUnsupported => UnsupportedCertificate,
            /// A certificate is revoked.
            CertificateRevoked => CertificateRevoked,
            /// A certificate is out of its time of validity.
            CertificateExpired => CertificateExpired,
            /// A certificate's issuer is not trusted.
            IssuerUnknown => UnknownCa,
            /// A certificate is not accepted for another reason.
            CertificateUnacceptable => CertificateUnknown,
            /// The OCSP response beside a certificate is not accepted (section 6.2).
            StapleUnacceptable => BadCertificateStatusResponse,
            /// Whom a certificate shows is not let in (section 6.2).
            AccessRefused => AccessDenied,
            /// A failure of our own.
            OwnFailure => InternalError,
        }

        /// What a received alert means for the connection (RFC 9846 section 6).
        pub enum AlertClass {
            /// close_notify: the peer's direction ends in order.
            Closure,
            /// user_canceled: a close_notify is to follow.
            Cancellation,
            /// Everything else, unknown descriptions too: the connection has failed.
            Error,
        }

        /// A handshake message that an endpoint sends or absorbs (RFC 9846 section 4).
        pub enum Message {
            /// ClientHello (section 4.2.2).
            ClientHello,
            /// HelloRetryRequest (section 4.2.4).
            HelloRetryRequest,
            /// ServerHello (section 4.2.3).
            ServerHello,
            /// EncryptedExtensions (section 4.4.1).
            EncryptedExtensions,
            /// CertificateRequest (section 4.4.2).
            CertificateRequest,
            /// Certificate (section 4.5.1).
            Certificate,
            /// CertificateVerify (section 4.5.2).
            CertificateVerify,
            /// Finished (section 4.5.3).
            Finished,
            /// EndOfEarlyData (section 4.6).
            EndOfEarlyData,
            /// NewSessionTicket (section 4.7.1).
            NewSessionTicket,
        }

        /// Which traffic keys protect a direction (RFC 9846 section 7.1).
        pub enum Epoch {
            /// The handshake traffic keys.
            Handshake,
            /// The application traffic keys, of any generation.
            Application,
            /// The client's early traffic keys (section 2.3).
            EarlyData,
            /// None: records are in the clear.
            Plaintext,
        }

        /// The `request_update` field of a KeyUpdate (RFC 9846 section 4.7.3).
        pub enum KeyUpdateRequest {
            /// The receiver need not answer.
            NotRequested,
            /// The receiver must update its own sending key too.
            Requested,
        }

        /// Whether a Certificate message carries certificates (RFC 9846 section 4.5.1).
        pub enum CertificateList {
            /// No certificate.
            Empty,
            /// A chain, its leaf first.
            Chain,
        }

        /// Whether a received Finished carries the value that we computed (section 4.5.3).
        pub enum FinishedCheck {
            /// It does.
            Good,
            /// It does not.
            Bad,
        }

        /// Whether EncryptedExtensions carry `early_data`, and so accept the client's early data
        /// (RFC 9846 section 4.3.10).
        pub enum EarlyDataIndication {
            /// They do not.
            Absent,
            /// They do.
            Present,
        }

        /// What became of early data (RFC 9846 section 2.3).
        pub enum EarlyDataState {
            /// There are none, or this server does not accept them.
            Nothing,
            /// A client has sent them, and the server has not answered.
            Offered,
            /// The server accepts what this client has sent.
            Accepted,
            /// The server does not.
            Rejected,
            /// A server has accepted them, and more may come.
            Arriving,
            /// A server has all of them.
            Arrived,
        }

        /// What a ServerHello has the handshake authenticated by (RFC 9846 section 2.2).
        pub enum Authentication {
            /// Certificates.
            Certificate,
            /// A pre-shared key that the ClientHello has offered.
            PreSharedKey,
            /// Certificates of the server whose name is public: this one has not read the encrypted
            /// ClientHello (RFC 9849 section 6.1.6).
            PublicName,
        }

        /// What the server's selection of parameters came to (RFC 9846 section 4.2.1).
        pub enum Selection {
            /// Everything is selected; certificates authenticate.
            Complete,
            /// Everything is selected, with a pre-shared key that the client has proved to hold.
            PreSharedKey,
            /// The same, and the client's early data are accepted (section 4.3.10).
            EarlyData,
            /// A common group, but no key share of it: a HelloRetryRequest is needed.
            ShareMissing,
        }

        /// What costs, can fail or may be delegated: begun by an action, ended by an event.
        pub enum Work {
            /// Make the key share that the next ClientHello carries.
            KeyShare,
            /// Compute the shared secret and what the handshake's keys need of it.
            Agreement,
            /// Choose suite, group, certificate and application protocol.
            Selection,
            /// Validate the peer's certificate path and name.
            PathCheck,
            /// Check the peer's CertificateVerify.
            SignatureCheck,
            /// Choose the client's certificate.
            CertificateChoice,
            /// Sign our own CertificateVerify.
            Signature,
        }

        /// A call of the application that takes the place of receiving calls.
        pub enum ReceivingCall {
            /// Complete the handshake. No sending call may be pending.
            Handshake,
            /// Receive application data.
            Read,
            /// End both directions and close the transport. No sending call may be pending.
            Close,
        }

        /// A call of the application that takes the place of sending calls.
        pub enum SendingCall {
            /// Send application data.
            Write,
            /// Transmit application data that an earlier write, cut short, has left.
            Flush,
            /// End our direction.
            HalfClose,
            /// Update our sending key and ask the peer to update its own.
            UpdateKey,
        }

        /// How a call ended.
        pub enum CallResult {
            /// It did what it was asked.
            Ok,
            /// The peer's direction has ended with close_notify.
            EndOfStream,
            /// The peer's direction has ended without close_notify.
            Truncated,
            /// The transport was reset.
            Reset,
            /// The peer sent an error alert.
            Alert,
            /// This endpoint found an error, or refuses the call.
            Error,
            /// The call's deadline passed; what it had accepted stays accepted.
            TimedOut,
            /// The transport is closed, but what was allowed for draining was spent before the
            /// peer's end came: over plain TCP a close returns without knowing either.
            Unconfirmed,
        }

        /// What the application may learn between calls.
        pub enum Notice {
            /// The handshake is complete.
            Connected,
            /// The peer has updated its sending key.
            PeerKeyUpdated,
            /// A session ticket has arrived.
            TicketReceived,
            /// The sending key is used up and may not be updated: our direction has ended.
            KeyExhausted,
        }

        /// How our receiving ended.
        pub enum ReceiveEnd {
            /// It has not.
            Nothing,
            /// With the peer's close_notify.
            CloseNotify,
            /// With a FIN that no close_notify preceded.
            Truncated,
            /// With a reset.
            Reset,
            /// With the peer's error alert.
            Alert,
            /// With an offence of the peer, or a failure of our own, that we answered by an alert.
            Failed,
        }

        /// How our sending ended.
        pub enum SendEnd {
            /// It has not.
            Nothing,
            /// With our close_notify.
            CloseNotify,
            /// With our error alert.
            Alert,
            /// With the peer's error alert.
            PeerAlert,
            /// A transmitting call has met a reset; what has arrived before it is being drained.
            ResetMet,
            /// With a reset.
            Reset,
        }

        /// What the receiving half knows of a reset that a transmitting call has met.
        pub enum SendReset {
            /// There was none.
            Nothing,
            /// There was one; what had arrived before it is being drained.
            Met,
            /// There was one, and the sending half knows that nothing is left to drain.
            Drained,
        }

        /// How the transport's receiving direction ended (RFC 9293).
        pub enum TransportEnd {
            /// It has not.
            Nothing,
            /// With a FIN.
            Fin,
            /// With a reset.
            Reset,
        }

        /// Our own FIN (RFC 9293).
        pub enum FinState {
            /// Nobody asked for it.
            NotOwed,
            /// It follows when the outbox is empty.
            Owed,
            /// The transport has been told.
            Sent,
        }

        /// The outbox: records sealed and not yet transmitted.
        pub enum Outbox {
            /// Nothing waits.
            Empty,
            /// Something waits.
            Holding,
        }

        /// The inbox: application data that is opened and not yet read.
        pub enum Inbox {
            /// Nothing is unread.
            Empty,
            /// A record or more are unread.
            Unread,
        }

        /// How far the sending key is used up (RFC 9846 section 5.5).
        pub enum KeyUsage {
            /// Not far.
            Below,
            /// So far that an update is due before more application data.
            Due,
            /// So far that no more application data may be protected by it.
            AtLimit,
        }

        /// How many records like the one at hand have come with no progress between them.
        pub enum Flood {
            /// Fewer than this endpoint puts up with.
            Below,
            /// More than that.
            AtLimit,
        }

        /// Policy: which directions a blocking call moves.
        pub enum Duplex {
            /// Every blocking call both receives and transmits.
            Full,
            /// One direction at a time: what is sealed is transmitted before anything is received.
            Half,
        }

        /// Policy: what a call that carries no application data does when there is no room.
        pub enum Control {
            /// It leaves its record in the outbox and returns.
            Queue,
            /// It waits until the record is transmitted.
            Wait,
        }

        /// Policy: how a connection is closed.
        pub enum Closing {
            /// Half-close, drain until the peer's end, close.
            Drain,
            /// Transmit what is sealed and close.
            AtOnce,
        }

        /// Policy: when a server sends its tickets.
        pub enum Tickets {
            /// Before the first application data.
            BeforeFirstData,
            /// After the first application data.
            AfterFirstData,
            /// Inside the handshake call, which returns when they are transmitted.
            InHandshake,
        }

        /// Policy: how a requested KeyUpdate is answered.
        pub enum Reply {
            /// The reply stands before the next application data, and is not sealed sooner.
            Deferred,
            /// The reply waits in the outbox while reading goes on.
            Queued,
            /// Nothing is received until the reply is transmitted.
            InReadPath,
        }

        /// Policy: how many of our own KeyUpdate requests may be unanswered.
        pub enum Requests {
            /// One; a further request is absorbed (RFC 9846's rule).
            OneOutstanding,
            /// Any number (the rule of RFC 8446).
            Unlimited,
        }

        /// Policy: what becomes of a close_notify while application data is unsent.
        pub enum Backlog {
            /// Whatever is sealed queues behind what is pending.
            Ordered,
            /// There is room for one pending record: a close_notify that finds a write's record
            /// there is lost.
            OneRecord,
        }

        /// Policy: when the FIN behind our close_notify leaves (RFC 9846 section 6.1, RFC 9293).
        pub enum FinLeaves {
            /// With the half-close, as the FIN of a plain half-close does.
            WithHalfClose,
            /// When the peer's direction has ended too, or with the close.
            WithPeersEnd,
            /// With the close.
            WithClose,
        }

        /// Policy: what the peer's FIN behind its close_notify means for our own direction (RFC
        /// 9846 section 6.1, RFC 9293).
        pub enum AtFin {
            /// Nothing: it goes on.
            GoOn,
            /// The peer is taken to be gone: what we still have to send is given up.
            GiveUp,
        }

        /// Configuration of a client: middlebox compatibility mode (RFC 9846 appendix E.4).
        pub enum Compatibility {
            /// A session id and a change_cipher_spec are sent.
            On,
            /// Neither is.
            Off,
        }

        /// Configuration of a server: authentication of the client (section 4.4.2).
        pub enum ClientAuthentication {
            /// The client is not asked for a certificate.
            NotRequested,
            /// The client is asked and may decline.
            Requested,
            /// The client is asked and must present one.
            Required,
        }
    }

    labels {
        /// The handshake has completed.
        IsConnected,
        /// The handshake has failed.
        HasFailed,
        /// Received bytes are thrown away unopened.
        DiscardsInput,
        /// The peer may have no keys yet and so send an alert in plaintext (appendix A.1, last
        /// paragraph).
        AcceptsPlaintextAlert,
        /// No call is pending in this place.
        IsIdle,
        /// The pending call concerns both directions: no other call may begin.
        TakesBothPlaces,
        /// Data may be written while the handshake is still pending (section 2.3).
        AcceptsAnswer,
        /// The halves may go to two owners, once the handshake is complete.
        MaySplit,
    }

    events {
        // Of the handshake.
        /// The application asks for the handshake.
        Begin,
        /// A ClientHello has arrived.
        ClientHello,
        /// A HelloRetryRequest has arrived.
        HelloRetryRequest,
        /// A ServerHello has arrived.
        ServerHello(Authentication),
        /// EncryptedExtensions have arrived.
        EncryptedExtensions(EarlyDataIndication),
        /// A CertificateRequest has arrived.
        CertificateRequest,
        /// A Certificate message has arrived.
        Certificate(CertificateList),
        /// A CertificateVerify has arrived.
        CertificateVerify,
        /// A Finished has arrived.
        Finished(FinishedCheck),
        /// An EndOfEarlyData has arrived.
        EndOfEarlyData,
        /// Work ended: the key share is made.
        KeyShareReady,
        /// Work ended: the shared secret is computed.
        Agreed,
        /// Work ended: parameters are selected.
        Selected(Selection),
        /// Work ended: the peer's certificate path is good.
        PathChecked,
        /// Work ended: the peer's signature is good.
        SignatureChecked,
        /// Work ended: our certificate is chosen.
        CertificateChosen(CertificateList),
        /// Work ended: our signature is made.
        Signed,
        /// Work ended badly, for this reason.
        WorkFailed(Reason),
        /// The connection has ended under the handshake.
        Abandon,

        // Of the read half.
        /// The peer's Finished is accepted.
        PeerFinished,
        /// A record of application data was opened.
        ApplicationData,
        /// A record of application data without content was opened.
        EmptyRecord,
        /// A well-formed change_cipher_spec record has arrived.
        ChangeCipherSpec,
        /// An alert has arrived.
        AlertReceived(AlertClass),
        /// A NewSessionTicket has arrived.
        NewSessionTicket,
        /// A KeyUpdate has arrived.
        KeyUpdate(KeyUpdateRequest),
        /// The peer broke a rule, or something of ours failed.
        Offence(Reason),
        /// A protected record has arrived that cannot be opened, for this reason.
        Unopened(Reason),
        /// Letter: our own sending has failed, and an alert has told the peer.
        SendingFailed(Reason),
        /// Letter: a transmitting call has met a reset.
        SendingReset,
        /// Letter: the peer has answered our request to update keys.
        UpdateAnswered,
        /// Bytes were thrown away unopened.
        Discarded,
        /// The application will read no more.
        DiscardUnread,
        /// The transport received a FIN.
        FinReceived,
        /// The transport reported a reset to a receiving call.
        ResetReceived,

        // Of the write half.
        /// A server that accepts early data has sent its Finished, and the client's is to come.
        FlightSent,
        /// Our own Finished is sent and the peer's accepted.
        OwnFinished,
        /// The application offers data for one record.
        Write,
        /// The application ends our direction.
        HalfClose,
        /// The application asks for new keys in both directions.
        UpdateKey,
        /// An action of the sending half could not be carried out.
        SealingFailed(Reason),
        /// The transport reported a reset to a transmitting call.
        TransmitFailed,
        /// Letter: the peer has updated its key.
        PeerKeyUpdated(KeyUpdateRequest),
        /// Letter: an error alert is due, for this reason.
        AlertDue(Reason),
        /// Letter: the peer has sent an error alert.
        PeerFailed,
        /// Letter: the peer's direction has ended, by its close_notify or a FIN.
        PeerEnded,
        /// Letter: the peer's FIN is taken to say that the peer is gone.
        PeerGone,
        /// A close ends our direction, and with it the transport's.
        FinDue,
        /// Letter: the transport reported a reset to a receiving call.
        ReceivingReset,
        /// Letter: after a reset that a transmitting call has met, nothing is left to receive.
        InputDrained,

        // Of the place of receiving calls.
        /// The application makes a receiving call.
        StartReceiving(ReceivingCall),
        /// The transport has received something.
        Received,
        /// A flight of the handshake is sealed.
        FlightSealed,
        /// The reply to a key update is owed, and has to leave before more is received.
        ReplyOwed,
        /// The time or the bytes allowed for draining are spent.
        BudgetExpired,
        /// The pending receiving call may take no longer.
        ReceiveDeadlinePassed,
        /// Letter: what was asked for is transmitted, or as far as there is room.
        SendingDone,
        /// Letter: our direction has ended, and the transport has been told.
        SendingFinished,

        // Of the place of sending calls.
        /// The application makes a sending call.
        StartSending(SendingCall),
        /// The transport has taken bytes from the outbox.
        Transmitted,
        /// The transport has no room now.
        TransmitBlocked,
        /// The pending sending call may take no longer.
        SendDeadlinePassed,
        /// Letter: a close ends our direction.
        Finish,
        /// Letter: the transport is closed.
        TransportClosed,

        // Of the report.
        /// Letter: tell when everything is transmitted, or there is no room.
        TellWhenDone,
        /// Letter: tell when everything is transmitted.
        TellWhenTransmitted,
        /// Letter: tell when the reply to a key update is transmitted.
        TellWhenReplied,
        /// Letter: nobody waits for an answer any more.
        NeverMind,
        /// There is no room to transmit more.
        NoRoom,
    }

    groups {
        /// Messages of the handshake.
        HandshakeMessage = ClientHello | HelloRetryRequest | ServerHello | EncryptedExtensions
            | CertificateRequest | Certificate | CertificateVerify | Finished | EndOfEarlyData;
        /// Ends of work.
        WorkDone = KeyShareReady | Agreed | Selected | PathChecked | SignatureChecked
            | CertificateChosen | Signed | WorkFailed;
        /// What a record may bring to the read half.
        RecordContent = ApplicationData | EmptyRecord | ChangeCipherSpec | NewSessionTicket
            | KeyUpdate;
    }

    actions {
        /// Seal a handshake message under the current sending key, and absorb it if it is of the
        /// handshake proper.
        Send(Message),
        /// Add a received message to the transcript and keep what later messages need of it.
        Absorb(Message),
        /// Begin work; an event ends it.
        StartWork(Work),
        /// Open records with the keys of this epoch from now on.
        ReceiveWith(Epoch),
        /// Seal records with the keys of this epoch from now on.
        SendWith(Epoch),
        /// Keep the ticket that has arrived for a later handshake (section 4.7.1).
        KeepTicket,
        /// Owe the client no ticket on this connection, and keep nothing for one.
        DropTickets,
        /// Go to the next generation of the receiving key (section 7.2).
        AdvanceReceiveKey,
        /// Go to the next generation of the sending key (section 7.2).
        AdvanceSendKey,
        /// Seal a change_cipher_spec record, in the clear.
        SendChangeCipherSpec,
        /// Seal a KeyUpdate under the current sending key.
        SendKeyUpdate(KeyUpdateRequest),
        /// Seal an alert that is no error under the current sending key.
        SendAlert(Alert),
        /// Seal the error alert that follows from this reason under the current sending key.
        SendErrorAlert(Reason),
        /// Seal the application data that was offered.
        SendApplicationData,
        /// Seal the client's early data, all of them (section 4.3.10).
        SendEarlyData,
        /// Put the record's application data into the inbox.
        Deliver,
        /// Put the record's application data to the early data, apart from the inbox: what they
        /// carry may have been replayed (section 8).
        DeliverEarlyData,
        /// Give the inbox's record to the application.
        Take,
        /// Throw the inbox away.
        DropUnread,
        /// Throw the outbox away.
        DropOutbox,
        /// Keep why the connection fails.
        KeepError(Reason),
        /// The connection has made progress: what is counted to a limit begins again.
        CountProgress,
        /// Wipe what only the handshake needs.
        ForgetHandshake,
        /// Wipe the receiving keys, and what only the handshake needs.
        ForgetReceiveKeys,
        /// Wipe the sending keys.
        ForgetSendKeys,
        /// Have the transport send a FIN.
        ShutdownWrite,
        /// Have the transport close.
        CloseTransport,
        /// End the pending call.
        Complete(CallResult),
        /// Tell the application.
        Notify(Notice),
    }

    memory {
        /// A ClientHello was sent or received.
        greeted: bool = false by handshake,
        /// A HelloRetryRequest was sent or received.
        retried: bool = false by handshake,
        /// A pre-shared key authenticates both sides (section 2.2).
        pre_shared_key: bool = false by handshake,
        /// The server has not read the encrypted ClientHello, and proves its public name (RFC 9849
        /// section 6.1.6).
        public_name: bool = false by handshake,
        /// What became of early data.
        early_data: EarlyDataState = Nothing by handshake,
        /// Our change_cipher_spec was sent.
        change_cipher_spec_sent: bool = false by handshake,
        /// The server asked for our certificate.
        authenticate: bool = false by handshake,
        /// Work is outstanding.
        working: bool = false by handshake,
        /// The handshake is complete.
        connected: bool = false by handshake,
        /// The connection ended before the handshake did.
        abandoned: bool = false by handshake,
        /// How our receiving ended.
        receive_end: ReceiveEnd = Nothing by read,
        /// How the transport's receiving direction ended.
        transport_end: TransportEnd = Nothing by read,
        /// What we know of a reset that a transmitting call has met.
        send_reset: SendReset = Nothing by read,
        /// Nothing is received until the sending half says that it is done.
        held_back: bool = false by receiver,
        /// A close is pending, and our direction has ended.
        sending_finished: bool = false by receiver,
        /// Application data may be sent, or could until our direction ended.
        opened: bool = false by write,
        /// How our sending ended.
        send_end: SendEnd = Nothing by write,
        /// Our FIN.
        fin: FinState = NotOwed by write,
        /// What our FIN waits for behind our close_notify has happened.
        fin_due: bool = false by write,
        /// Our KeyUpdate request has not been answered.
        request_outstanding: bool = false by write,
        /// The peer has asked for a KeyUpdate, which stands before our next application data.
        reply_due: bool = false by write,
        /// The application's data waits for its turn within this turn.
        data_waiting: bool = false by write,
        /// Application data was sent before the tickets.
        data_sent: bool = false by write,
        /// Tickets still to be sent, to a client that wants them. An endpoint begins with as many
        /// as its configuration says, eight at most.
        tickets_owed: 0..=8 = 8 by write,
        /// The receiving place waits until what there is room for is transmitted.
        asked: bool = false by report,
    }

    facts {
        /// Are there sealed records that the transport has not taken?
        outbox: Outbox by sending,
        /// Is application data among them?
        data_unsent: bool by sending,
        /// Is a KeyUpdate that answers the peer still in the outbox?
        reply_unsent: bool by sending,
        /// Is a KeyUpdate that asks the peer for one still in the outbox?
        request_unsent: bool by sending,
        /// Did the client say that it can use tickets, and were they not dropped?
        tickets_wanted: bool by sending,
        /// How far is the sending key used up?
        key_usage: KeyUsage by sending,
        /// May the sending key be updated once more (section 4.7.3)?
        may_update_key: bool by sending,
        /// Is there application data that the application has not taken?
        inbox: Inbox by receiving,
        /// May one more record of application data be opened before the application takes one?
        inbox_room: bool by receiving,
        /// Did the client send a session id, and so ask for compatibility mode?
        compatibility_requested: bool by receiving,
        /// Does the message at hand end where its record ends?
        aligned: bool by receiving,
        /// Does the ClientHello that is sent next offer early data? A second one never does
        /// (section 4.2.2).
        early_data_offered: bool by receiving,
        /// Is the record at hand within the early data that its ticket allows (section 4.3.10)?
        early_data_room: bool by receiving,
        /// May the record at hand, which cannot be opened, be of early data that were rejected?
        /// They were offered, nothing of the client's next flight has been opened, and no more has
        /// come than is passed over (section 4.3.10).
        early_data_rejected: bool by receiving,
        /// Do too many records like the one at hand come?
        flood: Flood by receiving,
    }

    policy {
        /// Client or server.
        role: Role,
        /// Which directions a blocking call moves.
        duplex: Duplex,
        /// What control calls do when there is no room.
        control: Control,
        /// How a connection is closed.
        closing: Closing,
        /// When tickets are sent.
        tickets: Tickets,
        /// How a requested KeyUpdate is answered.
        reply: Reply,
        /// How many own KeyUpdate requests may be unanswered.
        requests: Requests,
        /// What becomes of a close_notify while application data is unsent.
        backlog: Backlog,
        /// When the FIN behind our close_notify leaves.
        fin_leaves: FinLeaves,
        /// What the peer's FIN means for our own direction.
        at_fin: AtFin,
        /// Configuration of a client.
        compatibility: Compatibility,
        /// Configuration of a server.
        client_authentication: ClientAuthentication,
    }

    profiles {
        /// What ships.
        HYALINE {
            role: Client, duplex: Full, control: Queue, closing: Drain, tickets: BeforeFirstData,
            reply: Deferred, requests: OneOutstanding, backlog: Ordered,
            fin_leaves: WithPeersEnd, at_fin: GoOn, compatibility: On,
            client_authentication: NotRequested,
        }
        /// What a straightforward blocking library does (hazards.md, section 4).
        NAIVE {
            role: Client, duplex: Half, control: Wait, closing: AtOnce, tickets: InHandshake,
            reply: InReadPath, requests: Unlimited, backlog: OneRecord,
            fin_leaves: WithHalfClose, at_fin: GoOn, compatibility: On,
            client_authentication: NotRequested,
        }
    }
}
