// Package references reads the related code commit out of a commit message, as the repo-server does for Argo CD's UI.
package references

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/argoproj/argo-cd/v3/util/git"
	log "github.com/sirupsen/logrus"
)

// Run is the subcommand: a commit message's body on stdin, the references as JSON on stdout. What Argo CD cannot read
// it logs on stderr.
func Run(_ []string) int {
	body, err := io.ReadAll(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "ERROR", err)
		return 1
	}
	found, rest := git.GetReferences(log.NewEntry(log.StandardLogger()), string(body))
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"references": found, "rest": rest}); err != nil {
		return 1
	}
	return 0
}
