// Command waybill-engine runs Argo CD's own notifications engine for `waybill notifications simulate` and
// `validate`: requests come on standard input, one JSON object a line, answers leave on standard output.
package main

import (
	"os"

	"waybill.dev/engine/server"
)

func main() { server.Serve(os.Stdin, os.Stdout) }
