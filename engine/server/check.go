package server

import (
	"errors"
	"sort"
	"strings"

	"github.com/argoproj/argo-cd/v3/util/notification/settings"
	"github.com/argoproj/notifications-engine/pkg/api"
	"github.com/argoproj/notifications-engine/pkg/triggers"
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/file"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"waybill.dev/engine/cluster"
	"waybill.dev/engine/controller"
)

// Check is what the controller makes of a configuration when it reads it.
type Check struct {
	// Error stops all notifications; empty when the configuration loads. One of several, at random, as in the controller.
	Error string `json:"error,omitempty"`
	// Problems are the keys that do not load by themselves.
	Problems []KeyProblem `json:"problems"`
	// Warnings are what the controller logs while it reads.
	Warnings []string `json:"warnings"`
}

// KeyProblem says what is wrong with one key of the ConfigMap.
type KeyProblem struct {
	Key     string `json:"key"`
	Message string `json:"message"`
	// Expression is set when the fault lies in one.
	Expression *ExpressionPlace `json:"expression,omitempty"`
}

// ExpressionPlace is a place in an expression of a trigger.
type ExpressionPlace struct {
	// Condition is the index in the trigger, Field when or oncePer.
	Condition int    `json:"condition"`
	Field     string `json:"field"`
	// Line from 1, Column from 1, in the expression.
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Check loads a configuration as the controller does, whole and key by key.
func (e *Engine) Check(config Config) (*Check, error) {
	configMap, secret, err := config.objects()
	if err != nil {
		return nil, err
	}
	e.Journal.Take()
	check := &Check{Problems: []KeyProblem{}, Warnings: []string{}}
	if err := load(configMap, secret); err != nil {
		check.Error = err.Error()
	}
	for _, entry := range e.Journal.Take() {
		check.Warnings = append(check.Warnings, entry.Problem)
	}
	keys := []string{}
	for key := range configMap.Data {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		check.Problems = append(check.Problems, checkKey(key, configMap.Data[key], secret)...)
	}
	e.Journal.Take()
	return check, nil
}

// load does what the controller does before it can process anything.
func load(configMap *corev1.ConfigMap, secret *corev1.Secret) error {
	config, err := api.ParseConfig(configMap, secret)
	if err != nil {
		return err
	}
	variables, err := settings.GetFactorySettings(controller.NoService(), cluster.SecretName, cluster.ConfigMapName, false).
		InitGetVars(config, configMap, secret)
	if err != nil {
		return err
	}
	_, err = api.NewAPI(*config, variables)
	return err
}

func checkKey(key, value string, secret *corev1.Secret) []KeyProblem {
	if strings.HasPrefix(key, "trigger.") {
		var conditions []triggers.Condition
		if err := yaml.Unmarshal([]byte(value), &conditions); err == nil {
			return checkExpressions(key, conditions)
		}
	}
	if err := load(&corev1.ConfigMap{Data: map[string]string{key: value}}, secret); err != nil {
		return []KeyProblem{{Key: key, Message: err.Error()}}
	}
	return nil
}

// checkExpressions compiles every expression by itself, as the engine does, to find all faults and their places.
func checkExpressions(key string, conditions []triggers.Condition) []KeyProblem {
	problems := []KeyProblem{}
	for i, condition := range conditions {
		for _, one := range []struct{ field, text string }{{"when", condition.When}, {"oncePer", condition.OncePer}} {
			if one.text == "" {
				continue
			}
			_, err := expr.Compile(one.text)
			if err == nil {
				continue
			}
			place := &ExpressionPlace{Condition: i, Field: one.field, Line: 1, Column: 1}
			message := err.Error()
			var located *file.Error
			if errors.As(err, &located) {
				place.Line, place.Column, message = located.Line, located.Column+1, located.Message
			}
			problems = append(problems, KeyProblem{Key: key, Message: message, Expression: place})
		}
	}
	return problems
}
