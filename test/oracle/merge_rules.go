package main

import (
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

// merge-rules: which lists of a built-in kind the API server merges, by the tags of the Go types: their paths, each with
// its key (`spec.containers[name]`, `metadata.finalizers[]`). No kind is an empty answer.
func init() {
	register("merge-rules", func(request struct {
		Group   string `json:"group"`
		Version string `json:"version"`
		Kind    string `json:"kind"`
	}) (any, error) {
		object, err := scheme.Scheme.New(schema.GroupVersionKind{
			Group: request.Group, Version: request.Version, Kind: request.Kind,
		})
		if err != nil {
			return []string{}, nil
		}
		rules := mergedLists(reflect.TypeOf(object).Elem(), "", nil)
		slices.Sort(rules)
		return rules, nil
	})

	// kinds: every built-in kind that has metadata of its own, as apiVersion and kind.
	register("kinds", func(struct{}) (any, error) {
		names := []string{}
		for kind, object := range scheme.Scheme.AllKnownTypes() {
			if _, has := object.FieldByName("ObjectMeta"); has && kind.Version != "__internal" {
				names = append(names, kind.GroupVersion().String()+" "+kind.Kind)
			}
		}
		slices.Sort(names)
		return names, nil
	})
}

func mergedLists(object reflect.Type, path string, above []reflect.Type) []string {
	if object.Kind() == reflect.Pointer {
		object = object.Elem()
	}
	if object.Kind() != reflect.Struct || slices.Contains(above, object) {
		return nil
	}
	above = append(above, object)
	rules := []string{}
	for index := range object.NumField() {
		field := object.Field(index)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			if field.Anonymous {
				rules = append(rules, mergedLists(field.Type, path, above)...)
			}
			continue
		}
		below := path + name
		if field.Type.Kind() != reflect.Slice {
			rules = append(rules, mergedLists(field.Type, below+".", above)...)
			continue
		}
		if slices.Contains(strings.Split(field.Tag.Get("patchStrategy"), ","), "merge") {
			rules = append(rules, below+"["+field.Tag.Get("patchMergeKey")+"]")
			rules = append(rules, mergedLists(field.Type.Elem(), below+".", above)...)
		}
	}
	return rules
}
