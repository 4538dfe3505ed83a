package server

import (
	"reflect"
	"slices"
	"sort"
	"strings"

	"github.com/Masterminds/sprig/v3"
	"github.com/argoproj/argo-cd/v3/util/notification/expression"
	"github.com/argoproj/notifications-engine/pkg/services"
	"github.com/argoproj/notifications-engine/pkg/triggers"
	"github.com/expr-lang/expr/builtin"
)

// Vocabulary is every name that the engine knows. What it does not know it often ignores in silence.
type Vocabulary struct {
	// TemplateFunctions are those of templates: Go's own and sprig's, without env and expandenv.
	TemplateFunctions []string `json:"templateFunctions"`
	// ExpressionFunctions are those of expressions.
	ExpressionFunctions []string `json:"expressionFunctions"`
	// Template are the fields of a template; a field without fields of its own has an empty object.
	Template Fields `json:"template"`
	// Condition are the fields of a trigger's condition.
	Condition Fields `json:"condition"`
	// Variables are the names that expressions and templates see, with what the helpers among them offer.
	Variables Fields `json:"variables"`
	// Services are the fields of the settings of each type of service.
	Services map[string]Fields `json:"services"`
}

// Fields are the fields of a structure, by their names in YAML.
type Fields map[string]Fields

// Go's own functions (text/template, Functions).
var ownFunctions = []string{
	"and", "call", "html", "index", "slice", "js", "len", "not", "or", "print", "printf", "println", "urlquery",
	"eq", "ge", "gt", "le", "lt", "ne", "break", "continue",
}

var serviceOptions = map[string]any{
	"alertmanager": services.AlertmanagerOptions{}, "awssqs": services.AwsSqsOptions{}, "email": services.EmailOptions{},
	"gcppubsub": services.GcpPubsubOptions{}, "github": services.GitHubOptions{}, "googlechat": services.GoogleChatOptions{},
	"grafana": services.GrafanaOptions{}, "mattermost": services.MattermostOptions{}, "nats": services.NatsOptions{},
	"newrelic": services.NewrelicOptions{}, "opsgenie": services.OpsgenieOptions{}, "pagerduty": services.PagerDutyOptions{},
	"pagerdutyv2": services.PagerDutyV2Options{}, "pushover": services.PushoverOptions{}, "rocketchat": services.RocketChatOptions{},
	"slack": services.SlackOptions{}, "teams": services.TeamsOptions{}, "teams-workflows": services.TeamsWorkflowsOptions{},
	"telegram": services.TelegramOptions{}, "webex": services.WebexOptions{}, "webhook": services.WebhookOptions{},
}

// vocabulary asks the engine's own code for its names.
func vocabulary() *Vocabulary {
	functions := append([]string{}, ownFunctions...)
	for name := range sprig.TxtFuncMap() {
		if name != "env" && name != "expandenv" {
			functions = append(functions, name)
		}
	}
	expressions := []string{}
	for _, function := range builtin.Builtins {
		expressions = append(expressions, function.Name)
	}
	sort.Strings(functions)
	sort.Strings(expressions)
	functions = slices.Compact(functions)
	variables := Fields{"app": {}, "appProject": {}, "context": {}, "secrets": {}}
	for name, helper := range expression.Spawn(nil, nil, nil) {
		variables[name] = Fields{}
		if offered, is := helper.(map[string]any); is {
			for one := range offered {
				variables[name][one] = Fields{}
			}
		}
	}
	known := &Vocabulary{
		TemplateFunctions:   functions,
		ExpressionFunctions: expressions,
		Template:            fieldsOf(reflect.TypeFor[services.Notification]()),
		Variables:           variables,
		Condition:           fieldsOf(reflect.TypeFor[triggers.Condition]()),
		Services:            map[string]Fields{},
	}
	for kind, options := range serviceOptions {
		known.Services[kind] = fieldsOf(reflect.TypeOf(options))
	}
	return known
}

// fieldsOf lists what encoding/json reads into a type.
func fieldsOf(of reflect.Type) Fields {
	fields := Fields{}
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct {
		return fields
	}
	for i := range of.NumField() {
		field := of.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "":
			for inner, more := range fieldsOf(field.Type) {
				fields[inner] = more
			}
		case !field.IsExported() || name == "-":
		case name == "":
			fields[field.Name] = fieldsOf(field.Type)
		default:
			fields[name] = fieldsOf(field.Type)
		}
	}
	return fields
}
