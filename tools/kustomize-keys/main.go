// Prints, as JSON, the keys of a kustomization and of the configuration of every plugin that is built into kustomize,
// read from the types that kustomize decodes them into. tools/generate/kustomize-keys.mjs makes
// plugin/sources/kustomize/keys.generated.ts of it.
//
// A type is printed as an object of its keys, as a list of one type, as {"*": type} for a map, or as null for
// everything that ends a path: a scalar, or a value that kustomize passes on as it is.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"

	"sigs.k8s.io/kustomize/api/builtins"
	"sigs.k8s.io/kustomize/api/types"
)

func main() {
	plugins := map[string]any{}
	for _, plugin := range []any{
		builtins.AnnotationsTransformerPlugin{},
		builtins.ConfigMapGeneratorPlugin{},
		builtins.HashTransformerPlugin{},
		builtins.HelmChartInflationGeneratorPlugin{},
		builtins.IAMPolicyGeneratorPlugin{},
		builtins.ImageTagTransformerPlugin{},
		builtins.LabelTransformerPlugin{},
		builtins.NamespaceTransformerPlugin{},
		builtins.PatchJson6902TransformerPlugin{},
		builtins.PatchStrategicMergeTransformerPlugin{},
		builtins.PatchTransformerPlugin{},
		builtins.PrefixTransformerPlugin{},
		builtins.ReplacementTransformerPlugin{},
		builtins.ReplicaCountTransformerPlugin{},
		builtins.SecretGeneratorPlugin{},
		builtins.SuffixTransformerPlugin{},
		builtins.ValueAddTransformerPlugin{},
	} {
		kind := reflect.TypeOf(plugin)
		plugins[strings.TrimSuffix(kind.Name(), "Plugin")] = shapeOf(kind)
	}
	// Not exported by kustomize.
	plugins["SortOrderTransformer"] = shapeOf(reflect.TypeOf(struct {
		SortOptions types.SortOptions `json:"sortOptions"`
	}{}))
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	err := encoder.Encode(map[string]any{
		"kustomization": shapeOf(reflect.TypeOf(types.Kustomization{})),
		"plugins":       plugins,
	})
	if err != nil {
		panic(err)
	}
}

func shapeOf(of reflect.Type) any {
	switch of.Kind() {
	case reflect.Pointer:
		return shapeOf(of.Elem())
	case reflect.Slice, reflect.Array:
		return []any{shapeOf(of.Elem())}
	case reflect.Map:
		return map[string]any{"*": shapeOf(of.Elem())}
	case reflect.Struct:
		keys := map[string]any{}
		addKeys(keys, of)
		return keys
	default:
		return nil
	}
}

// addKeys adds the keys of a struct as encoding/json sees them: embedded structs without a name lend theirs.
func addKeys(keys map[string]any, of reflect.Type) {
	for index := range of.NumField() {
		field := of.Field(index)
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		elem := field.Type
		if elem.Kind() == reflect.Pointer {
			elem = elem.Elem()
		}
		switch {
		case tag == "-":
		case field.Anonymous && tag == "" && elem.Kind() == reflect.Struct:
			addKeys(keys, elem)
		case !field.IsExported():
		case tag == "":
			keys[field.Name] = shapeOf(field.Type)
		default:
			keys[tag] = shapeOf(field.Type)
		}
	}
}
