package server

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"waybill.dev/engine/clock"
	"waybill.dev/engine/cluster"
	"waybill.dev/engine/controller"
	"waybill.dev/engine/providers"
)

// Engine is the machinery that all runs of a process share.
type Engine struct {
	Providers *providers.Providers
	Journal   *controller.Journal
	// MailPort is where the local mail server listens.
	MailPort int
}

// run is one scenario under way.
type run struct {
	*Engine
	scenario   Scenario
	cluster    *cluster.Cluster
	controller *controller.Controller
	// begin is the scenario's start on the clock of this process.
	begin time.Time
}

// Run plays a scenario to its end.
func (e *Engine) Run(scenario Scenario) (*Report, error) {
	report := &Report{Steps: []StepReport{}}
	configMap, secret, err := scenario.objects()
	if err != nil {
		return nil, err
	}
	var left []string
	configMap.Data, left = localised(configMap.Data, e.MailPort)
	e.Providers.Reset(scenario.World)
	e.Journal.Take()
	e.Journal.Delay(time.Duration(scenario.AnswerMS) * time.Millisecond)
	r := &run{Engine: e, scenario: scenario, cluster: cluster.New(configMap, secret, scenario.Projects), begin: scenario.Start}
	if now := time.Now(); now.After(scenario.Start) {
		// Whole minutes, so that whole seconds stay whole and two runs differ by nothing else.
		r.begin = now.Truncate(time.Minute).Add(time.Minute)
	}
	// It takes the controller a moment to read what there is.
	clock.Until(r.begin.Add(-time.Second))
	requests := e.Providers.Count()
	if err := r.start(); err != nil {
		return nil, err
	}
	defer func() { r.controller.Stop() }()
	for _, step := range append([]Step{{}}, scenario.Steps...) {
		if err := r.step(step); err != nil {
			return nil, err
		}
		collected, skipped := r.collect(requests)
		if scenario.Explain {
			if collected.Explained, err = r.explain(step, skipped); err != nil {
				return nil, err
			}
		}
		report.Steps = append(report.Steps, collected)
		requests = e.Providers.Count()
	}
	report.Steps[0].Problems = append(report.Steps[0].Problems, left...)
	report.Deployments = e.Providers.Deployments()
	report.Noted, err = r.cluster.Noted(context.Background())
	return report, err
}

func (r *run) start() (err error) {
	r.controller, err = controller.Start(r.cluster, r.scenario.Controller, r.scenario.Commits)
	return err
}

func (r *run) step(step Step) error {
	if step.Down {
		r.controller.Stop()
	}
	clock.Until(r.begin.Add(time.Duration(step.At * float64(time.Second))))
	if step.Restart && !step.Down {
		r.controller.Stop()
	}
	if err := r.change(step); err != nil {
		return err
	}
	if step.Restart || step.Down {
		return r.start()
	}
	return nil
}

func (r *run) change(step Step) error {
	ctx := context.Background()
	if step.Data != nil {
		data, _ := localised(step.Data, r.MailPort)
		if err := r.cluster.Configure(ctx, data); err != nil {
			return err
		}
		clock.Settle()
	}
	if step.Faults != nil {
		if err := r.Providers.SetFaults(step.Faults); err != nil {
			return err
		}
	}
	for _, raw := range step.Put {
		application := map[string]any{}
		if err := json.Unmarshal(raw, &application); err != nil {
			return err
		}
		shift(application, r.begin.Sub(r.scenario.Start))
		if err := r.cluster.Put(application); err != nil {
			return err
		}
		clock.Settle()
	}
	for _, key := range step.Delete {
		namespace, name, found := strings.Cut(key, "/")
		if !found {
			return fmt.Errorf("delete: %q is not namespace/name", key)
		}
		if err := r.cluster.Delete(ctx, namespace, name); err != nil {
			return err
		}
		clock.Settle()
	}
	return nil
}

// collect turns what was logged and requested into messages. The controller sends one message after the other, so the
// requests between two lines belong to the first. Also returned: the Applications that it did not look at last, and why.
func (r *run) collect(from int) (StepReport, map[string]string) {
	report := StepReport{Messages: []Message{}, Problems: []string{}}
	skipped := map[string]string{}
	requests := r.Providers.Requests(from)
	entries := r.Journal.Take()
	if r.scenario.AnswerMS > 0 {
		return r.collectAsked(entries), skipped
	}
	var current *Message
	for i, entry := range entries {
		delete(skipped, entry.Application)
		if entry.Skipped != "" {
			skipped[entry.Application] = entry.Skipped
			continue
		}
		if entry.Send == nil {
			if current != nil && concernsMessage(entry, current.Application) {
				current.Problems = append(current.Problems, entry.Problem)
			} else {
				report.Problems = append(report.Problems, strings.TrimPrefix("["+entry.Application+"] ", "[] ")+entry.Problem)
			}
			continue
		}
		until := from + len(requests)
		for _, later := range entries[i+1:] {
			if later.Send != nil {
				until = later.Requests
				break
			}
		}
		report.Messages = append(report.Messages, Message{
			At:          entry.At.Sub(r.begin).Seconds(),
			Application: entry.Application,
			Trigger:     entry.Send.Trigger,
			Condition:   index(entry.Send.Condition),
			Service:     entry.Send.Service,
			Recipient:   entry.Send.Recipient,
			Requests:    requests[entry.Requests-from : until-from],
			Problems:    []string{},
		})
		current = &report.Messages[len(report.Messages)-1]
	}
	return report, skipped
}

var askedFor = regexp.MustCompile(`^(\S+ \S+) HTTP/[\s\S]*?\r\n\r\n([\s\S]*)$`)

// collectAsked turns what was logged into requests.
func (r *run) collectAsked(entries []controller.Entry) StepReport {
	report := StepReport{Messages: []Message{}, Problems: []string{}}
	for _, entry := range entries {
		if entry.Problem != "" {
			report.Problems = append(report.Problems, strings.TrimPrefix("["+entry.Application+"] ", "[] ")+entry.Problem)
		}
		if found := askedFor.FindStringSubmatch(entry.Asked); found != nil {
			var body struct {
				State string `json:"state"`
			}
			_ = json.Unmarshal([]byte(found[2]), &body)
			report.Asked = append(report.Asked, Asked{At: entry.At.Sub(r.begin).Seconds(), What: found[1], State: body.State})
		}
	}
	return report
}

// general begin lines that are about an Application or the configuration, whatever was sent before.
var general = []string{
	"Failed to evaluate", "failed to execute", "Failed to process", "Failed to get", "Failed to patch", "Failed to marshal",
}

// concernsMessage says whether a line is about the message that was sent last: what services log names no Application.
func concernsMessage(entry controller.Entry, application string) bool {
	for _, prefix := range general {
		if strings.HasPrefix(entry.Problem, prefix) {
			return false
		}
	}
	return entry.Application == "" || entry.Application == application
}

// index is the number in a condition's key, [index].hash.
func index(key string) int {
	text, _, _ := strings.Cut(strings.TrimPrefix(key, "["), "]")
	number, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return number
}
