package providers

import (
	"fmt"
	"regexp"
)

// Fault is what goes wrong with the next Count requests whose "METHOD URL" matches.
type Fault struct {
	// Match is a regular expression; empty matches everything but requests for an access token.
	Match   string            `json:"match"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	// HangMS holds the request for so many real milliseconds, then drops the connection.
	HangMS int `json:"hangMs"`
	// Drop closes the connection without an answer.
	Drop bool `json:"drop"`
	// After does the work first: the answer is what gets lost.
	After bool `json:"after"`
	// Count is how often; 0 is once.
	Count int `json:"count"`

	pattern *regexp.Regexp
}

// SetFaults makes faults wait for their requests, in the place of those that still do.
func (p *Providers) SetFaults(faults []Fault) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = nil
	for _, fault := range faults {
		pattern, err := regexp.Compile(fault.Match)
		if err != nil {
			return fmt.Errorf("fault %q: %w", fault.Match, err)
		}
		fault.pattern = pattern
		if fault.Count == 0 {
			fault.Count = 1
		}
		p.faults = append(p.faults, &fault)
	}
	return nil
}

var tokenRequest = regexp.MustCompile(`/app/installations/\d+/access_tokens$`)

// takeFault returns the first fault that is meant for the request.
func (p *Providers) takeFault(request Request) *Fault {
	for _, fault := range p.faults {
		if fault.Count == 0 || fault.Match == "" && tokenRequest.MatchString(request.URL) {
			continue
		}
		if fault.pattern.MatchString(request.Method + " " + request.URL) {
			fault.Count--
			return fault
		}
	}
	return nil
}

func (f *Fault) name() string {
	switch {
	case f.HangMS > 0:
		return "hang"
	case f.Drop && f.After:
		return "answer lost"
	case f.Drop:
		return "drop"
	default:
		return fmt.Sprint(f.Status)
	}
}

// apply replaces an answer by the fault's; status 0 stands for none.
func (f *Fault) apply(said answer) answer {
	if f.HangMS > 0 || f.Drop {
		return answer{}
	}
	return answer{status: f.Status, body: map[string]any{"message": "forced by the scenario"}, headers: f.Headers}
}
