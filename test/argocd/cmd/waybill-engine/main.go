// Command waybill-engine runs Argo CD's own notifications engine for `waybill notifications simulate` and
// `validate`: requests come on standard input, one JSON object a line, answers leave on standard output.
package main

import (
	"os"

	"waybill.dev/test/argocd/engine"
)

func main() { engine.Serve(os.Stdin, os.Stdout) }
