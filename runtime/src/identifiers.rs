//! Numbers that TLS puts on the wire, under their registered names (RFC 9846 appendix B).

use core::fmt;

/// Declares a wire number as a newtype, so that unknown values are carried and not refused.
macro_rules! wire_number {
    (
        $(#[$docs:meta])*
        $name:ident($width:ty) {
            $($(#[$item_docs:meta])* $item:ident = $value:literal $text:literal,)*
        }
    ) => {
        $(#[$docs])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub $width);

        #[allow(non_upper_case_globals)]
        impl $name {
            $($(#[$item_docs])* pub const $item: Self = Self($value);)*

            /// The registered name, if this library knows it.
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$item => Some($text),)*
                    _ => None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => formatter.write_str(name),
                    None => write!(formatter, "{:#06x}", self.0),
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, formatter)
            }
        }
    };
}

wire_number! {
    /// A TLS 1.3 cipher suite (RFC 9846 appendix B.4).
    CipherSuite(u16) {
        /// AES-128 in Galois/Counter mode with SHA-256.
        Aes128GcmSha256 = 0x1301 "TLS_AES_128_GCM_SHA256",
        /// AES-256 in Galois/Counter mode with SHA-384.
        Aes256GcmSha384 = 0x1302 "TLS_AES_256_GCM_SHA384",
        /// ChaCha20-Poly1305 with SHA-256.
        ChaCha20Poly1305Sha256 = 0x1303 "TLS_CHACHA20_POLY1305_SHA256",
    }
}

wire_number! {
    /// A group for key exchange (RFC 9846 section 4.3.7).
    NamedGroup(u16) {
        /// NIST P-256.
        Secp256r1 = 0x0017 "secp256r1",
        /// NIST P-384.
        Secp384r1 = 0x0018 "secp384r1",
        /// NIST P-521, where the provider has it.
        Secp521r1 = 0x0019 "secp521r1",
        /// Curve25519.
        X25519 = 0x001d "x25519",
        /// ML-KEM-768 and Curve25519 together: secret as long as one of both is.
        X25519MlKem768 = 0x11ec "x25519mlkem768",
    }
}

wire_number! {
    /// A signature scheme (RFC 9846 section 4.3.3).
    SignatureScheme(u16) {
        /// ECDSA on P-256 with SHA-256.
        EcdsaSecp256r1Sha256 = 0x0403 "ecdsa_secp256r1_sha256",
        /// ECDSA on P-384 with SHA-384.
        EcdsaSecp384r1Sha384 = 0x0503 "ecdsa_secp384r1_sha384",
        /// ECDSA on P-521 with SHA-512, where the provider has it.
        EcdsaSecp521r1Sha512 = 0x0603 "ecdsa_secp521r1_sha512",
        /// RSASSA-PSS with SHA-256 and an rsaEncryption key.
        RsaPssRsaeSha256 = 0x0804 "rsa_pss_rsae_sha256",
        /// RSASSA-PSS with SHA-384 and an rsaEncryption key.
        RsaPssRsaeSha384 = 0x0805 "rsa_pss_rsae_sha384",
        /// RSASSA-PSS with SHA-512 and an rsaEncryption key.
        RsaPssRsaeSha512 = 0x0806 "rsa_pss_rsae_sha512",
        /// Ed25519.
        Ed25519 = 0x0807 "ed25519",
        /// RSASSA-PSS with SHA-256 and a key for RSASSA-PSS only.
        RsaPssPssSha256 = 0x0809 "rsa_pss_pss_sha256",
        /// RSASSA-PSS with SHA-384 and a key for RSASSA-PSS only.
        RsaPssPssSha384 = 0x080a "rsa_pss_pss_sha384",
        /// RSASSA-PSS with SHA-512 and a key for RSASSA-PSS only.
        RsaPssPssSha512 = 0x080b "rsa_pss_pss_sha512",
        /// RSASSA-PKCS1-v1_5 with SHA-256: in certificates only, never in CertificateVerify.
        RsaPkcs1Sha256 = 0x0401 "rsa_pkcs1_sha256",
        /// RSASSA-PKCS1-v1_5 with SHA-384: in certificates only.
        RsaPkcs1Sha384 = 0x0501 "rsa_pkcs1_sha384",
        /// RSASSA-PKCS1-v1_5 with SHA-512: in certificates only.
        RsaPkcs1Sha512 = 0x0601 "rsa_pkcs1_sha512",
    }
}

wire_number! {
    /// The type of a record's content (RFC 9846 section 5.1).
    ContentType(u8) {
        /// A dummy of compatibility mode.
        ChangeCipherSpec = 20 "change_cipher_spec",
        /// An alert.
        Alert = 21 "alert",
        /// One or more handshake messages, or a part of one.
        Handshake = 22 "handshake",
        /// Application data, and the outer type of every protected record.
        ApplicationData = 23 "application_data",
    }
}

wire_number! {
    /// The type of a handshake message (RFC 9846 section 4).
    HandshakeType(u8) {
        /// ClientHello.
        ClientHello = 1 "client_hello",
        /// ServerHello, and HelloRetryRequest under its special random value.
        ServerHello = 2 "server_hello",
        /// NewSessionTicket.
        NewSessionTicket = 4 "new_session_ticket",
        /// EndOfEarlyData.
        EndOfEarlyData = 5 "end_of_early_data",
        /// EncryptedExtensions.
        EncryptedExtensions = 8 "encrypted_extensions",
        /// Certificate.
        Certificate = 11 "certificate",
        /// CertificateRequest.
        CertificateRequest = 13 "certificate_request",
        /// CertificateVerify.
        CertificateVerify = 15 "certificate_verify",
        /// Finished.
        Finished = 20 "finished",
        /// KeyUpdate.
        KeyUpdate = 24 "key_update",
        /// A Certificate in fewer bytes (RFC 8879).
        CompressedCertificate = 25 "compressed_certificate",
        /// The synthetic message of the transcript after a HelloRetryRequest.
        MessageHash = 254 "message_hash",
    }
}

wire_number! {
    /// What a side shows of itself in its Certificate message (RFC 9846 section 4.5.1).
    CertificateType(u8) {
        /// A chain of certificates.
        X509 = 0 "x509",
        /// A SubjectPublicKeyInfo alone (RFC 7250).
        RawPublicKey = 2 "raw_public_key",
    }
}

wire_number! {
    /// The type of an extension (RFC 9846 section 4.3).
    ExtensionType(u16) {
        /// Server name indication (RFC 6066).
        ServerName = 0 "server_name",
        /// Maximum fragment length (RFC 6066).
        MaxFragmentLength = 1 "max_fragment_length",
        /// OCSP stapling (RFC 6066).
        StatusRequest = 5 "status_request",
        /// Groups for key exchange.
        SupportedGroups = 10 "supported_groups",
        /// Signature schemes for CertificateVerify.
        SignatureAlgorithms = 13 "signature_algorithms",
        /// Application-layer protocol negotiation (RFC 7301).
        ApplicationLayerProtocolNegotiation = 16 "application_layer_protocol_negotiation",
        /// Signed certificate timestamps (RFC 6962).
        SignedCertificateTimestamp = 18 "signed_certificate_timestamp",
        /// Of what type the client's certificate may be (RFC 7250).
        ClientCertificateType = 19 "client_certificate_type",
        /// Of what type the server's certificate may be (RFC 7250).
        ServerCertificateType = 20 "server_certificate_type",
        /// Algorithms by which certificates may be compressed (RFC 8879).
        CompressCertificate = 27 "compress_certificate",
        /// RFC 8449: how long a record may be.
        RecordSizeLimit = 28 "record_size_limit",
        /// Pre-shared keys.
        PreSharedKey = 41 "pre_shared_key",
        /// Early data.
        EarlyData = 42 "early_data",
        /// The versions a client speaks and the one a server chose.
        SupportedVersions = 43 "supported_versions",
        /// A cookie to return.
        Cookie = 44 "cookie",
        /// Modes for pre-shared keys.
        PskKeyExchangeModes = 45 "psk_key_exchange_modes",
        /// Acceptable certificate authorities.
        CertificateAuthorities = 47 "certificate_authorities",
        /// Filters on certificate extensions.
        OidFilters = 48 "oid_filters",
        /// Willingness for authentication after the handshake.
        PostHandshakeAuth = 49 "post_handshake_auth",
        /// Signature schemes for certificates.
        SignatureAlgorithmsCert = 50 "signature_algorithms_cert",
        /// Key shares.
        KeyShare = 51 "key_share",
        /// Extensions that a ClientHelloInner has of its ClientHelloOuter (RFC 9849).
        EchOuterExtensions = 0xfd00 "ech_outer_extensions",
        /// A ClientHello that is encrypted (RFC 9849).
        EncryptedClientHello = 0xfe0d "encrypted_client_hello",
    }
}
