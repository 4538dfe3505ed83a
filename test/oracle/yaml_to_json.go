package main

import (
	"encoding/base64"

	"sigs.k8s.io/yaml"
)

// yaml-to-json: what Kubernetes reads in one YAML document, as JSON text (text, so that no digit is lost on the way).
func init() {
	register("yaml-to-json", func(request struct {
		YAML   string `json:"yaml"`
		Base64 bool   `json:"base64"` // yaml holds base64, for bytes that are not UTF-8
		Strict bool   `json:"strict"` // duplicate keys are errors
	}) (any, error) {
		text := []byte(request.YAML)
		if request.Base64 {
			decoded, err := base64.StdEncoding.DecodeString(request.YAML)
			if err != nil {
				return nil, err
			}
			text = decoded
		}
		convert := yaml.YAMLToJSON
		if request.Strict {
			convert = yaml.YAMLToJSONStrict
		}
		result, err := convert(text)
		return string(result), err
	})
}
