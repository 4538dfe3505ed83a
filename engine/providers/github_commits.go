package providers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// isURL accepts what GitHub accepts as an optional link.
func isURL(link string) bool {
	return link == "" || strings.HasPrefix(link, "http://") || strings.HasPrefix(link, "https://")
}

// maxStatuses is how many statuses GitHub keeps for one commit and context.
const maxStatuses = 1000

func (g *gitHub) createStatus(_ *http.Request, found []string, body any) answer {
	hash, context := found[2], text(body, "context")
	switch {
	case hash == "":
		return notFound
	case !g.hasCommit(found[1], hash):
		return answer{status: http.StatusUnprocessableEntity, body: map[string]any{"message": "No commit found for SHA: " + hash}}
	case !slices.Contains([]string{"error", "failure", "pending", "success"}, text(body, "state")):
		return refuse("State is not included in the list")
	case tooLong(text(body, "description")):
		return refuse("Description is too long (maximum is 140 characters)")
	case !isURL(text(body, "target_url")):
		return refuse("Target url must use http(s) scheme")
	}
	key := found[1] + "@" + hash + " " + context
	if known := g.world.Repositories[found[1]]; known != nil && g.statuses[key] == 0 {
		g.statuses[key] = known.StatusCount[hash]
	}
	if g.statuses[key] >= maxStatuses {
		return refuse("This SHA and context has reached the maximum number of statuses.")
	}
	g.statuses[key]++
	return answer{status: http.StatusCreated, body: map[string]any{"id": 1, "state": text(body, "state")}}
}

var (
	checkStatuses    = []string{"", "queued", "in_progress", "completed", "waiting", "requested", "pending"}
	checkConclusions = []string{"", "action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"}
)

func (g *gitHub) createCheckRun(_ *http.Request, found []string, body any) answer {
	switch {
	case !g.hasCommit(found[1], text(body, "head_sha")):
		return answer{status: http.StatusUnprocessableEntity, body: map[string]any{"message": "No commit found for SHA: " + text(body, "head_sha")}}
	case !slices.Contains(checkStatuses, text(body, "status")):
		return refuse("status is not in the list")
	case !slices.Contains(checkConclusions, text(body, "conclusion")):
		return refuse("conclusion is not in the list")
	}
	return answer{status: http.StatusCreated, body: map[string]any{"id": 1}}
}

func (g *gitHub) createDispatch(_ *http.Request, _ []string, body any) answer {
	if kind := text(body, "event_type"); kind == "" || len(kind) > 100 {
		return refuse("event_type must have 1 to 100 characters")
	}
	fields, _ := body.(map[string]any)
	if payload, is := fields["client_payload"].(map[string]any); is && len(payload) > 10 {
		return refuse("No more than 10 properties are allowed; " + strconv.Itoa(len(payload)) + " were supplied.")
	}
	return answer{status: http.StatusNoContent}
}

func (g *gitHub) listPulls(_ *http.Request, found []string, _ any) answer {
	pulls := []map[string]any{}
	if known := g.world.Repositories[found[1]]; known != nil {
		for _, number := range known.Pulls[found[2]] {
			pulls = append(pulls, map[string]any{"number": number})
		}
	}
	return answer{status: http.StatusOK, body: pulls}
}

type comment struct {
	ID   int64  `json:"id"`
	Body string `json:"body"`
}

func (g *gitHub) listComments(_ *http.Request, found []string, _ any) answer {
	return answer{status: http.StatusOK, body: append([]comment{}, g.comments[found[1]+"#"+found[2]]...)}
}

func (g *gitHub) createComment(_ *http.Request, found []string, body any) answer {
	made := comment{ID: g.nextID + 1, Body: text(body, "body")}
	if utf8.RuneCountInString(made.Body) > 65536 {
		return refuse("Body is too long (maximum is 65536 characters)")
	}
	g.nextID++
	key := found[1] + "#" + found[2]
	g.comments[key] = append(g.comments[key], made)
	return answer{status: http.StatusCreated, body: made}
}

func (g *gitHub) editComment(_ *http.Request, found []string, body any) answer {
	for _, thread := range g.comments {
		for i := range thread {
			if strconv.FormatInt(thread[i].ID, 10) == found[2] {
				thread[i].Body = text(body, "body")
				return answer{status: http.StatusOK, body: thread[i]}
			}
		}
	}
	return notFound
}
