// What the tools that run the generated files make of them: one JSON request on stdin, one JSON answer on stdout.
//
// {"op": "argo-events", "objects": [...], "changes": [{"body": ..., "oldBody": ...}]} checks the objects strictly
// against Argo Events' own types and validators, and gives each change to the event source's field filter and to the
// sensor's own filter and payload; the answer's fired are the payloads of the changes that pass. With "send" they are
// sent as the sensor sends them, retries and policy included.
// {"op": "actionlint", "name": "x.yml", "text": "..."} gives actionlint's complaints.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"

	"github.com/argoproj/argo-events/pkg/apis/events/v1alpha1"
	resourcesource "github.com/argoproj/argo-events/pkg/eventsources/sources/resource"
	busreconciler "github.com/argoproj/argo-events/pkg/reconciler/eventbus"
	sensorreconciler "github.com/argoproj/argo-events/pkg/reconciler/sensor"
	"github.com/argoproj/argo-events/pkg/sensors/dependencies"
	"github.com/argoproj/argo-events/pkg/sensors/triggers"
	httptrigger "github.com/argoproj/argo-events/pkg/sensors/triggers/http"
	"github.com/argoproj/argo-events/pkg/shared/logging"
	sharedutil "github.com/argoproj/argo-events/pkg/shared/util"
	"github.com/rhysd/actionlint"
	"github.com/tidwall/gjson"
)

type change struct {
	Body    json.RawMessage `json:"body"`
	OldBody json.RawMessage `json:"oldBody"`
}

type request struct {
	Op      string            `json:"op"`
	Objects []json.RawMessage `json:"objects"`
	Changes []change          `json:"changes"`
	Send    bool              `json:"send"`
	Name    string            `json:"name"`
	Text    string            `json:"text"`
}

type answer struct {
	Fired    []json.RawMessage `json:"fired"`
	Passed   int               `json:"passedEventSource"`
	Failed   []string          `json:"failed,omitempty"`
	Problems []string          `json:"problems"`
}

func strictly(raw json.RawMessage, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// passes is what the resource event source does with its field filter (pkg/eventsources/sources/resource, filterFields,
// which is not exported): gjson path, regular expression, == only.
func passes(body json.RawMessage, filter *v1alpha1.ResourceFilter) bool {
	if filter == nil {
		return true
	}
	for _, selector := range filter.Fields {
		found := gjson.GetBytes(body, selector.Key)
		if !found.Exists() || selector.Operation != "==" || !regexp.MustCompile(selector.Value).MatchString(found.Str) {
			return false
		}
	}
	return true
}

// validate is what Argo Events' controllers and the listener say to the objects when they meet them.
func validate(bus *v1alpha1.EventBus, source *v1alpha1.EventSource, sensor *v1alpha1.Sensor) error {
	if err := busreconciler.ValidateEventBus(bus); err != nil {
		return fmt.Errorf("EventBus: %w", err)
	}
	for name, resource := range source.Spec.Resource {
		listener := &resourcesource.EventListener{EventSourceName: source.Name, EventName: name, ResourceEventSource: resource}
		if err := listener.ValidateEventSource(context.Background()); err != nil {
			return fmt.Errorf("EventSource: %w", err)
		}
	}
	if err := sensorreconciler.ValidateSensor(sensor, bus); err != nil {
		return fmt.Errorf("Sensor: %w", err)
	}
	return nil
}

// send does what the sensor's listener does with one trigger (pkg/sensors/listener.go, triggerOne, which is not exported),
// with the trigger's own number of retries and shorter pauses. Its secrets are files of the sensor's pod: they are left out.
func send(sensor *v1alpha1.Sensor, trigger *v1alpha1.Trigger, events map[string]*v1alpha1.Event) error {
	trigger.Template.HTTP.SecureHeaders = nil
	trigger.Template.HTTP.BasicAuth = nil
	clients := sharedutil.NewStringKeyedMap[*http.Client]()
	retries := *trigger.RetryStrategy
	pause := v1alpha1.FromString("10ms")
	retries.Duration = &pause
	return sharedutil.DoWithRetry(&retries, func() error {
		one, err := httptrigger.NewHTTPTrigger(clients, sensor, trigger, logging.NewArgoEventsLogger())
		if err != nil {
			return err
		}
		ctx := context.Background()
		fetched, err := one.FetchResource(ctx)
		if err != nil {
			return err
		}
		resource, err := one.ApplyResourceParameters(events, fetched)
		if err != nil {
			return err
		}
		answer, err := one.Execute(ctx, events, resource)
		if err != nil {
			return err
		}
		return one.ApplyPolicy(ctx, answer)
	})
}

func argoEvents(asked request) (answer, error) {
	var source v1alpha1.EventSource
	var sensor v1alpha1.Sensor
	var bus v1alpha1.EventBus
	for _, raw := range asked.Objects {
		var kind struct {
			Kind string `json:"kind"`
		}
		if err := json.Unmarshal(raw, &kind); err != nil {
			return answer{}, err
		}
		var into any
		switch kind.Kind {
		case "EventBus":
			into = &bus
		case "EventSource":
			into = &source
		case "Sensor":
			into = &sensor
		default:
			continue
		}
		if err := strictly(raw, into); err != nil {
			return answer{}, fmt.Errorf("%s: %w", kind.Kind, err)
		}
	}
	if err := validate(&bus, &source, &sensor); err != nil {
		return answer{}, err
	}
	dependency := sensor.Spec.Dependencies[0]
	resource, known := source.Spec.Resource[dependency.EventName]
	if !known || dependency.EventSourceName != source.Name {
		return answer{}, fmt.Errorf("the sensor's dependency names no event of the event source")
	}
	reply := answer{Fired: []json.RawMessage{}, Problems: []string{}}
	for _, one := range asked.Changes {
		if !passes(one.Body, resource.Filter) {
			continue
		}
		reply.Passed++
		data, err := json.Marshal(map[string]any{"type": "UPDATE", "body": one.Body, "oldBody": one.OldBody})
		if err != nil {
			return reply, err
		}
		event := &v1alpha1.Event{Context: &v1alpha1.EventContext{DataContentType: v1alpha1.MediaTypeJSON}, Data: data}
		fires, err := dependencies.Filter(event, dependency.Filters, dependency.FiltersLogicalOperator)
		if err != nil {
			return reply, err
		}
		if !fires {
			continue
		}
		events := map[string]*v1alpha1.Event{dependency.Name: event}
		payload, err := triggers.ConstructPayload(events, sensor.Spec.Triggers[0].Template.HTTP.Payload)
		if err != nil {
			return reply, err
		}
		reply.Fired = append(reply.Fired, payload)
		if !asked.Send {
			continue
		}
		for index := range sensor.Spec.Triggers {
			if err := send(&sensor, &sensor.Spec.Triggers[index], events); err != nil {
				reply.Failed = append(reply.Failed, err.Error())
			}
		}
	}
	return reply, nil
}

func lint(asked request) (answer, error) {
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		return answer{}, err
	}
	found, err := linter.Lint(asked.Name, []byte(asked.Text), nil)
	reply := answer{Problems: []string{}}
	for _, problem := range found {
		reply.Problems = append(reply.Problems, problem.Error())
	}
	return reply, err
}

func run() (answer, error) {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return answer{}, err
	}
	if asked.Op == "actionlint" {
		return lint(asked)
	}
	return argoEvents(asked)
}

func main() {
	reply, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(reply); err != nil {
		os.Exit(1)
	}
}
