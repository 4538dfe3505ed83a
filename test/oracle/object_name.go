package main

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// object-name: what Kubernetes says about a name of an object that is a DNS subdomain, such as a ConfigMap's.
func init() {
	register("object-name", func(request struct {
		Name string `json:"name"`
	}) (any, error) {
		return strings.Join(validation.IsDNS1123Subdomain(request.Name), "; "), nil
	})
}
