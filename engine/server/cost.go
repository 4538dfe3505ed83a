package server

import (
	"strings"
	"syscall"

	"github.com/argoproj/argo-cd/v3/util/notification/expression"
	"github.com/argoproj/notifications-engine/pkg/api"
	"github.com/argoproj/notifications-engine/pkg/triggers"
)

// CostRequest asks what it costs to evaluate every trigger of a configuration on an Application: what the controller
// does on each event of it.
type CostRequest struct {
	Application map[string]any `json:"application"`
	Times       int            `json:"times"`
}

// Cost is the answer.
type Cost struct {
	// Microseconds of processor time for one evaluation of all triggers.
	Microseconds float64 `json:"microseconds"`
	// Triggered are the conditions that were true.
	Triggered []string `json:"triggered"`
}

// Cost measures. The time is that of the process, since the clock of this program stands still.
func (e *Engine) Cost(config Config, request CostRequest) (*Cost, error) {
	configMap, secret, err := config.objects()
	if err != nil {
		return nil, err
	}
	parsed, err := api.ParseConfig(configMap, secret)
	if err != nil {
		return nil, err
	}
	service, err := triggers.NewService(parsed.Triggers)
	if err != nil {
		return nil, err
	}
	variables := expression.Spawn(nil, nil, map[string]any{"app": request.Application})
	cost := &Cost{Triggered: []string{}}
	before := processorTime()
	for i := 0; i < request.Times; i++ {
		for name := range parsed.Triggers {
			results, err := service.Run(name, variables)
			if err != nil {
				return nil, err
			}
			for _, result := range results {
				if i == 0 && result.Triggered {
					cost.Triggered = append(cost.Triggered, strings.Join([]string{name, result.Key, result.OncePer}, " "))
				}
			}
		}
	}
	cost.Microseconds = (processorTime() - before) / float64(request.Times)
	return cost, nil
}

// processorTime is what this process has used, in microseconds.
func processorTime() float64 {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1000
}
