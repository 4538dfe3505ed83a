package providers

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
)

// loopbackServer is all that a request is ever passed on to.
var loopbackServer = regexp.MustCompile(`^http://127\.0\.0\.1:\d+$`)

// direct asks without the proxy, which is where the request comes from.
var direct = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// passOn hands a request to a server of the test, as it came, and its answer back: status and JSON, which is all that
// the engine's clients look at. Without an answer there is none.
func passOn(r *http.Request, base string, body []byte) answer {
	if !loopbackServer.MatchString(base) {
		return answer{status: http.StatusBadGateway, body: map[string]any{"message": base + " is no loopback server"}}
	}
	request, err := http.NewRequestWithContext(r.Context(), r.Method, base+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return answer{}
	}
	request.Header = r.Header.Clone()
	request.Header.Del("Proxy-Connection")
	response, err := direct.Do(request)
	if err != nil {
		return answer{}
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}
	}
	said := answer{status: response.StatusCode}
	if json.Valid(raw) {
		said.body = json.RawMessage(raw)
	}
	return said
}
