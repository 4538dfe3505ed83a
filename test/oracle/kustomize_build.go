package main

import (
	"encoding/json"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// kustomize-build: what `kustomize build` makes of files held in memory: a list of resources as JSON texts, in
// order. `files` maps paths to texts; /kustomization.yaml must be among them.
func init() {
	register("kustomize-build", func(request struct {
		Files map[string]string `json:"files"`
	}) (any, error) {
		disk := filesys.MakeFsInMemory()
		for path, text := range request.Files {
			if err := disk.WriteFile(path, []byte(text)); err != nil {
				return nil, err
			}
		}
		built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(disk, "/")
		if err != nil {
			return nil, err
		}
		return asJSON(built)
	})
}

func asJSON(built resmap.ResMap) ([]json.RawMessage, error) {
	resources := []json.RawMessage{}
	for _, resource := range built.Resources() {
		text, err := resource.MarshalJSON()
		if err != nil {
			return nil, err
		}
		resources = append(resources, text)
	}
	return resources, nil
}
