// Prints, as JSON, by which keys kustomize merges the lists of every built-in kind: the part of the OpenAPI schema
// that is compiled into kustomize (kyaml) which a strategic merge reads. tools/generate/merge-keys.mjs makes
// plugin/overlays/merge-keys.generated.ts of it.
//
//	kinds: apiVersion -> kind -> type
//	types: type -> field -> {of: type of the value or of the list's items; merged: a list that is merged; keys}
//
// A merged list without keys holds scalars. A type has only those fields below which there is a merged list.
package main

import (
	"encoding/json"
	"os"
	"strings"

	"k8s.io/kube-openapi/pkg/validation/spec"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

type field struct {
	Of     string   `json:"of,omitempty"`
	Merged bool     `json:"merged,omitempty"`
	Keys   []string `json:"keys,omitempty"`
}

type types map[string]map[string]field

func main() {
	definitions := openapi.Schema().Definitions
	all := types{}
	kinds := map[string]map[string]string{}
	for name, definition := range definitions {
		// kustomize's own kind is in the schema too.
		if strings.HasPrefix(name, "io.k8s.") && !strings.HasSuffix(name, ".Kustomization") {
			all[short(name)] = fieldsOf(definition)
			addKinds(kinds, short(name), definition)
		}
	}
	all.prune()
	for version, names := range kinds {
		for kind, name := range names {
			if len(all[name]) == 0 {
				delete(names, kind)
			}
		}
		if len(names) == 0 {
			delete(kinds, version)
		}
	}
	encoder := json.NewEncoder(os.Stdout)
	if err := encoder.Encode(map[string]any{"kinds": kinds, "types": all}); err != nil {
		panic(err)
	}
}

// short drops what all names have in common: io.k8s.api.core.v1.Pod is core.v1.Pod.
func short(name string) string {
	for _, prefix := range []string{"io.k8s.api.", "io.k8s.apimachinery.pkg.apis.", "io.k8s."} {
		if strings.HasPrefix(name, prefix) {
			return strings.TrimPrefix(name, prefix)
		}
	}
	return name
}

func addKinds(kinds map[string]map[string]string, name string, definition spec.Schema) {
	list, _ := definition.Extensions["x-kubernetes-group-version-kind"].([]any)
	for _, entry := range list {
		kind := entry.(map[string]any)
		version := kind["version"].(string)
		if group, _ := kind["group"].(string); group != "" {
			version = group + "/" + version
		}
		if kinds[version] == nil {
			kinds[version] = map[string]string{}
		}
		kinds[version][kind["kind"].(string)] = name
	}
}

// fieldsOf gives the fields of a type as kustomize sees them (kyaml/openapi ResourceSchema.Field and Elements).
func fieldsOf(definition spec.Schema) map[string]field {
	fields := map[string]field{}
	for name, property := range definition.Properties {
		fields[name] = fieldOf(property)
	}
	return fields
}

func fieldOf(property spec.Schema) field {
	if reference := property.Ref.String(); reference != "" {
		return field{Of: short(strings.TrimPrefix(reference, "#/definitions/"))}
	}
	// No built-in kind has merged lists in the values of a mapping; the check is for the next version of the schema.
	if more := property.AdditionalProperties; more != nil && more.Schema != nil {
		if strings.Contains(mustJSON(more.Schema), "x-kubernetes-patch-strategy") {
			panic("a mapping of merged lists: teach fieldOf about it")
		}
	}
	schema := openapi.ResourceSchema{Schema: &property}
	strategy, names := schema.PatchStrategyAndKeyList()
	merged := false
	for _, one := range strings.Split(strategy, ",") {
		merged = merged || one == "merge"
	}
	// LabelSelectorRequirement.key, a text, has a strategy by mistake.
	if !merged || property.Items == nil {
		return field{}
	}
	list := field{Merged: true}
	if items := property.Items.Schema; items.Ref.String() != "" {
		list.Of = short(strings.TrimPrefix(items.Ref.String(), "#/definitions/"))
		list.Keys = names
	} else if len(names) > 0 {
		panic("keys of a list of scalars")
	}
	return list
}

func mustJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// prune drops, until nothing changes, the fields below which there is no merged list.
func (all types) prune() {
	needed := map[string]bool{}
	needs := func(one field) bool {
		return one.Merged || needed[one.Of]
	}
	for changed := true; changed; {
		changed = false
		for name, fields := range all {
			for _, one := range fields {
				if !needed[name] && needs(one) {
					needed[name], changed = true, true
				}
			}
		}
	}
	for name, fields := range all {
		for key, one := range fields {
			if !needs(one) {
				delete(fields, key)
			} else if !needed[one.Of] {
				one.Of = ""
				fields[key] = one
			}
		}
		if len(fields) == 0 {
			delete(all, name)
		}
	}
}
