package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// fault changes the answers to some requests.
type fault struct {
	// Of which requests; empty: any method. The path (with its query) is a regular expression.
	Method string `json:"method"`
	Path   string `json:"path"`
	// For how many requests; 0: for all.
	Times int `json:"times"`
	// Passed over before the first that is changed.
	After int `json:"after"`
	// Answer this, without asking the registry, when not 0.
	Status int `json:"status"`
	// Added to the answer, in place of its own.
	Headers map[string]string `json:"headers"`
	// In place of the answer's body.
	Body *string `json:"body"`
	// Break the connection after this many bytes of the body, which is announced in full. -1: before any answer.
	CutAfter int `json:"cutAfter"`
	// Wait before the answer.
	DelayMilliseconds int `json:"delayMilliseconds"`

	path *regexp.Regexp
	seen int
}

// asked is one line of the log.
type asked struct {
	Method string `json:"method"`
	// With its query.
	Path string `json:"path"`
	// The host that the client believes it talks to.
	Host   string `json:"host"`
	Status int    `json:"status"`
	// none, basic or bearer: never the secret.
	Authorization string `json:"authorization"`
	UserAgent     string `json:"userAgent"`
}

// recorder stands before the registry: it logs, and makes faults.
type recorder struct {
	next http.Handler

	mutex   sync.Mutex
	log     []asked
	faults  []*fault
	issued  map[string]bool
	revoked map[string]bool
	// Requests under way now, and the most of them since they were last asked for.
	underWay, most int
}

func (r *recorder) setFaults(faults []fault) error {
	made := []*fault{}
	for _, one := range faults {
		compiled, err := regexp.Compile(one.Path)
		if err != nil {
			return err
		}
		one.path = compiled
		made = append(made, &one)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.faults = made
	return nil
}

// mostAtOnce gives the most requests that were under way at once since the last call.
func (r *recorder) mostAtOnce() int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	most := r.most
	r.most = 0
	return most
}

// begin and end count the requests under way.
func (r *recorder) begin() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.underWay++
	r.most = max(r.most, r.underWay)
}

func (r *recorder) end() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.underWay--
}

// take gives the log so far and empties it.
func (r *recorder) take() []asked {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	log := r.log
	r.log = nil
	if log == nil {
		return []asked{}
	}
	return log
}

// revokeTokens makes every token that was used so far worthless.
func (r *recorder) revokeTokens() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.revoked = r.issued
	r.issued = nil
}

// bearer notes the token of a request, and takes a revoked one off, so that the registry asks for another.
func (r *recorder) bearer(request *http.Request) {
	given, found := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer ")
	if !found {
		return
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.revoked[given] {
		request.Header.Del("Authorization")
		return
	}
	if r.issued == nil {
		r.issued = map[string]bool{}
	}
	r.issued[given] = true
}

func (r *recorder) faultOf(request *http.Request) *fault {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, one := range r.faults {
		if one.Method != "" && one.Method != request.Method || !one.path.MatchString(request.URL.RequestURI()) {
			continue
		}
		one.seen++
		if one.seen <= one.After || one.Times > 0 && one.seen > one.After+one.Times {
			continue
		}
		return one
	}
	return nil
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.begin()
	scheme, _, _ := strings.Cut(strings.ToLower(request.Header.Get("Authorization")), " ")
	if scheme == "" {
		scheme = "none"
	}
	entry := asked{
		Method: request.Method, Path: request.URL.RequestURI(), Host: request.Host, Authorization: scheme,
		UserAgent: request.UserAgent(),
	}
	r.bearer(request)
	one := r.faultOf(request)
	answer := httptest.NewRecorder()
	if one != nil && one.Status != 0 {
		answer.WriteHeader(one.Status)
	} else {
		r.next.ServeHTTP(answer, request)
	}
	entry.Status = answer.Code
	r.mutex.Lock()
	r.log = append(r.log, entry)
	r.mutex.Unlock()
	body := answer.Body.Bytes()
	header := w.Header()
	for name, values := range answer.Header() {
		header[name] = values
	}
	if one != nil {
		body = one.change(header, body)
	}
	// Before the client has the answer, and sends the next request.
	r.end()
	if one != nil && one.CutAfter < 0 {
		panic(http.ErrAbortHandler)
	}
	if request.Method != http.MethodHead {
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(answer.Code)
	if one != nil && one.CutAfter > 0 {
		_, _ = w.Write(body[:min(one.CutAfter, len(body))])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = io.Copy(w, bytes.NewReader(body))
}

// change applies the fault to headers and body.
func (one *fault) change(header http.Header, body []byte) []byte {
	time.Sleep(time.Duration(one.DelayMilliseconds) * time.Millisecond)
	for name, value := range one.Headers {
		if value == "" {
			header.Del(name)
		} else {
			header.Set(name, value)
		}
	}
	if one.Body != nil {
		return []byte(*one.Body)
	}
	return body
}
