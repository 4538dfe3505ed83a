// Package objects reads Argo CD's own kinds strictly, and holds them against what Argo CD itself validates.
package objects

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/rbac"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// Documents gives the YAML documents of a file; empty ones are left out.
func Documents(path string) ([][]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(data)))
	var documents [][]byte
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		if len(bytes.TrimSpace(document)) > 0 {
			documents = append(documents, document)
		}
	}
}

// Read gives the objects of a file.
func Read(path string) ([]unstructured.Unstructured, error) {
	documents, err := Documents(path)
	if err != nil {
		return nil, err
	}
	var found []unstructured.Unstructured
	for _, document := range documents {
		var object map[string]any
		if err := yaml.UnmarshalStrict(document, &object); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if len(object) > 0 {
			found = append(found, unstructured.Unstructured{Object: object})
		}
	}
	return found, nil
}

// validate is what Argo CD says to an object of one of its kinds; other kinds are passed over.
func validate(document []byte) (string, error) {
	var object struct {
		Kind     string                `json:"kind"`
		Metadata struct{ Name string } `json:"metadata"`
		Data     map[string]string     `json:"data"`
	}
	if err := yaml.Unmarshal(document, &object); err != nil {
		return "", err
	}
	name := object.Kind + "/" + object.Metadata.Name
	switch object.Kind {
	case "Application":
		return name, yaml.UnmarshalStrict(document, &v1alpha1.Application{})
	case "ApplicationSet":
		return name, yaml.UnmarshalStrict(document, &v1alpha1.ApplicationSet{})
	case "AppProject":
		var project v1alpha1.AppProject
		if err := yaml.UnmarshalStrict(document, &project); err != nil {
			return name, err
		}
		return name, project.ValidateProject()
	case "ConfigMap":
		if object.Metadata.Name != "argocd-rbac-cm" {
			return "", nil
		}
		return name, rbac.ValidatePolicy(rbac.PolicyCSV(object.Data))
	default:
		return "", nil
	}
}

// Run is the subcommand: files in, a line for each object of Argo CD that is fine.
func Run(args []string) int {
	code := 0
	for _, file := range args {
		documents, err := Documents(file)
		if err != nil {
			fmt.Fprintln(os.Stderr, "ERROR", err)
			return 1
		}
		for _, document := range documents {
			name, err := validate(document)
			if err != nil {
				fmt.Fprintf(os.Stderr, "ERROR %s: %s: %v\n", file, name, err)
				code = 1
			} else if name != "" {
				fmt.Println(name)
			}
		}
	}
	return code
}
