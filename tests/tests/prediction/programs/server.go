// A server with Go's crypto/tls, on the listener that it has as descriptor 3.
//
//	server CERTIFICATE KEY AUTHORITY
//
// What it does is said in `prediction/server.rs`.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
)

var chunk = make([]byte, 1<<14)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(stream *tls.Conn) string {
	count := 0
	into := make([]byte, 1<<14)
	for {
		more, err := stream.Read(into)
		count += more
		if err == io.EOF {
			return fmt.Sprint(count, " end")
		}
		if err != nil {
			return fmt.Sprint(count, " ", err)
		}
	}
}

func write(stream *tls.Conn, length int) error {
	for sent := 0; sent < length; sent += len(chunk) {
		if _, err := stream.Write(chunk); err != nil {
			return err
		}
	}
	return nil
}

func duplex(stream *tls.Conn, length int) error {
	done := make(chan error)
	go func() {
		_, err := io.CopyN(io.Discard, stream, int64(length))
		done <- err
	}()
	if err := write(stream, length); err != nil {
		return err
	}
	return <-done
}

func main() {
	identity, err := tls.LoadX509KeyPair(os.Args[1], os.Args[2])
	check(err)
	made := &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{identity}}
	if os.Args[3] != "-" {
		authority, err := os.ReadFile(os.Args[3])
		check(err)
		made.ClientCAs = x509.NewCertPool()
		made.ClientCAs.AppendCertsFromPEM(authority)
		made.ClientAuth = tls.RequireAndVerifyClientCert
	}
	listener, err := net.FileListener(os.NewFile(3, "listener"))
	check(err)
	var stream *tls.Conn
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		words := strings.Fields(commands.Text())
		length := 0
		if len(words) > 1 {
			length, err = strconv.Atoi(words[1])
			check(err)
		}
		told := "ok"
		var err error
		switch words[0] {
		case "handshake":
			plain, err := listener.Accept()
			check(err)
			stream = tls.Server(plain, made)
			if err := stream.Handshake(); err != nil {
				told = err.Error()
			}
		case "read":
			told = read(stream)
		case "write":
			err = write(stream, length)
		case "duplex":
			err = duplex(stream, length)
		case "close":
			err = stream.Close()
		}
		if err != nil {
			told = err.Error()
		}
		fmt.Println(told)
	}
}
