package server

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/argoproj/argo-cd/v3/util/notification/expression"
	"github.com/argoproj/notifications-engine/pkg/api"
	"github.com/argoproj/notifications-engine/pkg/triggers"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"waybill.dev/engine/cluster"
	"waybill.dev/engine/controller"
	"waybill.dev/engine/explain"
)

// explain says of each Application that a step has changed which conditions are not true of it, and why.
func (r *run) explain(step Step, skipped map[string]string) ([]Explained, error) {
	explained := []Explained{}
	conditions, err := r.conditions()
	if err != nil || len(step.Put) == 0 {
		return explained, err
	}
	names := make([]string, 0, len(conditions))
	for name := range conditions {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, raw := range step.Put {
		put := &unstructured.Unstructured{}
		if err := json.Unmarshal(raw, &put.Object); err != nil {
			return nil, err
		}
		namespace, name := put.GetNamespace(), put.GetName()
		if namespace == "" {
			namespace = cluster.Namespace
		}
		key := namespace + "/" + name
		if reason, is := skipped[key]; is {
			explained = append(explained, Explained{Application: key, Skipped: reason})
			continue
		}
		application, err := r.cluster.Application(context.Background(), namespace, name)
		if err != nil || application == nil {
			return explained, err
		}
		variables := expression.Spawn(&unstructured.Unstructured{Object: application}, controller.NoService(), map[string]any{"app": application})
		for _, trigger := range names {
			for index, condition := range conditions[trigger] {
				// What fails has been logged, and is no silence.
				if reasons, err := explain.Explain(condition.When, variables); err == nil && len(reasons) > 0 {
					explained = append(explained, Explained{Application: key, Trigger: trigger, Condition: index, Reasons: reasons})
				}
			}
		}
	}
	return explained, nil
}

// conditions are those of the configuration that the controller reads.
func (r *run) conditions() (map[string][]triggers.Condition, error) {
	configMap, secret, err := r.scenario.objects()
	if err != nil {
		return nil, err
	}
	parsed, err := api.ParseConfig(configMap, secret)
	if err != nil {
		return nil, err
	}
	return parsed.Triggers, nil
}
