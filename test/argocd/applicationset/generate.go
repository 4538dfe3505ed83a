// Package applicationset makes the Applications of an ApplicationSet as Argo CD's own controller does, with its list,
// matrix, pull-request and SCM-provider generators. The last two ask the servers that the ApplicationSet names.
package applicationset

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/argoproj/argo-cd/v3/applicationset/controllers/template"
	"github.com/argoproj/argo-cd/v3/applicationset/generators"
	"github.com/argoproj/argo-cd/v3/applicationset/utils"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	log "github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// cluster is the cluster as the generators see it: every Secret that they ask for is there, and holds a token.
type cluster struct{ client.Client }

func (cluster) Get(_ context.Context, key client.ObjectKey, object client.Object, _ ...client.GetOption) error {
	secret, isSecret := object.(*corev1.Secret)
	if !isSecret {
		return fmt.Errorf("there is no %T %s", object, key)
	}
	secret.Data = map[string][]byte{"token": []byte("token-of-" + key.Name)}
	return nil
}

// Run is the subcommand: the path of an ApplicationSet in, its Applications on stdout as YAML documents.
func Run(args []string) int {
	log.SetLevel(log.PanicLevel)
	if len(args) != 1 {
		fmt.Fprintln(os.Stderr, "usage: argocd applicationset FILE")
		return 2
	}
	if err := generate(args[0]); err != nil {
		fmt.Fprintln(os.Stderr, "ERROR", err)
		return 1
	}
	return 0
}

func generate(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var set v1alpha1.ApplicationSet
	if err := yaml.UnmarshalStrict(data, &set); err != nil {
		return err
	}
	if set.Kind != "ApplicationSet" {
		return fmt.Errorf("%s: kind %q", path, set.Kind)
	}
	config := generators.NewSCMConfig("", nil, true, false, nil, false)
	all := map[string]generators.Generator{
		"List":        generators.NewListGenerator(),
		"PullRequest": generators.NewPullRequestGenerator(cluster{}, config),
		"SCMProvider": generators.NewSCMProviderGenerator(cluster{}, config),
	}
	terminal := map[string]generators.Generator{}
	for name, generator := range all {
		terminal[name] = generator
	}
	all["Matrix"] = generators.NewMatrixGenerator(terminal)
	applications, _, err := template.GenerateApplications(log.NewEntry(log.StandardLogger()), set, all, &utils.Render{}, cluster{})
	if err != nil {
		return err
	}
	// A server may have no pull request; a list without elements is a mistake.
	if len(applications) == 0 && set.Spec.Generators[0].PullRequest == nil {
		return errors.New("no application")
	}
	for _, application := range applications {
		application.SetGroupVersionKind(v1alpha1.ApplicationSchemaGroupVersionKind)
		text, err := yaml.Marshal(application)
		if err != nil {
			return err
		}
		fmt.Printf("---\n%s", text)
	}
	return nil
}
