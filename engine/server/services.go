package server

import (
	"fmt"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"
)

// Types of services that speak neither HTTP nor SMTP: they would leave this machine.
var withheld = map[string]bool{"nats": true, "gcppubsub": true}

// loopback is the controller's own machine, to which Go's clients never go through a proxy.
var loopback = regexp.MustCompile(`://(127\.0\.0\.1|localhost)\b`)

// localised returns the ConfigMap's data with everything that the proxy does not catch kept on this machine, and
// what was left out for it.
func localised(data map[string]string, mailPort int) (map[string]string, []string) {
	kept, left := map[string]string{}, []string{}
	for key, value := range data {
		parts := strings.Split(key, ".")
		switch {
		case len(parts) < 2 || parts[0] != "service":
		case withheld[parts[1]]:
			left = append(left, fmt.Sprintf("%s is left out: services of type %s are not played", key, parts[1]))
			continue
		case parts[1] == "email":
			value = withMailServer(value, mailPort)
		case parts[1] == "webhook":
			value = loopback.ReplaceAllString(value, "://loopback.invalid")
		}
		kept[key] = value
	}
	return kept, left
}

// withMailServer puts the local mail server into the settings of an email service. What is no YAML stays as it is, for
// the engine to refuse.
func withMailServer(settings string, port int) string {
	fields := map[string]any{}
	if yaml.Unmarshal([]byte(settings), &fields) != nil {
		return settings
	}
	fields["host"], fields["port"] = "127.0.0.1", port
	text, err := yaml.Marshal(fields)
	if err != nil {
		return settings
	}
	return string(text)
}
