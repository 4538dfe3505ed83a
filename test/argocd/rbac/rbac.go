// Package rbac asks Argo CD's own authorisation: who may do what under the policy of an argocd-rbac-cm and the roles of
// AppProjects.
package rbac

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/assets"
	"github.com/argoproj/argo-cd/v3/util/rbac"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/yaml"

	"waybill.dev/test/argocd/objects"
)

type question struct {
	Subject  string `json:"subject"`
	Resource string `json:"resource"`
	Action   string `json:"action"`
	Object   string `json:"object"`
}

type policies struct {
	config   corev1.ConfigMap
	projects map[string]string
}

func read(files []string) (policies, error) {
	found := policies{projects: map[string]string{}}
	for _, file := range files {
		documents, err := objects.Documents(file)
		if err != nil {
			return found, err
		}
		for _, document := range documents {
			var kind struct {
				Kind string `json:"kind"`
			}
			if err := yaml.Unmarshal(document, &kind); err != nil {
				return found, err
			}
			switch kind.Kind {
			case "AppProject":
				var project v1alpha1.AppProject
				if err := yaml.Unmarshal(document, &project); err != nil {
					return found, err
				}
				found.projects[project.Name] = project.ProjectPoliciesString()
			case "ConfigMap":
				if err := yaml.Unmarshal(document, &found.config); err != nil {
					return found, err
				}
			}
		}
	}
	return found, nil
}

// Run is the subcommand: files with an argocd-rbac-cm and AppProjects, a JSON list of questions on stdin, and a line
// `true` or `false` for each.
func Run(args []string) int {
	found, err := read(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "ERROR", err)
		return 1
	}
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		fmt.Fprintln(os.Stderr, "ERROR", err)
		return 1
	}
	enforcer := rbac.NewEnforcer(fake.NewSimpleClientset(), "argocd", "argocd-rbac-cm", nil)
	if err := enforcer.SetBuiltinPolicy(assets.BuiltinPolicyCSV); err != nil {
		fmt.Fprintln(os.Stderr, "ERROR", err)
		return 1
	}
	if err := enforcer.SetUserPolicy(rbac.PolicyCSV(found.config.Data)); err != nil {
		fmt.Fprintln(os.Stderr, "ERROR", err)
		return 1
	}
	enforcer.SetDefaultRole(found.config.Data["policy.default"])
	for _, asked := range questions {
		project, _, _ := strings.Cut(asked.Object, "/")
		fmt.Println(enforcer.EnforceRuntimePolicy(project, found.projects[project], asked.Subject, asked.Resource, asked.Action, asked.Object))
	}
	return 0
}
