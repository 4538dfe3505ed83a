// Package applicationset makes the Applications of an ApplicationSet as Argo CD's own controller does, for the
// generators that need nothing but the ApplicationSet itself (list and matrix).
package applicationset

import (
	"errors"
	"fmt"
	"os"

	"github.com/argoproj/argo-cd/v3/applicationset/controllers/template"
	"github.com/argoproj/argo-cd/v3/applicationset/generators"
	"github.com/argoproj/argo-cd/v3/applicationset/utils"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	log "github.com/sirupsen/logrus"
	"sigs.k8s.io/yaml"
)

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
	terminal := map[string]generators.Generator{"List": generators.NewListGenerator()}
	all := map[string]generators.Generator{"List": terminal["List"], "Matrix": generators.NewMatrixGenerator(terminal)}
	applications, _, err := template.GenerateApplications(log.NewEntry(log.StandardLogger()), set, all, &utils.Render{}, nil)
	if err != nil {
		return err
	}
	if len(applications) == 0 {
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
