// Package explain says why a condition of a trigger is not true: which of its own parts is the first that keeps it from
// being true. It reads the condition that the controller reads, and knows nothing of what it means.
package explain

import (
	"fmt"
	"reflect"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// Reason is one part of a condition and what it came to.
type Reason struct {
	// Variable is the name under which the condition uses the part; empty if it has none.
	Variable string `json:"variable,omitempty"`
	Text     string `json:"text"`
	Value    any    `json:"value"`
	// Values are those of the variables that the text mentions.
	Values map[string]any `json:"values,omitempty"`
	// Elements are those of the list that the part goes through, each with the reasons why it does not count.
	Elements []Element `json:"elements,omitempty"`
}

// Element is one element of a list.
type Element struct {
	Element any      `json:"element"`
	Reasons []Reason `json:"reasons"`
}

// Most elements of a list that are explained.
const mostElements = 8

// Explain returns the reasons from the outermost to the innermost; none for a condition that is true or that fails.
func Explain(condition string, variables map[string]any) ([]Reason, error) {
	tree, err := parser.Parse(condition)
	if err != nil {
		return nil, err
	}
	value, err := evaluate(nil, tree.Node, variables)
	if err != nil {
		return nil, err
	}
	if value == true {
		return []Reason{}, nil
	}
	e := &explainer{variables: variables}
	return e.why(nil, tree.Node), nil
}

type explainer struct{ variables map[string]any }

// value is nil for what cannot be evaluated, as the engine takes it for not true.
func (e *explainer) value(s scope, part ast.Node) any {
	value, err := evaluate(s, part, e.variables)
	if err != nil {
		return nil
	}
	return value
}

// why returns what makes a part come to nothing: to false, nil, an empty text or list.
func (e *explainer) why(s scope, part ast.Node) []Reason {
	switch node := part.(type) {
	case *ast.VariableDeclaratorNode:
		return e.why(s.with(frame{name: node.Name, value: node.Value}), node.Expr)
	case *ast.ConditionalNode:
		return e.branch(s, node)
	case *ast.ChainNode:
		return e.why(s, node.Node)
	case *ast.IdentifierNode:
		return e.variable(s, node)
	case *ast.BuiltinNode:
		if node.Name == "concat" {
			return e.parts(s, node)
		}
		// That something is so of every element, or of none, is one statement about all of them.
		if predicate, is := last(node.Arguments).(*ast.PredicateNode); is && node.Name != "none" && node.Name != "all" {
			return e.list(s, node, predicate.Node)
		}
	case *ast.BinaryNode:
		return e.binary(s, node)
	}
	return []Reason{e.reason(s, part)}
}

// branch follows the branch that was taken. Conditions that hold on the way are part of the reason, and so is the one
// that leads to a constant.
func (e *explainer) branch(s scope, node *ast.ConditionalNode) []Reason {
	holds := e.value(s, node.Cond) == true
	taken := node.Exp2
	if holds {
		taken = node.Exp1
	}
	switch {
	case isConstant(taken) && holds:
		return e.because(s, node.Cond)
	case isConstant(taken):
		return e.why(s, node.Cond)
	case holds:
		return append([]Reason{e.reason(s, node.Cond)}, e.why(s, taken)...)
	default:
		return e.why(s, taken)
	}
}

// because explains a condition that holds: that something is nil, empty or nothing is explained by what it is.
func (e *explainer) because(s scope, part ast.Node) []Reason {
	if binary, is := part.(*ast.BinaryNode); is {
		switch {
		case binary.Operator == "==" && isNothing(binary.Right):
			return append([]Reason{e.reason(s, part)}, e.inner(s, binary.Left)...)
		case (binary.Operator == "and" || binary.Operator == "&&"):
			return append(e.because(s, binary.Left), e.because(s, binary.Right)...)
		case binary.Operator == "or" || binary.Operator == "||":
			if e.value(s, binary.Left) == true {
				return e.because(s, binary.Left)
			}
			return e.because(s, binary.Right)
		}
	}
	return []Reason{e.reason(s, part)}
}

// inner explains the operand of a comparison; a plain value says nothing more than the comparison.
func (e *explainer) inner(s scope, part ast.Node) []Reason {
	if builtin, is := part.(*ast.BuiltinNode); is && builtin.Name == "len" {
		return e.inner(s, builtin.Arguments[0])
	}
	identifier, is := part.(*ast.IdentifierNode)
	if !is {
		if _, is := part.(*ast.BuiltinNode); is {
			return e.why(s, part)
		}
		return nil
	}
	outer, definition := s.variable(identifier.Value)
	if definition == nil {
		return nil
	}
	switch definition.(type) {
	case *ast.ConditionalNode, *ast.BuiltinNode, *ast.VariableDeclaratorNode:
		return named(identifier.Value, e.why(outer, definition))
	}
	return nil
}

func (e *explainer) variable(s scope, node *ast.IdentifierNode) []Reason {
	own := e.reason(s, node)
	outer, definition := s.variable(node.Value)
	if definition == nil {
		return []Reason{own}
	}
	own.Variable, own.Text = node.Value, definition.String()
	inner := e.why(outer, definition)
	if len(inner) == 1 && inner[0].Text == own.Text {
		return named(node.Value, inner)
	}
	return append([]Reason{own}, inner...)
}

func (e *explainer) binary(s scope, node *ast.BinaryNode) []Reason {
	switch node.Operator {
	case "and", "&&":
		if e.value(s, node.Left) != true {
			return e.why(s, node.Left)
		}
		return e.why(s, node.Right)
	case "or", "||":
		return append(e.why(s, node.Left), e.why(s, node.Right)...)
	case "??":
		if e.value(s, node.Left) == nil {
			return e.why(s, node.Right)
		}
		return e.why(s, node.Left)
	case "!=":
		if isNothing(node.Right) {
			return e.why(s, node.Left)
		}
	}
	return []Reason{e.reason(s, node)}
}

// parts explains why each part of a list that is put together is empty.
func (e *explainer) parts(s scope, node *ast.BuiltinNode) []Reason {
	own := e.reason(s, node)
	for _, part := range node.Arguments {
		if value := reflect.ValueOf(e.value(s, part)); value.Kind() == reflect.Slice && value.Len() > 0 {
			continue
		}
		if reasons := e.why(s, part); !isConstant(part) {
			own.Elements = append(own.Elements, Element{Element: part.String(), Reasons: reasons})
		}
	}
	return []Reason{own}
}

// list explains why no element of a list counts.
func (e *explainer) list(s scope, node *ast.BuiltinNode, predicate ast.Node) []Reason {
	elements := reflect.ValueOf(e.value(s, node.Arguments[0]))
	own := e.reason(s, node)
	if elements.Kind() != reflect.Slice {
		return []Reason{own}
	}
	if elements.Len() == 0 {
		own.Text, own.Value = node.Arguments[0].String(), []any{}
		return append([]Reason{own}, e.inner(s, node.Arguments[0])...)
	}
	for i := 0; i < elements.Len() && len(own.Elements) < mostElements; i++ {
		inner := s.with(frame{value: node.Arguments[0], index: i})
		if e.value(inner, predicate) == true {
			continue
		}
		own.Elements = append(own.Elements, Element{Element: elements.Index(i).Interface(), Reasons: e.why(inner, predicate)})
	}
	return []Reason{own}
}

func (e *explainer) reason(s scope, part ast.Node) Reason {
	reason := Reason{Text: part.String(), Value: e.value(s, part), Values: map[string]any{}}
	ast.Walk(&part, visit(func(node ast.Node) {
		if identifier, is := node.(*ast.IdentifierNode); is {
			if _, definition := s.variable(identifier.Value); definition != nil {
				reason.Values[identifier.Value] = e.value(s, identifier)
			}
		}
	}))
	return reason
}

type visit func(ast.Node)

func (v visit) Visit(node *ast.Node) { v(*node) }

func named(name string, reasons []Reason) []Reason {
	if len(reasons) > 0 && reasons[0].Variable == "" {
		reasons[0].Variable = name
	}
	return reasons
}

func last(nodes []ast.Node) ast.Node {
	if len(nodes) == 0 {
		return nil
	}
	return nodes[len(nodes)-1]
}

func isConstant(node ast.Node) bool {
	switch known := node.(type) {
	case *ast.StringNode, *ast.NilNode, *ast.BoolNode, *ast.IntegerNode:
		return true
	case *ast.ArrayNode:
		return len(known.Nodes) == 0
	}
	return false
}

// isNothing says whether a node is nil, an empty text, or zero.
func isNothing(node ast.Node) bool {
	switch known := node.(type) {
	case *ast.NilNode:
		return true
	case *ast.StringNode:
		return known.Value == ""
	case *ast.IntegerNode:
		return known.Value == 0
	}
	return fmt.Sprint(node) == "nil"
}
