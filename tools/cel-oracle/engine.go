package main

import (
	"fmt"
	"time"
	_ "time/tzdata"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/ext"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/cel/environment"
)

// facts are the variables that are not the agent's to choose; they are declared with their types.
var facts = map[string]*cel.Type{
	"action":          cel.StringType,
	"agent":           cel.StringType,
	"context":         cel.MapType(cel.StringType, cel.DynType),
	"requester":       cel.MapType(cel.StringType, cel.DynType),
	"namespaceName":   cel.StringType,
	"namespaceLabels": cel.MapType(cel.StringType, cel.StringType),
	"now":             cel.TimestampType,
}

// answer holds what Kubernetes says and, where that is no value, what it says once int mixes with double in arithmetic.
type answer struct {
	outcome
	Mixed *outcome `json:"mixed,omitempty"`
}

// outcome is a value with its runtime cost, or the stage that failed ("compile" or "evaluate") and why.
type outcome struct {
	Value any    `json:"value,omitempty"`
	Cost  uint64 `json:"cost"`
	Stage string `json:"stage,omitempty"`
	Error string `json:"error,omitempty"`
}

// engines are Kubernetes' own environment, and the same with the one thing that the operator's has besides.
type engines struct{ strict, mixed *engine }

func newEngines(keys []string) (*engines, error) {
	strict, err := newEngine(keys)
	if err != nil {
		return nil, err
	}
	mixed, err := newEngine(keys, mixedOverloads()...)
	if err != nil {
		return nil, err
	}
	mixed.options = mixedArithmetic()
	return &engines{strict: strict, mixed: mixed}, nil
}

func (e *engines) ask(expression string, variables map[string]any) answer {
	strict := e.strict.ask(expression, variables)
	if strict.Stage == "" {
		return answer{outcome: strict}
	}
	mixed := e.mixed.ask(expression, variables)
	return answer{outcome: strict, Mixed: &mixed}
}

// engine compiles each expression once.
type engine struct {
	env      *cel.Env
	options  []cel.ProgramOption
	compiled map[string]compiled
}

type compiled struct {
	program cel.Program
	err     error
}

// newEngine is what admission evaluates with: every library of the newest version, for what is stored. Of cel-go's own
// libraries it has those besides that the operator's rules have and admission lacks.
func newEngine(keys []string, extra ...cel.EnvOption) (*engine, error) {
	options := append([]cel.EnvOption{ext.Math(), ext.Encoders()}, extra...)
	for name, kind := range facts {
		options = append(options, cel.Variable(name, kind))
	}
	for _, key := range keys {
		if _, isFact := facts[key]; !isFact {
			options = append(options, cel.Variable(key, cel.DynType))
		}
	}
	base := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion())
	set, err := base.Extend(
		environment.VersionedOptions{IntroducedVersion: version.MajorMinor(1, 0), EnvOptions: options},
		environment.StrictCostOpt,
	)
	if err != nil {
		return nil, fmt.Errorf("cannot make the environment: %w", err)
	}
	return &engine{env: set.StoredExpressionsEnv(), compiled: map[string]compiled{}}, nil
}

func (e *engine) ask(expression string, variables map[string]any) outcome {
	known, isKnown := e.compiled[expression]
	if !isKnown {
		known.program, known.err = e.compile(expression)
		e.compiled[expression] = known
	}
	if known.err != nil {
		return outcome{Stage: "compile", Error: known.err.Error()}
	}
	bound, err := withTime(variables)
	if err != nil {
		return outcome{Stage: "evaluate", Error: err.Error()}
	}
	value, details, err := known.program.Eval(bound)
	if err != nil {
		return outcome{Stage: "evaluate", Error: err.Error()}
	}
	return outcome{Value: view(value), Cost: *details.ActualCost()}
}

// compile takes a panic as an error, as the API server does: a validator of cel-go has one on some literals.
func (e *engine) compile(expression string) (program cel.Program, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic: %v", reason)
		}
	}()
	ast, issues := e.env.Compile(expression)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	return e.env.Program(ast, e.options...)
}

// withTime gives the variables with now as a timestamp: it comes as RFC 3339.
func withTime(variables map[string]any) (map[string]any, error) {
	bound := make(map[string]any, len(variables))
	for name, value := range variables {
		bound[name] = value
	}
	text, isText := variables["now"].(string)
	if !isText {
		return bound, nil
	}
	now, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return nil, err
	}
	bound["now"] = types.Timestamp{Time: now}
	return bound, nil
}
