package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"

	yamlv2 "go.yaml.in/yaml/v2"
	"sigs.k8s.io/yaml"
)

func onlyOneDocument(text []byte) error {
	decoder := yamlv2.NewDecoder(bytes.NewReader(text))
	var ignored any
	if err := decoder.Decode(&ignored); err != nil && err != io.EOF {
		return err
	}
	if err := decoder.Decode(&ignored); err != io.EOF {
		return fmt.Errorf("the text goes on behind the first document: %v", err)
	}
	return nil
}

// yaml-to-json: what Kubernetes reads in one YAML document, as JSON text (text, so that no digit is lost on the way).
func init() {
	register("yaml-to-json", func(request struct {
		YAML   string `json:"yaml"`
		Base64 bool   `json:"base64"` // yaml holds base64, for bytes that are not UTF-8
		Strict bool   `json:"strict"` // duplicate keys are errors
		Whole  bool   `json:"whole"`  // an error when the text goes on behind the first document, which yaml.Unmarshal ignores
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
		if err == nil && request.Whole {
			err = onlyOneDocument(text)
		}
		return string(result), err
	})
}
