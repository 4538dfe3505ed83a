package main

import (
	"encoding/json"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/kubernetes/scheme"
)

// strategic-merge: what the API server makes of a strategic merge patch of a built-in kind
// (k8s.io/apimachinery's strategicpatch over the Go types of k8s.io/api).
func init() {
	register("strategic-merge", func(request struct {
		Original json.RawMessage `json:"original"`
		Patch    json.RawMessage `json:"patch"`
		Group    string          `json:"group"`
		Version  string          `json:"version"`
		Kind     string          `json:"kind"`
	}) (any, error) {
		kind := schema.GroupVersionKind{Group: request.Group, Version: request.Version, Kind: request.Kind}
		object, err := scheme.Scheme.New(kind)
		if err != nil {
			return nil, err
		}
		merged, err := strategicpatch.StrategicMergePatch(request.Original, request.Patch, object)
		return json.RawMessage(merged), err
	})
}
