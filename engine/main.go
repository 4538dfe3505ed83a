// Command waybill-engine runs Argo CD's own notifications engine for `waybill notifications simulate` and
// `validate`: requests come on standard input, one JSON object a line, answers leave on standard output.
package main

import (
	"os"
	"runtime/debug"

	"waybill.dev/engine/server"
)

func main() {
	// Histories are many small objects; memory is cheaper here than looking at them so often.
	debug.SetGCPercent(1000)
	server.Serve(os.Stdin, os.Stdout)
}
