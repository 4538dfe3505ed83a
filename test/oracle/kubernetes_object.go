package main

import (
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/client-go/kubernetes/scheme"
)

// {"op": "kubernetes-object", "yaml": "..."} reads one manifest of a built-in kind into its Go type, strictly: unknown
// and repeated fields are errors, as with `kubectl apply --validate=strict`. The result is group, version and kind.
func init() {
	strict := json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme.Scheme, scheme.Scheme, json.SerializerOptions{Yaml: true, Strict: true})
	register("kubernetes-object", func(request struct {
		YAML string `json:"yaml"`
	}) (any, error) {
		_, kind, err := strict.Decode([]byte(request.YAML), nil, nil)
		if err != nil {
			return nil, err
		}
		return kind.String(), nil
	})
}
