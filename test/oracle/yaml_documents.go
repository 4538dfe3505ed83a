package main

import (
	"bytes"
	"errors"
	"io"

	"k8s.io/apimachinery/pkg/runtime"
	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// yaml-documents: every document of a text as Kubernetes' decoder cuts and reads it (kubectl, and Argo CD's
// SplitYAMLToString), as JSON texts; empty ones are left out.
func init() {
	register("yaml-documents", func(request struct {
		YAML string `json:"yaml"`
	}) (any, error) {
		decoder := kubeyaml.NewYAMLOrJSONDecoder(bytes.NewReader([]byte(request.YAML)), 4096)
		documents := []string{}
		for {
			raw := runtime.RawExtension{}
			if err := decoder.Decode(&raw); err != nil {
				if errors.Is(err, io.EOF) {
					return documents, nil
				}
				return nil, err
			}
			raw.Raw = bytes.TrimSpace(raw.Raw)
			if len(raw.Raw) > 0 && !bytes.Equal(raw.Raw, []byte("null")) {
				documents = append(documents, string(raw.Raw))
			}
		}
	})
}
