package main

import (
	_ "crypto/sha256" // digest algorithms count as known only when their package is linked
	_ "crypto/sha512"

	"github.com/distribution/reference"
)

// image-reference: the parts of a reference as container runtimes read it.
func init() {
	register("image-reference", func(request struct {
		Text string `json:"text"`
	}) (any, error) {
		named, err := reference.ParseNormalizedNamed(request.Text)
		if err != nil {
			return nil, err
		}
		answer := map[string]string{"name": named.Name(), "registry": reference.Domain(named)}
		if tagged, ok := named.(reference.Tagged); ok {
			answer["tag"] = tagged.Tag()
		}
		if digested, ok := named.(reference.Digested); ok {
			answer["digest"] = digested.Digest().String()
		}
		return answer, nil
	})
}
