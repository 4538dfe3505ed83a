// Package directory reads directories of plain manifests with Argo CD's own code (repository.GenerateManifests with a
// directory source), and matches its globs.
package directory

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/reposerver/repository"
	"github.com/argoproj/argo-cd/v3/util/git"
	"github.com/argoproj/argo-cd/v3/util/glob"
	utilio "github.com/argoproj/argo-cd/v3/util/io"
	log "github.com/sirupsen/logrus"
	"k8s.io/apimachinery/pkg/api/resource"
)

// request is one line of the input: a directory below root, or a glob and texts.
type request struct {
	Root    string   `json:"root"`
	Path    string   `json:"path"`
	Recurse bool     `json:"recurse"`
	Include string   `json:"include"`
	Exclude string   `json:"exclude"`
	Glob    string   `json:"glob"`
	Texts   []string `json:"texts"`
}

// answer is one line of the output.
type answer struct {
	Manifests []string `json:"manifests,omitempty"`
	Matches   []bool   `json:"matches,omitempty"`
	Error     string   `json:"error,omitempty"`
}

func read(r request) ([]string, error) {
	tmp, err := os.MkdirTemp("", "directory")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	source := &v1alpha1.ApplicationSource{
		Path:      r.Path,
		Directory: &v1alpha1.ApplicationSourceDirectory{Recurse: r.Recurse, Include: r.Include, Exclude: r.Exclude},
	}
	q := &apiclient.ManifestRequest{
		Repo: &v1alpha1.Repository{Repo: "file://" + r.Root, Type: "git"}, NoCache: true, AppName: "app",
		ApplicationSource: source, ProjectName: "default", ProjectSourceRepos: []string{"*"},
		TrackingMethod: string(v1alpha1.TrackingMethodAnnotation),
	}
	result, err := repository.GenerateManifests(context.Background(), filepath.Join(r.Root, r.Path), r.Root, "HEAD", q, false,
		git.NoopCredsStore{}, resource.MustParse("100M"), utilio.NewRandomizedTempPaths(tmp))
	if err != nil {
		return nil, err
	}
	manifests := []string{}
	for _, one := range result.Manifests {
		manifests = append(manifests, one)
	}
	return manifests, nil
}

func answerTo(r request) (a answer) {
	// The library of globs panics on some texts that are shorter than a pattern with sets.
	defer func() {
		if problem := recover(); problem != nil {
			a = answer{Error: fmt.Sprint(problem)}
		}
	}()
	if r.Glob != "" {
		for _, text := range r.Texts {
			matched, err := glob.MatchWithError(r.Glob, text)
			if err != nil {
				return answer{Error: err.Error()}
			}
			a.Matches = append(a.Matches, matched)
		}
		return a
	}
	manifests, err := read(r)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Manifests: manifests}
}

// Run is the subcommand: one JSON request a line in, one JSON answer a line out.
func Run([]string) int {
	log.SetLevel(log.PanicLevel)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var r request
		a := answer{}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			a.Error = err.Error()
		} else {
			a = answerTo(r)
		}
		if err := out.Encode(a); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return 0
}
