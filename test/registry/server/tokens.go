package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/distribution/distribution/v3/registry/auth/token"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	service = "tests"
	issuer  = "tests"
)

// tokenServer gives tokens as https://distribution.github.io/distribution/spec/auth/token/ and …/oauth/ say: GET with
// basic authentication or none, POST with a password or a refresh token (which is "refresh-" and the user's password).
type tokenServer struct {
	wanted setup
	signer jose.Signer
	// The file of the public key, for the registry.
	jwks string
}

func newTokenServer(wanted setup) (*tokenServer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	private := jose.JSONWebKey{Key: key, KeyID: "tests", Algorithm: "ES256"}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: private}, nil)
	if err != nil {
		return nil, err
	}
	public, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{private.Public()}})
	if err != nil {
		return nil, err
	}
	path := filepath.Join(wanted.Folder, "jwks.json")
	return &tokenServer{wanted: wanted, signer: signer, jwks: path}, os.WriteFile(path, public, 0o600)
}

// user is who asks: "" for nobody. Not ok when credentials were given and are wrong.
func (tokens *tokenServer) user(r *http.Request) (name string, ok bool) {
	if r.Method == http.MethodPost {
		given := r.PostFormValue("refresh_token")
		for name, password := range tokens.wanted.Users {
			if given == "refresh-"+password {
				return name, r.PostFormValue("grant_type") == "refresh_token" && r.PostFormValue("client_id") != ""
			}
		}
		return "", false
	}
	name, password, given := r.BasicAuth()
	if !given {
		return "", true
	}
	expected, known := tokens.wanted.Users[name]
	return name, known && expected == password
}

func (tokens *tokenServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, ok := tokens.user(r)
	if !ok || r.FormValue("service") != service {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"errors":[{"code":"UNAUTHORIZED","message":"incorrect username or password"}]}`))
		return
	}
	access := []*token.ResourceActions{}
	for _, scope := range strings.Fields(strings.Join(r.Form["scope"], " ")) {
		parts := strings.Split(scope, ":")
		if len(parts) == 3 && (name != "" || tokens.wanted.AnonymousPull) {
			access = append(access, &token.ResourceActions{Type: parts[0], Name: parts[1], Actions: []string{"pull"}})
		}
	}
	now := time.Now()
	claims := token.ClaimSet{
		Issuer: issuer, Subject: name, Audience: []string{service}, Access: access, JWTID: rand.Text(),
		IssuedAt: now.Unix(), NotBefore: now.Unix(), Expiration: now.Add(time.Hour).Unix(),
	}
	signed, err := jwt.Signed(tokens.signer).Claims(claims).Serialize()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	// Docker Hub's answer has token, the oauth form has access_token.
	key := "token"
	if r.Method == http.MethodPost {
		key = "access_token"
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{key: signed, "expires_in": tokens.wanted.TokenLifetime, "issued_at": now.UTC()})
}
