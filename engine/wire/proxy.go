package wire

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// Proxy is the local end of every connection. Its requests carry the scheme and host they were meant for.
type Proxy struct {
	authority *authority
	handler   http.Handler
}

// Start listens on a loopback port and sets the environment of this process so that every HTTP client in it that
// follows Go's defaults goes through the proxy and trusts its certificates. It must be called before any request.
// The folder receives the certificate authority's certificate.
func Start(handler http.Handler, folder string) error {
	authority, err := newAuthority()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	roots := filepath.Join(folder, "authority.pem")
	if err := os.WriteFile(roots, authority.pem, 0o600); err != nil {
		return err
	}
	address := "http://" + listener.Addr().String()
	for name, value := range map[string]string{
		"HTTP_PROXY": address, "http_proxy": address, "HTTPS_PROXY": address, "https_proxy": address,
		"NO_PROXY": "", "no_proxy": "", "ALL_PROXY": "", "all_proxy": "", "SSL_CERT_FILE": roots,
	} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	server := &http.Server{Handler: &Proxy{authority, handler}, ReadHeaderTimeout: time.Minute}
	server.SetKeepAlivesEnabled(false)
	go func() { _ = server.Serve(listener) }()
	return nil
}

// ServeHTTP answers a plain request, or speaks TLS with the client of a tunnel.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		p.handler.ServeHTTP(w, r)
		return
	}
	connection, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	go p.tunnel(connection, buffered, r.Host)
}

// tunnel plays the server that the client asked to be connected to, for one request.
func (p *Proxy) tunnel(connection net.Conn, buffered *bufio.ReadWriter, address string) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		_ = connection.Close()
		return
	}
	if _, err := fmt.Fprint(buffered, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		_ = connection.Close()
		return
	}
	if err := buffered.Flush(); err != nil {
		_ = connection.Close()
		return
	}
	secure := tls.Server(connection, &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if hello.ServerName != "" {
			return p.authority.certificate(hello.ServerName)
		}
		return p.authority.certificate(host)
	}})
	authority := host
	if port != "443" {
		authority = address
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Scheme, r.URL.Host = "https", authority
		p.handler.ServeHTTP(w, r)
	})}
	server.SetKeepAlivesEnabled(false)
	_ = server.Serve(&once{secure})
}

// once is a listener of a single connection. The server goes on with it after the listener has ended.
type once struct{ connection net.Conn }

func (o *once) Accept() (net.Conn, error) {
	if o.connection == nil {
		return nil, net.ErrClosed
	}
	connection := o.connection
	o.connection = nil
	return connection, nil
}

func (o *once) Close() error { return nil }

func (o *once) Addr() net.Addr { return &net.TCPAddr{} }
