package server

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"regexp"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"waybill.dev/engine/cluster"
)

// Config is the data of the controller's ConfigMap and Secret.
type Config struct {
	ConfigMap map[string]string `json:"configMap"`
	Secret    map[string]string `json:"secret"`
	// FillSecret gives every key that the ConfigMap refers to and the Secret lacks a value that works.
	FillSecret bool `json:"fillSecret"`
}

// privateKey is made once and only when it is needed.
var privateKey = sync.OnceValues(func() (string, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})), nil
})

var (
	// The engine replaces $name by the Secret's key of that name (pkg/api/config.go).
	reference = regexp.MustCompile(`\$([\w-]+)`)
	// The numbers of a GitHub App, which the engine reads as numbers.
	numberReference  = regexp.MustCompile(`(?:appID|installationID):\s*['"]?\$([\w-]+)`)
	privateReference = regexp.MustCompile(`privateKey:\s*['"]?\$([\w-]+)`)
)

// objects returns the ConfigMap and the Secret.
func (c Config) objects() (*corev1.ConfigMap, *corev1.Secret, error) {
	data := map[string][]byte{}
	for name, value := range c.Secret {
		data[name] = []byte(value)
	}
	if c.FillSecret {
		if err := fill(c.ConfigMap, data); err != nil {
			return nil, nil, err
		}
	}
	configMap := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: cluster.ConfigMapName, Namespace: cluster.Namespace}, Data: c.ConfigMap}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: cluster.SecretName, Namespace: cluster.Namespace}, Data: data}
	return configMap, secret, nil
}

// fill adds what the services refer to and the Secret lacks.
func fill(configMap map[string]string, secret map[string][]byte) error {
	for name, value := range configMap {
		if !strings.HasPrefix(name, "service.") {
			continue
		}
		for _, found := range privateReference.FindAllStringSubmatch(value, -1) {
			if _, is := secret[found[1]]; !is {
				key, err := privateKey()
				if err != nil {
					return err
				}
				secret[found[1]] = []byte(key)
			}
		}
		for _, address := range addresses(value) {
			// Teams takes only those of Power Automate, and nobody else looks at them.
			if _, is := secret[address]; !is {
				secret[address] = []byte("https://default.api.powerautomate.com/workflows/" + address)
			}
		}
		for _, found := range numberReference.FindAllStringSubmatch(value, -1) {
			if _, is := secret[found[1]]; !is {
				secret[found[1]] = []byte("1")
			}
		}
		for _, found := range reference.FindAllStringSubmatch(value, -1) {
			if _, is := secret[found[1]]; !is {
				secret[found[1]] = []byte("secret-of-" + found[1])
			}
		}
	}
	return nil
}

// addresses are the references that stand where a URL belongs.
func addresses(settings string) []string {
	fields := map[string]any{}
	if yaml.Unmarshal([]byte(settings), &fields) != nil {
		return nil
	}
	names := []string{}
	for field, value := range fields {
		switch known := value.(type) {
		case string:
			if name, is := strings.CutPrefix(known, "$"); is && strings.HasSuffix(strings.ToLower(field), "url") {
				names = append(names, name)
			}
		case map[string]any:
			if field != "recipientUrls" && field != "webhooks" {
				continue
			}
			for _, one := range known {
				if name, is := strings.CutPrefix(fmt.Sprint(one), "$"); is {
					names = append(names, name)
				}
			}
		}
	}
	return names
}
