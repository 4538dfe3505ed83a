package server

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"waybill.dev/engine/clock"
	"waybill.dev/engine/controller"
	"waybill.dev/engine/providers"
	"waybill.dev/engine/wire"
)

// Serve answers requests, one JSON object a line, until the input ends, and then ends the process. The field op of
// a request says what is wanted; every answer is one line too.
func Serve(input io.Reader, output io.Writer) {
	folder, err := os.MkdirTemp("", "waybill-engine-")
	if err != nil {
		fatal(err)
	}
	world := providers.New()
	if err := wire.Start(world, folder); err != nil {
		fatal(err)
	}
	mailPort, err := wire.StartMail(world.TakeMail)
	if err != nil {
		fatal(err)
	}
	clock.Run(func() int {
		defer func() { _ = os.RemoveAll(folder) }()
		engine := &Engine{Providers: world, Journal: controller.Listen(world.Count), MailPort: mailPort}
		if err := engine.serve(input, output); err != nil {
			fmt.Fprintln(os.Stderr, "waybill-engine:", err)
			return 1
		}
		return 0
	})
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "waybill-engine:", err)
	os.Exit(1)
}

func (e *Engine) serve(input io.Reader, output io.Writer) error {
	reader, writer := bufio.NewReader(input), json.NewEncoder(output)
	writer.SetEscapeHTML(false)
	for {
		line, err := reader.ReadBytes('\n')
		if len(line) > 0 {
			if err := writer.Encode(e.answer(line)); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Answer has one field that is set.
type Answer struct {
	Report *Report `json:"report,omitempty"`
	Check  *Check  `json:"check,omitempty"`
	// Vocabulary is for the tests: validate carries a copy.
	Vocabulary *Vocabulary `json:"vocabulary,omitempty"`
	// Cost is for the benchmark.
	Cost *Cost `json:"cost,omitempty"`
	// Error says why a request could not be answered.
	Error string `json:"error,omitempty"`
}

func (e *Engine) answer(line []byte) Answer {
	var request struct {
		Op string `json:"op"`
		Scenario
		CostRequest
	}
	if err := json.Unmarshal(line, &request); err != nil {
		return Answer{Error: err.Error()}
	}
	var answer Answer
	var err error
	switch request.Op {
	case "run":
		answer.Report, err = e.Run(request.Scenario)
	case "check":
		answer.Check, err = e.Check(request.Config)
	case "cost":
		answer.Cost, err = e.Cost(request.Config, request.CostRequest)
	case "vocabulary":
		answer.Vocabulary = vocabulary()
	default:
		err = fmt.Errorf("unknown op %q", request.Op)
	}
	if err != nil {
		return Answer{Error: err.Error()}
	}
	return answer
}
