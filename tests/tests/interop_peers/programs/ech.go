// Go's crypto/tls as either end of connections whose ClientHello may be encrypted (RFC 9849).
//
//	ech client -authority FILE -port PORT -name NAME [-identity FILE,FILE] [-groups GROUPS]
//	ech server -authority FILE -identity FILE,FILE... [-key FILE]... [-groups GROUPS]
//
// An identity is a certificate and its key. A server has one or more, and shows each to those who
// ask for its name, and the first to all others. A key of a server is a file in the form of
// RFC 9934, with which it opens what is encrypted for that key. Groups have commas between.
//
// A server prints its port first. Each line of the input is one connection, which a server accepts
// and a client makes; the client's line is the ECHConfigList that it takes, in hexadecimal digits,
// or "none". The program sends back what comes, until its peer ends, and then says in a line what
// it was:
//
//	name NAME[, ech][, retried][, resumed][, certificate]
//	rejected LIST
//	failed: REASON
//
// The certificate is one that a server has got. The list is what a client has got from a server that
// could not open what was encrypted.
package main

import (
	"bufio"
	"crypto/ecdh"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
)

var groups = map[string]tls.CurveID{
	"X25519": tls.X25519,
	"P-256":  tls.CurveP256,
	"P-384":  tls.CurveP384,
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// The key of a server, and the configuration that clients have of it.
func serverKey(file string) tls.EncryptedClientHelloKey {
	text, err := os.ReadFile(file)
	check(err)
	made := tls.EncryptedClientHelloKey{SendAsRetry: true}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "PRIVATE KEY":
			key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			check(err)
			made.PrivateKey = key.(*ecdh.PrivateKey).Bytes()
		case "ECHCONFIG":
			// A list of one, behind its length of two bytes.
			made.Config = block.Bytes[2:]
		}
	}
	return made
}

// A configuration for either end, and the port of the server to which a client connects.
func configuration(arguments []string) (*tls.Config, string) {
	made := &tls.Config{
		MinVersion:         tls.VersionTLS13,
		RootCAs:            x509.NewCertPool(),
		ClientAuth:         tls.VerifyClientCertIfGiven,
		ClientSessionCache: tls.NewLRUClientSessionCache(8),
	}
	made.ClientCAs = made.RootCAs
	options := flag.NewFlagSet("ech", flag.ExitOnError)
	options.Func("authority", "whom to trust", func(file string) error {
		text, err := os.ReadFile(file)
		made.RootCAs.AppendCertsFromPEM(text)
		return err
	})
	options.Func("identity", "a certificate and its key", func(files string) error {
		certificate, key, _ := strings.Cut(files, ",")
		identity, err := tls.LoadX509KeyPair(certificate, key)
		made.Certificates = append(made.Certificates, identity)
		return err
	})
	options.Func("key", "a key of a server's", func(file string) error {
		made.EncryptedClientHelloKeys = append(made.EncryptedClientHelloKeys, serverKey(file))
		return nil
	})
	options.Func("groups", "the only groups", func(names string) error {
		for _, name := range strings.Split(names, ",") {
			made.CurvePreferences = append(made.CurvePreferences, groups[name])
		}
		return nil
	})
	options.StringVar(&made.ServerName, "name", "", "whom a client wants to talk to")
	port := options.String("port", "", "where that is")
	check(options.Parse(arguments))
	return made, *port
}

// Sends back what comes, until the peer ends.
func talk(secured *tls.Conn) error {
	if err := secured.Handshake(); err != nil {
		return err
	}
	if _, err := io.Copy(secured, secured); err != nil {
		return err
	}
	return secured.Close()
}

// What a connection was.
func report(secured *tls.Conn, isServer bool, err error) string {
	var rejected *tls.ECHRejectionError
	if errors.As(err, &rejected) {
		return fmt.Sprintf("rejected %x", rejected.RetryConfigList)
	}
	if err != nil {
		return "failed: " + err.Error()
	}
	state := secured.ConnectionState()
	told := "name " + state.ServerName
	if state.ECHAccepted {
		told += ", ech"
	}
	if state.HelloRetryRequest {
		told += ", retried"
	}
	if state.DidResume {
		told += ", resumed"
	}
	if isServer && len(state.PeerCertificates) > 0 {
		told += ", certificate"
	}
	return told
}

func main() {
	made, port := configuration(os.Args[2:])
	var next func(line string) *tls.Conn
	if os.Args[1] == "client" {
		next = func(line string) *tls.Conn {
			own := made.Clone()
			if line != "none" {
				list, err := hex.DecodeString(line)
				check(err)
				own.EncryptedClientHelloConfigList = list
			}
			plain, err := net.Dial("tcp", "127.0.0.1:"+port)
			check(err)
			return tls.Client(plain, own)
		}
	} else {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		check(err)
		fmt.Println(listener.Addr().(*net.TCPAddr).Port)
		next = func(string) *tls.Conn {
			plain, err := listener.Accept()
			check(err)
			return tls.Server(plain, made)
		}
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		secured := next(lines.Text())
		fmt.Println(report(secured, port == "", talk(secured)))
		secured.NetConn().Close()
	}
}
