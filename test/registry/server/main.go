// The image registry that tests meet: the CNCF's own server (github.com/distribution/distribution), which docker.io's
// and many companies' registries are made of, in memory, on a loopback port. Around it a token server, faults on
// demand and a log of what was asked.
//
// The first line on stdin is the set-up (type setup); the answer is where the registry listens (type started). Every
// further line is a request (type request), answered by one line. It ends with stdin.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// request is one line: op is push, faults, log, most or revoke.
type request struct {
	Op     string  `json:"op"`
	Images []image `json:"images"`
	Faults []fault `json:"faults"`
}

func answer(made *server, asked request) (any, error) {
	switch asked.Op {
	case "push":
		return made.push(asked.Images)
	case "faults":
		return nil, made.recorder.setFaults(asked.Faults)
	case "log":
		return made.recorder.take(), nil
	case "most":
		return made.recorder.mostAtOnce(), nil
	case "revoke":
		made.recorder.revokeTokens()
		return nil, nil
	default:
		return nil, fmt.Errorf("unknown op %q", asked.Op)
	}
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	fail := func(err error) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	decoder := json.NewDecoder(lines)
	var wanted setup
	if err := decoder.Decode(&wanted); err != nil {
		fail(err)
	}
	made, err := start(wanted)
	if err != nil {
		fail(err)
	}
	if err := out.Encode(map[string]any{"result": made.started}); err != nil {
		fail(err)
	}
	for {
		var asked request
		if err := decoder.Decode(&asked); err != nil {
			return
		}
		result, err := answer(made, asked)
		if err != nil {
			err = out.Encode(map[string]any{"error": err.Error()})
		} else {
			err = out.Encode(map[string]any{"result": result})
		}
		if err != nil {
			fail(err)
		}
	}
}
