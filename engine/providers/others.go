package providers

import (
	"net/http"
	"net/url"
	"strings"
)

// others are what providers answer whose clients look at more than the status. Everybody else says 200.
var others = []struct {
	host string
	said answer
}{
	{"slack.com", answer{status: http.StatusOK, body: map[string]any{"ok": true, "channel": "C024BE91L", "ts": "1401383885.000061"}}},
	{"events.pagerduty.com", answer{status: http.StatusAccepted, body: map[string]any{
		"status": "success", "message": "Event processed", "dedup_key": "srv01/HTTP",
	}}},
	{"opsgenie.com", answer{status: http.StatusAccepted, body: map[string]any{
		"result": "Request will be processed", "took": 0.1, "requestId": "43a29c5c-3dbf-4fa4-9c26-f4f71023e120",
	}}},
}

// otherwise is the answer of a host that is not GitHub.
func otherwise(r *http.Request, body any) answer {
	u := r.URL
	if u.Hostname() == "slack.com" && !strings.HasPrefix(slackToken(r, body), "xox") && !strings.HasPrefix(slackToken(r, body), madeUp) {
		return answer{status: http.StatusOK, body: map[string]any{"ok": false, "error": "invalid_auth"}}
	}
	for _, one := range others {
		if u.Hostname() == one.host || strings.HasSuffix(u.Hostname(), "."+one.host) {
			return one.said
		}
	}
	return answer{status: http.StatusOK, body: map[string]any{"ok": true}}
}

// madeUp begins the values of keys that a Secret lacks in a simulation.
const madeUp = "secret-of-"

// slackToken is the token of a request, in the form or in the header.
func slackToken(r *http.Request, body any) string {
	if token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); found {
		return token
	}
	form, _ := body.(string)
	values, err := url.ParseQuery(form)
	if err != nil {
		return ""
	}
	return values.Get("token")
}
