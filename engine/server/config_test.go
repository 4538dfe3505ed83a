package server

import (
	"strings"
	"testing"
)

func TestFillMakesUpWhatWorks(t *testing.T) {
	configMap := map[string]string{
		"service.github":          "appID: $github-app\ninstallationID: \"$github-installation\"\nprivateKey: $github-key",
		"service.slack":           "token: $slack-token",
		"service.teams-workflows": "recipientUrls:\n  first: $teams-first\n  second: $teams-second\n",
		"service.webhook.audit":   "url: $audit-url\nheaders:\n- name: a\n  value: Bearer $audit-token",
		"template.x":              "message: $5",
	}
	secret := map[string][]byte{"audit-token": []byte("mine")}
	if err := fill(configMap, secret); err != nil {
		t.Fatal(err)
	}
	for name, begins := range map[string]string{
		"github-app": "1", "github-installation": "1", "github-key": "-----BEGIN", "slack-token": "secret-of-", "teams-first": "https://", "teams-second": "https://", "audit-url": "https://", "audit-token": "mine",
	} {
		if !strings.HasPrefix(string(secret[name]), begins) {
			t.Errorf("%s: %s", name, secret[name])
		}
	}
	if len(secret) != 8 {
		t.Errorf("%d keys", len(secret))
	}
}
