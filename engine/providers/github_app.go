package providers

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v4"
)

var installationID = regexp.MustCompile(`^/app/installations/(\d+)/access_tokens$`)

// createToken gives an installation its token, for an hour from the moment that the App's own token was signed.
func (g *gitHub) createToken(r *http.Request, path string) answer {
	found := installationID.FindStringSubmatch(path)
	if found == nil {
		return notFound
	}
	id := found[1]
	if id == "0" || len(g.world.Installations) > 0 && g.world.Installations[id] == nil {
		return notFound
	}
	claims := jwt.RegisteredClaims{}
	bearer := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if _, _, err := jwt.NewParser().ParseUnverified(bearer, &claims); err != nil || claims.Issuer == "" || claims.Issuer == "0" || claims.IssuedAt == nil {
		return answer{status: http.StatusUnauthorized, body: map[string]any{"message": "A JSON web token could not be decoded"}}
	}
	return answer{status: http.StatusCreated, body: map[string]any{
		"token": "ghs_" + id, "expires_at": claims.IssuedAt.Add(time.Hour).UTC().Format(time.RFC3339),
	}}
}

// mayTouch says whether the request's token belongs to an installation of the repository's owner.
func (g *gitHub) mayTouch(r *http.Request, name string) bool {
	_, id, _ := strings.Cut(r.Header.Get("Authorization"), "ghs_")
	if id == "" {
		return false
	}
	owner, _, _ := strings.Cut(name, "/")
	return len(g.world.Installations) == 0 || slices.Contains(g.world.Installations[id], owner)
}
