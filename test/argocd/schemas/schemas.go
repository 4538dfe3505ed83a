// Package schemas holds objects against the CustomResourceDefinitions of their kinds, as the API server does: unknown
// fields and values that the schema refuses. Rules in CEL are not evaluated.
package schemas

import (
	"fmt"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	runtimeschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"waybill.dev/test/argocd/objects"
)

type kind struct {
	validator  validation.SchemaValidator
	structural *schema.Structural
}

func kinds(files []string) (map[runtimeschema.GroupVersionKind]kind, error) {
	found := map[runtimeschema.GroupVersionKind]kind{}
	for _, file := range files {
		documents, err := objects.Documents(file)
		if err != nil {
			return nil, err
		}
		for _, document := range documents {
			var definition apiextensionsv1.CustomResourceDefinition
			if err := yaml.Unmarshal(document, &definition); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			if definition.Kind != "CustomResourceDefinition" {
				continue
			}
			for _, version := range definition.Spec.Versions {
				var internal apiextensions.JSONSchemaProps
				if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(version.Schema.OpenAPIV3Schema, &internal, nil); err != nil {
					return nil, err
				}
				validator, _, err := validation.NewSchemaValidator(&internal)
				if err != nil {
					return nil, err
				}
				structural, err := schema.NewStructural(&internal)
				if err != nil {
					return nil, err
				}
				gvk := runtimeschema.GroupVersionKind{Group: definition.Spec.Group, Version: version.Name, Kind: definition.Spec.Names.Kind}
				found[gvk] = kind{validator, structural}
			}
		}
	}
	return found, nil
}

func problems(object unstructured.Unstructured, of kind) []string {
	var said []string
	for _, problem := range validation.ValidateCustomResource(field.NewPath(""), object.Object, of.validator) {
		said = append(said, problem.Error())
	}
	options := schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	for _, path := range pruning.PruneWithOptions(object.DeepCopy().Object, of.structural, true, options) {
		said = append(said, "unknown field "+path)
	}
	return said
}

// Run is the subcommand: files with CustomResourceDefinitions, `--`, and files of objects. It prints a line for each
// object whose kind it knows, and fails on the first problem after it has printed them all.
func Run(args []string) int {
	at := 0
	for at < len(args) && args[at] != "--" {
		at++
	}
	if at == len(args) {
		fmt.Fprintln(os.Stderr, "usage: argocd schemas CRDS... -- OBJECTS...")
		return 2
	}
	known, err := kinds(args[:at])
	if err != nil {
		fmt.Fprintln(os.Stderr, "ERROR", err)
		return 1
	}
	code := 0
	for _, file := range args[at+1:] {
		all, err := objects.Read(file)
		if err != nil {
			fmt.Fprintln(os.Stderr, "ERROR", err)
			return 1
		}
		for _, object := range all {
			of, isKnown := known[object.GroupVersionKind()]
			if !isKnown {
				continue
			}
			name := object.GetKind() + "/" + object.GetName()
			said := problems(object, of)
			for _, problem := range said {
				fmt.Fprintf(os.Stderr, "ERROR %s: %s: %s\n", file, name, problem)
				code = 1
			}
			if len(said) == 0 {
				fmt.Println(name)
			}
		}
	}
	return code
}
