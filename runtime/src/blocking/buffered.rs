//! Reading without a copy: a stream lends what it has opened.

use std::io::{self, BufRead};

use super::Stream;
use super::deadline::{Deadline, Direction};
use super::system::AsFd;
use crate::crypto::CryptoProvider;

impl<S: AsFd, P: CryptoProvider> BufRead for Stream<S, P> {
    /// Lends what there is of one record of application data, where it was opened; waits for one
    /// where nothing is unread, as a [`read`](io::Read::read) does. Nothing is the clean end: the
    /// peer's close_notify.
    ///
    /// What is not [consumed](BufRead::consume) comes with the next call, of either kind. So a
    /// program that reads lines needs nothing between:
    ///
    /// ```
    /// use std::io::{BufRead, Write};
    /// use std::net::{TcpListener, TcpStream};
    ///
    /// use hyaline::blocking::Stream;
    /// # use hyaline::pki_types::{PrivateKeyDer, ServerName};
    /// # use hyaline::{ClientConfig, RootCertStore, ServerConfig};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let authority_key = rcgen::KeyPair::generate()?;
    /// # let mut parameters = rcgen::CertificateParams::new(Vec::new())?;
    /// # parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    /// # let authority = parameters.self_signed(&authority_key)?;
    /// # let issuer = rcgen::Issuer::new(parameters, authority_key);
    /// # let key = rcgen::KeyPair::generate()?;
    /// # let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()])?
    /// #     .signed_by(&key, &issuer)?;
    /// # let chain = vec![certificate.der().clone()];
    /// # let key = PrivateKeyDer::try_from(key.serialize_der())?;
    /// # let server = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?;
    /// # let mut roots = RootCertStore::empty();
    /// # roots.add(authority.der().clone())?;
    /// # let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    /// # let name = ServerName::try_from("localhost")?;
    /// let listener = TcpListener::bind("127.0.0.1:0")?;
    /// let near = TcpStream::connect(listener.local_addr()?)?;
    /// let (far, _) = listener.accept()?;
    /// let mut server = Stream::server(server, far)?;
    /// let serving = std::thread::spawn(move || {
    ///     server.write_all(b"one\ntwo\n")?;
    ///     server.close()
    /// });
    ///
    /// let mut stream = Stream::client(client, name, near)?;
    /// let lines: Vec<String> = (&mut stream).lines().collect::<std::io::Result<_>>()?;
    /// stream.close()?;
    /// serving.join().expect("the server does not panic")?;
    /// assert_eq!(lines, ["one", "two"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of a read: an [`Error`](crate::Error) is inside.
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if !self.driver.lends_at_once() {
            let mut deadline = Deadline::of_call(self.reading, Direction::Receive);
            let opened = self.open_within(&mut deadline);
            deadline.tell(opened)?;
        }
        Ok(self.driver.lent())
    }

    /// Takes so many bytes of what is lent, or all of that.
    fn consume(&mut self, count: usize) {
        self.driver.consume(count);
    }
}
