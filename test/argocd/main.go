// Command argocd is Argo CD's own code as the tests meet it, in one binary so that it is compiled once:
// the ApplicationSet controller's generators, the server of config management plugins, the repo-server's
// render path and its reading of commit messages, health checks, authorisation, and the schemas of custom kinds.
package main

import (
	"fmt"
	"os"

	cmpserver "github.com/argoproj/argo-cd/v3/cmd/argocd-cmp-server/commands"

	"waybill.dev/test/argocd/applicationset"
	"waybill.dev/test/argocd/directory"
	"waybill.dev/test/argocd/health"
	"waybill.dev/test/argocd/objects"
	"waybill.dev/test/argocd/rbac"
	"waybill.dev/test/argocd/references"
	"waybill.dev/test/argocd/render"
	"waybill.dev/test/argocd/schemas"
)

// The subcommands. Each gets the arguments after its name and returns the exit code.
var commands = map[string]func(args []string) int{
	"applicationset": applicationset.Run,
	"cmp-server":     runCMPServer,
	"directory":      directory.Run,
	"health":         health.Run,
	"objects":        objects.Run,
	"rbac":           rbac.Run,
	"references":     references.Run,
	"render":         render.Run,
	"schemas":        schemas.Run,
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: argocd applicationset|cmp-server|directory|health|objects|rbac|references|render|schemas ARGUMENTS")
		os.Exit(2)
	}
	os.Exit(commands[os.Args[1]](os.Args[2:]))
}

// runCMPServer is the sidecar's entry point, argocd-cmp-server.
func runCMPServer(args []string) int {
	command := cmpserver.NewCommand()
	command.SetArgs(args)
	if err := command.Execute(); err != nil {
		return 1
	}
	return 0
}
