package main

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// late moves what a rule is called to where the rule first uses it. OPA puts the annotations that `rego.metadata.rule()`
// gives at the top of a body, where they cost three steps in each of the rules that then have nothing to say about a
// document: a third of all steps. What a body means does not hang on where such an equation stands.
var late = ast.CompilerStageDefinition{
	Name:       "Late",
	MetricName: "compile_stage_late",
	Stage: func(compiler *ast.Compiler) *ast.Error {
		for _, module := range compiler.Modules {
			ast.WalkRules(module, func(rule *ast.Rule) bool {
				rule.Body = lowered(rule.Body)
				return false
			})
		}
		return nil
	},
}

// lowered is a body in which each equation of a variable with a constant object, or with another variable, stands right
// before the first expression that mentions either.
func lowered(body ast.Body) ast.Body {
	moved := slices.Clone(body)
	for at := len(moved) - 2; at >= 0; at-- {
		if names, ok := equated(moved[at]); ok {
			to := at
			for to+1 < len(moved) && !mentions(moved[to+1], names) {
				to++
			}
			equation := moved[at]
			moved = slices.Insert(slices.Delete(moved, at, at+1), to, equation)
		}
	}
	for place, expr := range moved {
		expr.Index = place
	}
	return moved
}

// equated gives the variables of such an equation; none of them may be mentioned by what it moves below.
func equated(expr *ast.Expr) ([]ast.Var, bool) {
	if expr.Negated || len(expr.With) > 0 || !expr.IsEquality() {
		return nil, false
	}
	name, ok := expr.Operand(0).Value.(ast.Var)
	if !ok {
		return nil, false
	}
	if other, ok := expr.Operand(1).Value.(ast.Var); ok {
		return []ast.Var{name, other}, true
	}
	_, object := expr.Operand(1).Value.(ast.Object)
	return []ast.Var{name}, object && expr.Operand(1).IsGround()
}

func mentions(expr *ast.Expr, names []ast.Var) (found bool) {
	ast.WalkVars(expr, func(one ast.Var) bool {
		found = found || slices.Contains(names, one)
		return found
	})
	return found
}
