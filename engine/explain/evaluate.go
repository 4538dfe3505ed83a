package explain

import (
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// frame is what surrounds a part of an expression: a variable, or an element of a list.
type frame struct {
	name  string
	value ast.Node
	// index is that of the element, when name is empty and value is the list.
	index int
}

// scope is all that surrounds a part, from the outside to the inside.
type scope []frame

func (s scope) with(inner frame) scope { return append(append(scope{}, s...), inner) }

// variable returns a variable's definition and what surrounds that.
func (s scope) variable(name string) (scope, ast.Node) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i].name == name {
			return s[:i], s[i].value
		}
	}
	return nil, nil
}

// evaluate returns the value of a part of an expression where it stands.
func evaluate(s scope, part ast.Node, variables map[string]any) (any, error) {
	whole := part
	for i := len(s) - 1; i >= 0; i-- {
		if s[i].name != "" {
			whole = &ast.VariableDeclaratorNode{Name: s[i].name, Value: s[i].value, Expr: whole}
			continue
		}
		each := &ast.BuiltinNode{Name: "map", Arguments: []ast.Node{s[i].value, &ast.PredicateNode{Node: whole}}}
		whole = &ast.MemberNode{Node: each, Property: &ast.IntegerNode{Value: s[i].index}}
	}
	// As expr.Compile does it without an environment, but from the tree, and without the optimizer, which changes it.
	config := conf.CreateNew()
	tree := &parser.Tree{Node: whole, Source: file.NewSource("")}
	if _, err := checker.Check(tree, config); err != nil {
		return nil, err
	}
	program, err := compiler.Compile(tree, config)
	if err != nil {
		return nil, err
	}
	return vm.Run(program, variables)
}
