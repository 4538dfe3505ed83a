package engine

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"regexp"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"waybill.dev/test/argocd/engine/cluster"
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
	reference        = regexp.MustCompile(`\$([\w-]+)`)
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
		for _, found := range reference.FindAllStringSubmatch(value, -1) {
			if _, is := secret[found[1]]; !is {
				secret[found[1]] = []byte("secret-of-" + found[1])
			}
		}
	}
	return nil
}
