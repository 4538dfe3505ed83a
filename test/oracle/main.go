// The oracle answers questions with the libraries that Kubernetes, kustomize and Argo CD themselves use,
// so that tests can compare. It reads one JSON request a line ({"op": ..., ...}) and writes one JSON answer
// a line, in the same order: {"result": ...} or {"error": "..."}.
//
// Each operation is one file that registers itself in init(); adding one touches no other file.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// operation answers one request; the argument is the whole request line.
type operation func(request json.RawMessage) (any, error)

var operations = map[string]operation{}

// register adds an operation whose request is decoded into Request first.
func register[Request any](name string, answer func(Request) (any, error)) {
	operations[name] = func(line json.RawMessage) (any, error) {
		var request Request
		if err := json.Unmarshal(line, &request); err != nil {
			return nil, err
		}
		return answer(request)
	}
}

// answerTo gives {"result": value} or {"error": text}.
func answerTo(line []byte) (reply map[string]any) {
	fail := func(text string) map[string]any { return map[string]any{"error": text} }
	// The libraries under test panic on some inputs; that is an answer too.
	defer func() {
		if problem := recover(); problem != nil {
			reply = fail(fmt.Sprintf("panic: %v", problem))
		}
	}()
	var head struct {
		Op string `json:"op"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return fail("bad request: " + err.Error())
	}
	run, known := operations[head.Op]
	if !known {
		return fail("unknown op " + head.Op)
	}
	result, err := run(line)
	if err != nil {
		return fail(err.Error())
	}
	return map[string]any{"result": result}
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 1 {
			if err := encoder.Encode(answerTo(line)); err != nil {
				fmt.Fprintln(os.Stderr, "oracle:", err)
				os.Exit(1)
			}
			out.Flush()
		}
		if err != nil {
			return
		}
	}
}
