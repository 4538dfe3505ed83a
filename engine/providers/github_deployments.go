package providers

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Deployment is a deployment with the states that it went through.
type Deployment struct {
	ID          int64  `json:"id"`
	Repository  string `json:"repository"`
	Ref         string `json:"ref"`
	Environment string `json:"environment"`
	Transient   bool   `json:"transient"`
	Production  bool   `json:"production"`
	// States in order. Those that GitHub sets itself end in " (auto)".
	States []string `json:"states"`
}

func (d *Deployment) last() string {
	if len(d.States) == 0 {
		return ""
	}
	return d.States[len(d.States)-1]
}

func (d *Deployment) json() map[string]any {
	return map[string]any{
		"id": d.ID, "ref": d.Ref, "sha": d.Ref, "environment": d.Environment, "task": "deploy",
		"transient_environment": d.Transient, "production_environment": d.Production,
	}
}

func (g *gitHub) list() []Deployment {
	all := []Deployment{}
	for _, one := range g.deployments {
		all = append(all, *one)
	}
	return all
}

// listDeployments filters by the stored ref and environment, newest first, 30 a page.
func (g *gitHub) listDeployments(r *http.Request, found []string, _ any) answer {
	query := r.URL.Query()
	matching := []map[string]any{}
	for _, one := range slices.Backward(g.deployments) {
		if one.Repository == found[1] && wanted(query.Get("ref"), one.Ref) && wanted(query.Get("environment"), one.Environment) {
			matching = append(matching, one.json())
		}
	}
	size, page := 30, 1
	if asked, err := strconv.Atoi(query.Get("per_page")); err == nil && asked > 0 && asked <= 100 {
		size = asked
	}
	if asked, err := strconv.Atoi(query.Get("page")); err == nil && asked > 0 {
		page = asked
	}
	from := min((page-1)*size, len(matching))
	return answer{status: http.StatusOK, body: matching[from:min(from+size, len(matching))]}
}

func wanted(filter, value string) bool { return filter == "" || filter == value }

// createDeployment refuses unknown commits and, unless required_contexts is an empty list, commits that are not green.
func (g *gitHub) createDeployment(_ *http.Request, found []string, body any) answer {
	ref := text(body, "ref")
	if !g.hasCommit(found[1], ref) {
		return refuse("No ref found for: " + ref)
	}
	fields, _ := body.(map[string]any)
	if known := g.world.Repositories[found[1]]; known != nil {
		required, isList := fields["required_contexts"].([]any)
		for _, failing := range known.FailingContexts[ref] {
			if !isList || slices.Contains(required, any(failing)) {
				return answer{status: http.StatusConflict, body: map[string]any{
					"message": fmt.Sprintf("Conflict: Commit status checks failed for %s.", ref),
				}}
			}
		}
	}
	environment := text(body, "environment")
	if environment == "" {
		environment = "production"
	}
	transient, _ := fields["transient_environment"].(bool)
	production, isSet := fields["production_environment"].(bool)
	if !isSet {
		production = environment == "production"
	}
	g.nextID++
	made := &Deployment{
		ID: g.nextID, Repository: found[1], Ref: ref, Environment: environment,
		Transient: transient, Production: production, States: []string{},
	}
	g.deployments = append(g.deployments, made)
	return answer{status: http.StatusCreated, body: made.json()}
}

var deploymentStates = []string{"error", "failure", "inactive", "in_progress", "queued", "pending", "success"}

// createDeploymentStatus adds a state. A success makes earlier successes of the environment inactive, unless the
// environment is transient or production.
func (g *gitHub) createDeploymentStatus(_ *http.Request, found []string, body any) answer {
	deployment := g.find(found[1], found[2])
	if deployment == nil {
		return notFound
	}
	state := text(body, "state")
	if !slices.Contains(deploymentStates, state) {
		return refuse("State is not included in the list")
	}
	if tooLong(text(body, "description")) {
		return refuse("Description is too long (maximum is 140 characters)")
	}
	for _, field := range []string{"environment_url", "log_url"} {
		if !isURL(text(body, field)) {
			return refuse(field + " must use http(s) scheme")
		}
	}
	if environment := text(body, "environment"); environment != "" {
		deployment.Environment = environment
	}
	if state == "success" && !isFalse(body, "auto_inactive") {
		for _, other := range g.deployments {
			if other.ID < deployment.ID && other.Repository == deployment.Repository && other.Environment == deployment.Environment &&
				!other.Transient && !other.Production && other.last() == "success" {
				other.States = append(other.States, "inactive (auto)")
			}
		}
	}
	deployment.States = append(deployment.States, state)
	return answer{status: http.StatusCreated, body: map[string]any{"id": 1, "state": state}}
}

func tooLong(description string) bool { return utf8.RuneCountInString(description) > 140 }
