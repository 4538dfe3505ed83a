// Package providers answers in the place of everybody the engine talks to. GitHub is played by its published REST
// documentation (who may do what, which commits exist, what becomes of a deployment); chat systems and webhooks only
// receive. Every request is kept.
package providers

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// World is what a run may say about the outside.
type World struct {
	GitHub GitHubWorld `json:"github"`
	// PassOn maps a host to the loopback server (http://127.0.0.1:PORT) that answers in its place.
	PassOn map[string]string `json:"passOn"`
}

// Request is one request as it arrived, and what was answered.
type Request struct {
	Method string `json:"method"`
	// URL as the engine asked for it: scheme, host, path and query.
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	// Body is JSON where it was JSON, else the text.
	Body any `json:"body,omitempty"`
	// Call is the short form of what a request to GitHub asks for; empty for others.
	Call *Call `json:"call,omitempty"`
	// Status is 0 when no answer was given.
	Status int    `json:"status"`
	Fault  string `json:"fault,omitempty"`

	// Arrived is when it came, in real time: a fault can hold it for long before it ends.
	Arrived time.Time `json:"-"`
}

// answer is what a provider says. A nil body is an empty one.
type answer struct {
	status  int
	body    any
	headers map[string]string
}

// Providers is the handler of all hosts, and their memory.
type Providers struct {
	inFlight atomic.Int64

	mu       sync.Mutex
	github   *gitHub
	passOn   map[string]string
	faults   []*Fault
	requests []Request
}

// New returns a world without content: every repository and commit exists.
func New() *Providers { return &Providers{github: newGitHub(GitHubWorld{})} }

// Reset begins a new world. Nothing may be under way.
func (p *Providers) Reset(world World) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.github, p.passOn, p.faults, p.requests = newGitHub(world.GitHub), world.PassOn, nil, nil
}

// Count is the number of requests that were answered so far.
func (p *Providers) Count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.requests)
}

// Requests returns those from the given one on.
func (p *Providers) Requests(from int) []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Request{}, p.requests[from:]...)
}

// Deployments returns GitHub's deployments in the order of their creation.
func (p *Providers) Deployments() []Deployment {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.github.list()
}

// ServeHTTP answers one request: a fault that waits for it, or what its host would say.
func (p *Providers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.inFlight.Add(1)
	defer p.inFlight.Add(-1)
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.URL.Host = strings.TrimSuffix(r.URL.Host, ":443")
	request := Request{Method: r.Method, URL: r.URL.String(), Headers: headers(r), Body: decode(raw), Arrived: time.Now()}

	p.mu.Lock()
	fault := p.takeFault(request)
	api, isGitHub := p.github.path(r.URL)
	said := otherwise(r, request.Body)
	if base, elsewhere := p.passOn[r.URL.Host]; elsewhere {
		if fault == nil || fault.After {
			said = passOn(r, base, raw)
		}
	} else if isGitHub {
		call := p.github.describe(r.Method, api, request.Body)
		request.Call = &call
		if fault == nil || fault.After {
			said = p.github.answer(r, api, request.Body)
		}
	}
	if fault != nil {
		said = fault.apply(said)
		request.Fault = fault.name()
	}
	request.Status = said.status
	p.requests = append(p.requests, request)
	p.mu.Unlock()

	if said.status == 0 {
		if fault != nil {
			fault.hold(r)
		}
		if connection, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_ = connection.Close()
		}
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	for name, value := range said.headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(said.status)
	if said.body != nil && said.status != http.StatusNoContent {
		_ = json.NewEncoder(w).Encode(said.body)
	}
}

// headers keeps those that say something about a request; secrets of people are never in these runs.
func headers(r *http.Request) map[string]string {
	kept := map[string]string{}
	for name := range r.Header {
		switch name {
		case "Connection", "Proxy-Connection", "Accept-Encoding", "User-Agent", "Content-Length":
		default:
			kept[strings.ToLower(name)] = r.Header.Get(name)
		}
	}
	return kept
}

// decode returns JSON as a value and everything else as text; nil for nothing.
func decode(raw []byte) any {
	if len(raw) == 0 {
		return nil
	}
	var value any
	if json.Unmarshal(raw, &value) == nil {
		return value
	}
	return string(raw)
}

// text returns a field of a JSON object, empty when it is not there or not a text.
func text(body any, field string) string {
	object, _ := body.(map[string]any)
	value, _ := object[field].(string)
	return value
}

func isFalse(body any, field string) bool {
	object, _ := body.(map[string]any)
	value, is := object[field].(bool)
	return is && !value
}

// hold keeps a request waiting, in real time.
func (f *Fault) hold(r *http.Request) {
	select {
	case <-time.After(time.Duration(f.HangMS) * time.Millisecond):
	case <-r.Context().Done():
	}
}
