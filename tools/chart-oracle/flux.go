package main

import (
	"fmt"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/ext"
)

// A health expression, and the object that it is asked about: its top-level fields are the variables.
type fluxExpression struct {
	Expression string         `json:"expression"`
	Object     map[string]any `json:"object"`
}

// As Flux has it: only parsed, not checked, because not all kinds have the same top-level fields.
// Source: github.com/fluxcd/pkg/runtime v0.122.0, cel/expression.go.
func (asked fluxExpression) evaluate() (any, error) {
	env, err := cel.NewEnv(
		cel.HomogeneousAggregateLiterals(),
		cel.EagerlyValidateDeclarations(true),
		cel.DefaultUTCTimeZone(true),
		cel.CrossTypeNumericComparisons(true),
		cel.OptionalTypes(),
		ext.Strings(), ext.Sets(), ext.Encoders(),
	)
	if err != nil {
		return nil, err
	}
	parsed, issues := env.Parse(asked.Expression)
	if issues != nil {
		return nil, issues.Err()
	}
	program, err := env.Program(parsed)
	if err != nil {
		return nil, err
	}
	value, _, err := program.Eval(asked.Object)
	if err != nil {
		return nil, err
	}
	holds, ok := value.(types.Bool)
	if !ok {
		return nil, fmt.Errorf("gives something other than true or false")
	}
	return bool(holds), nil
}
