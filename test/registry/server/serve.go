package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/distribution/distribution/v3"
	"github.com/distribution/distribution/v3/configuration"
	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd"
	_ "github.com/distribution/distribution/v3/registry/auth/token"
	"github.com/distribution/distribution/v3/registry/handlers"
	"github.com/distribution/distribution/v3/registry/storage"
	storagedriver "github.com/distribution/distribution/v3/registry/storage/driver"
	"github.com/distribution/distribution/v3/registry/storage/driver/factory"
	"github.com/distribution/distribution/v3/registry/storage/driver/inmemory"
	"github.com/sirupsen/logrus"
	"golang.org/x/crypto/bcrypt"
)

// setup says which registry a test wants.
type setup struct {
	// none, basic or token.
	Auth string `json:"auth"`
	// Name to password.
	Users map[string]string `json:"users"`
	// With auth token: whether everybody may pull.
	AnonymousPull bool `json:"anonymousPull"`
	// Most tags on a page; 0 is the server's own default.
	PageSize int `json:"pageSize"`
	// Seconds that a token is said to live.
	TokenLifetime int  `json:"tokenLifetime"`
	TLS           bool `json:"tls"`
	// Host of a registry (plain http) that this one is a pull-through cache of; empty: none.
	CacheOf string `json:"cacheOf"`
	// A folder for the password file, the token keys and the certificates.
	Folder string `json:"folder"`
}

type started struct {
	// 127.0.0.1:PORT
	Host string `json:"host"`
	// The file of the authority that signed its certificate, with tls.
	CA string `json:"ca,omitempty"`
}

type server struct {
	started  started
	recorder *recorder
	storage  distribution.Namespace
}

// sharedDriver lets the pushing side (no credentials, no log) write what the server serves.
type sharedDriver struct{ driver storagedriver.StorageDriver }

func (shared sharedDriver) Create(context.Context, map[string]any) (storagedriver.StorageDriver, error) {
	return shared.driver, nil
}

func start(wanted setup) (*server, error) {
	logrus.SetLevel(logrus.PanicLevel)
	driver := inmemory.New()
	factory.Register("shared", sharedDriver{driver})
	ctx := context.Background()
	namespace, err := storage.NewRegistry(ctx, driver)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	made := &server{started: started{Host: listener.Addr().String()}, recorder: &recorder{}, storage: namespace}
	scheme := "http"
	if wanted.TLS {
		scheme = "https"
		listener, made.started.CA, err = secure(listener, wanted.Folder)
		if err != nil {
			return nil, err
		}
	}
	config := &configuration.Configuration{
		Version: "0.1",
		Storage: configuration.Storage{"shared": {}},
		Tags:    configuration.Tags{MaxTags: wanted.PageSize},
	}
	config.Log.AccessLog.Disabled = true
	config.Log.Level = "panic"
	config.HTTP.Secret = "tests"
	config.Health.StorageDriver.Enabled = false
	if wanted.CacheOf != "" {
		config.Proxy = configuration.Proxy{RemoteURL: "http://" + wanted.CacheOf}
	}
	mux := http.NewServeMux()
	switch wanted.Auth {
	case "basic":
		path, err := passwords(wanted)
		if err != nil {
			return nil, err
		}
		config.Auth = configuration.Auth{"htpasswd": {"realm": "tests", "path": path}}
	case "token":
		tokens, err := newTokenServer(wanted)
		if err != nil {
			return nil, err
		}
		realm := scheme + "://" + made.started.Host + "/token"
		config.Auth = configuration.Auth{"token": {
			"realm": realm, "service": service, "issuer": issuer, "jwks": tokens.jwks,
		}}
		mux.Handle("/token", tokens)
	}
	mux.Handle("/", handlers.NewApp(ctx, config))
	made.recorder.next = mux
	// Clients that do not trust its certificate, or go away, are what tests are about.
	quiet := log.New(io.Discard, "", 0)
	go func() { _ = (&http.Server{Handler: made.recorder, ErrorLog: quiet}).Serve(listener) }()
	return made, nil
}

// passwords writes the htpasswd file.
func passwords(wanted setup) (string, error) {
	text := []byte{}
	for name, password := range wanted.Users {
		hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
		if err != nil {
			return "", err
		}
		text = append(text, name+":"+string(hash)+"\n"...)
	}
	path := filepath.Join(wanted.Folder, "htpasswd")
	return path, os.WriteFile(path, text, 0o600)
}

// secure puts TLS before the listener, with a certificate of a new authority whose file it returns.
func secure(listener net.Listener, folder string) (net.Listener, string, error) {
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, "", err
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tests"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, authority, authority, authorityKey.Public(), authorityKey)
	if err != nil {
		return nil, "", err
	}
	path := filepath.Join(folder, "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(path, block, 0o600); err != nil {
		return nil, "", err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, "", err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "127.0.0.1"},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost", "registry.acme.dev"},
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, authority, key.Public(), authorityKey)
	if err != nil {
		return nil, "", err
	}
	certificate := tls.Certificate{Certificate: [][]byte{leafDER}, PrivateKey: key}
	return tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}}), path, nil
}
