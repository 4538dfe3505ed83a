package providers

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// GitHubWorld says what exists at GitHub, at api.github.com and at servers of one's own alike.
type GitHubWorld struct {
	// Installations maps an installation's id to the owners it may touch. Empty: every token may touch everything.
	Installations map[string][]string `json:"installations"`
	// Repositories by owner/name. Empty: every repository exists and every full hash is a commit in it.
	Repositories map[string]*Repository `json:"repositories"`
	// Deployments that others created before.
	Deployments []Deployment `json:"deployments"`
	// EnterpriseHosts serve the API below /api/v3.
	EnterpriseHosts []string `json:"enterpriseHosts"`
}

// Repository is what a repository holds.
type Repository struct {
	// Commits that exist. Empty: every full hash.
	Commits []string `json:"commits"`
	// Pulls maps a commit to the numbers of its pull requests.
	Pulls map[string][]int `json:"pulls"`
	// FailingContexts maps a commit to the contexts that are not green.
	FailingContexts map[string][]string `json:"failingContexts"`
	// StatusCount maps a commit to the number of statuses that every context of it already has.
	StatusCount map[string]int `json:"statusCount"`
}

// Call is the meaning of a request to GitHub.
type Call struct {
	// Kind is token, list, deployment, deployment-status, status, check-run, dispatch, pulls, comment or unknown.
	Kind        string `json:"kind"`
	Repository  string `json:"repository,omitempty"`
	Ref         string `json:"ref,omitempty"`
	Environment string `json:"environment,omitempty"`
	State       string `json:"state,omitempty"`
	// Context of a commit status, name of a check run, type of a dispatch.
	Name string `json:"name,omitempty"`
}

type gitHub struct {
	world       GitHubWorld
	deployments []*Deployment
	statuses    map[string]int
	comments    map[string][]comment
	nextID      int64
}

func newGitHub(world GitHubWorld) *gitHub {
	g := &gitHub{world: world, statuses: map[string]int{}, comments: map[string][]comment{}}
	for _, known := range world.Deployments {
		g.nextID++
		known.ID = g.nextID
		g.deployments = append(g.deployments, &known)
	}
	return g
}

// path returns the API path of a URL, and whether it leads to GitHub at all. Servers of one's own have the API below
// /api/v3 and nothing else that could be asked.
func (g *gitHub) path(u *url.URL) (string, bool) {
	if u.Host == "api.github.com" {
		return u.Path, true
	}
	if !slices.Contains(g.world.EnterpriseHosts, u.Host) {
		return "", false
	}
	path, found := strings.CutPrefix(u.Path, "/api/v3")
	if !found {
		return "/not-the-api" + u.Path, true
	}
	return path, true
}

// route is one operation of the API. The pattern's first group is the repository, the second what it is about.
type route struct {
	kind    string
	method  string
	pattern *regexp.Regexp
	answer  func(g *gitHub, r *http.Request, found []string, body any) answer
}

const repository = `^/repos/([^/]+/[^/]+)`

var routes = []route{
	{"status", http.MethodPost, regexp.MustCompile(repository + `/statuses/(.*)$`), (*gitHub).createStatus},
	{"list", http.MethodGet, regexp.MustCompile(repository + `/deployments()$`), (*gitHub).listDeployments},
	{"deployment", http.MethodPost, regexp.MustCompile(repository + `/deployments()$`), (*gitHub).createDeployment},
	{"deployment-status", http.MethodPost, regexp.MustCompile(repository + `/deployments/(\d+)/statuses$`), (*gitHub).createDeploymentStatus},
	{"check-run", http.MethodPost, regexp.MustCompile(repository + `/check-runs()$`), (*gitHub).createCheckRun},
	{"dispatch", http.MethodPost, regexp.MustCompile(repository + `/dispatches()$`), (*gitHub).createDispatch},
	{"pulls", http.MethodGet, regexp.MustCompile(repository + `/commits/([^/]+)/pulls$`), (*gitHub).listPulls},
	{"comment", http.MethodGet, regexp.MustCompile(repository + `/issues/(\d+)/comments$`), (*gitHub).listComments},
	{"comment", http.MethodPost, regexp.MustCompile(repository + `/issues/(\d+)/comments$`), (*gitHub).createComment},
	{"comment", http.MethodPatch, regexp.MustCompile(repository + `/issues/comments/(\d+)$`), (*gitHub).editComment},
}

func match(method, path string) (route, []string) {
	for _, one := range routes {
		if one.method == method {
			if found := one.pattern.FindStringSubmatch(path); found != nil {
				return one, found
			}
		}
	}
	return route{kind: "unknown"}, nil
}

// describe says what a request asks for, whatever the answer will be.
func (g *gitHub) describe(method, path string, body any) Call {
	if tokenRequest.MatchString(path) {
		return Call{Kind: "token"}
	}
	one, found := match(method, path)
	call := Call{Kind: one.kind}
	if found == nil {
		return call
	}
	call.Repository, call.Ref = found[1], found[2]
	call.State, call.Environment = text(body, "state"), text(body, "environment")
	switch one.kind {
	case "status":
		call.Name = text(body, "context")
	case "deployment":
		call.Ref = text(body, "ref")
	case "deployment-status":
		if known := g.find(found[1], found[2]); known != nil {
			call.Ref = known.Ref
		}
	case "check-run":
		call.Ref, call.Name, call.State = text(body, "head_sha"), text(body, "name"), text(body, "conclusion")
		if call.State == "" {
			call.State = text(body, "status")
		}
	case "dispatch":
		call.Name = text(body, "event_type")
	}
	return call
}

func (g *gitHub) answer(r *http.Request, path string, body any) answer {
	if tokenRequest.MatchString(path) {
		return g.createToken(r, path)
	}
	one, found := match(r.Method, path)
	if found == nil || !g.mayTouch(r, found[1]) {
		return notFound
	}
	if _, exists := g.world.Repositories[found[1]]; !exists && len(g.world.Repositories) > 0 {
		return notFound
	}
	return one.answer(g, r, found, body)
}

var (
	notFound = answer{status: http.StatusNotFound, body: map[string]any{"message": "Not Found"}}
	fullHash = regexp.MustCompile(`^[0-9a-f]{40}$`)
)

// refuse is a 422 as GitHub words it.
func refuse(message string) answer {
	return answer{status: http.StatusUnprocessableEntity, body: map[string]any{
		"message": "Validation Failed", "errors": []map[string]string{{"code": "custom", "message": message}},
	}}
}

func (g *gitHub) hasCommit(name, hash string) bool {
	if !fullHash.MatchString(hash) {
		return false
	}
	known := g.world.Repositories[name]
	if known == nil || len(known.Commits) == 0 {
		return true
	}
	for _, commit := range known.Commits {
		if commit == hash {
			return true
		}
	}
	return false
}

func (g *gitHub) find(name, id string) *Deployment {
	number, _ := strconv.ParseInt(id, 10, 64)
	for _, one := range g.deployments {
		if one.ID == number && one.Repository == name {
			return one
		}
	}
	return nil
}
