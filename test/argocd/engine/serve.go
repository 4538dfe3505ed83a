package engine

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"waybill.dev/test/argocd/engine/clock"
	"waybill.dev/test/argocd/engine/controller"
	"waybill.dev/test/argocd/engine/providers"
	"waybill.dev/test/argocd/engine/wire"
)

// Serve answers requests, one JSON object a line, until the input ends, and then ends the process. The field op of
// a request says what is wanted; every answer is one line too, and has the field error when it could not be done.
func Serve(input io.Reader, output io.Writer) {
	folder, err := os.MkdirTemp("", "waybill-engine-")
	if err != nil {
		fatal(err)
	}
	world := providers.New()
	if err := wire.Start(world, folder); err != nil {
		fatal(err)
	}
	clock.Run(func() int {
		defer func() { _ = os.RemoveAll(folder) }()
		engine := &Engine{Providers: world, Journal: controller.Listen(world.Count)}
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

// problem is the answer to a request that cannot be answered.
type problem struct {
	Error string `json:"error"`
}

func (e *Engine) answer(line []byte) any {
	var head struct {
		Op string `json:"op"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return problem{err.Error()}
	}
	switch head.Op {
	case "run":
		return do(line, e.Run)
	default:
		return problem{fmt.Sprintf("unknown op %q", head.Op)}
	}
}

// do parses a request and answers it.
func do[Request, Answer any](line []byte, work func(Request) (Answer, error)) any {
	var request Request
	if err := json.Unmarshal(line, &request); err != nil {
		return problem{err.Error()}
	}
	answer, err := work(request)
	if err != nil {
		return problem{err.Error()}
	}
	return answer
}
