// Go's crypto/tls as either end of a connection.
//
//	peer client PORT AUTHORITY CERTIFICATE KEY [GROUP]
//	peer server AUTHORITY CERTIFICATE KEY [GROUP]
//
// What it does is said in `interop_peers/program.rs`.
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"os"
)

var groups = map[string]tls.CurveID{"P-384": tls.CurveP384}

func configuration(files []string) *tls.Config {
	authority, err := os.ReadFile(files[0])
	check(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	identity, err := tls.LoadX509KeyPair(files[1], files[2])
	check(err)
	made := &tls.Config{
		MinVersion:         tls.VersionTLS13,
		RootCAs:            roots,
		ClientCAs:          roots,
		ClientAuth:         tls.VerifyClientCertIfGiven,
		Certificates:       []tls.Certificate{identity},
		NextProtos:         []string{"http/1.1"},
		ServerName:         "localhost",
		ClientSessionCache: tls.NewLRUClientSessionCache(8),
	}
	if len(files) > 3 {
		made.CurvePreferences = []tls.CurveID{groups[files[3]]}
	}
	return made
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Work on one connection until its end.
func talk(work string, plain net.Conn, secured *tls.Conn) (string, error) {
	if err := secured.Handshake(); err != nil {
		return "", err
	}
	told := "ok"
	if len(secured.ConnectionState().PeerCertificates) > 0 {
		told = "ok certificate"
	}
	var late bytes.Buffer
	chunk := make([]byte, 1<<14)
	for {
		count, err := secured.Read(chunk)
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", err
		}
		switch work {
		case "cut":
			return told, plain.Close()
		case "late":
			late.Write(chunk[:count])
		default:
			if _, err := secured.Write(chunk[:count]); err != nil {
				return "", err
			}
		}
	}
	if work == "late" {
		if _, err := secured.Write(late.Bytes()); err != nil {
			return "", err
		}
	}
	return told, secured.Close()
}

func main() {
	var next func() (net.Conn, *tls.Conn)
	if os.Args[1] == "client" {
		made := configuration(os.Args[3:])
		next = func() (net.Conn, *tls.Conn) {
			plain, err := net.Dial("tcp", "127.0.0.1:"+os.Args[2])
			check(err)
			return plain, tls.Client(plain, made)
		}
	} else {
		made := configuration(os.Args[2:])
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		check(err)
		fmt.Println(listener.Addr().(*net.TCPAddr).Port)
		next = func() (net.Conn, *tls.Conn) {
			plain, err := listener.Accept()
			check(err)
			return plain, tls.Server(plain, made)
		}
	}
	works := bufio.NewScanner(os.Stdin)
	for works.Scan() {
		plain, secured := next()
		told, err := talk(works.Text(), plain, secured)
		if err != nil {
			told = err.Error()
		}
		fmt.Println(told)
	}
}
