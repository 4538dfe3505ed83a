// Package health asks Argo CD's own health checks, among them its Lua scripts for custom kinds.
package health

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"github.com/argoproj/argo-cd/v3/util/lua"

	"waybill.dev/test/argocd/objects"
)

// Run is the subcommand: files of objects with their status in, one JSON line with status and message each.
func Run(args []string) int {
	for _, file := range args {
		all, err := objects.Read(file)
		if err != nil {
			fmt.Fprintln(os.Stderr, "ERROR", err)
			return 1
		}
		for _, object := range all {
			status, err := health.GetResourceHealth(&object, lua.ResourceHealthOverrides(nil))
			if err != nil {
				fmt.Fprintln(os.Stderr, "ERROR", err)
				return 1
			}
			line, err := json.Marshal(status)
			if err != nil {
				return 1
			}
			fmt.Println(string(line))
		}
	}
	return 0
}
