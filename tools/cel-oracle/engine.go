package main

import (
	"fmt"
	"math"
	"slices"
	"time"
	_ "time/tzdata"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
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

// answer holds what Kubernetes says and, where that is no value, what it would say with what the operator's rules have
// besides, one after the other until there is a value.
type answer struct {
	outcome
	Besides []besides `json:"besides,omitempty"`
}

// besides is one such thing, with all before it.
type besides struct {
	Name string `json:"name"`
	outcome
}

// outcome is a value with its runtime cost, or the stage that failed ("compile" or "evaluate") and why.
type outcome struct {
	Value any    `json:"value,omitempty"`
	Cost  uint64 `json:"cost"`
	Stage string `json:"stage,omitempty"`
	Error string `json:"error,omitempty"`
}

// engines are Kubernetes' own environment, and the same with what the operator's rules have besides: docs/rules.md has
// these names, and why each is safe.
type engines struct {
	strict *engine
	wider  []named
}

type named struct {
	name string
	*engine
}

func newEngines(keys []string) (*engines, error) {
	kubernetes, err := newEnvironment(keys)
	if err != nil {
		return nil, err
	}
	mixed, err := newEnvironment(keys, mixedOverloads()...)
	if err != nil {
		return nil, err
	}
	unchecked := func(parsed *cel.Ast) (*cel.Ast, *cel.Issues) { return parsed, nil }
	return &engines{
		strict: newEngine(kubernetes, kubernetes.Check),
		wider: []named{
			{"computed quantities", newEngine(kubernetes, kubernetes.Check, computedQuantities())},
			{"int with double", newEngine(mixed, mixed.Check, computedQuantities(), mixedArithmetic())},
			{"refused by its checker alone", newEngine(mixed, unchecked, computedQuantities(), mixedArithmetic())},
		},
	}, nil
}

func (e *engines) ask(expression string, variables map[string]any) answer {
	given := answer{outcome: e.strict.ask(expression, variables)}
	stage := given.Stage
	for _, each := range e.wider {
		if stage == "" {
			break
		}
		said := besides{each.name, each.ask(expression, variables)}
		given.Besides = append(given.Besides, said)
		stage = said.Stage
	}
	return given
}

// engine compiles each expression once.
type engine struct {
	env      *cel.Env
	check    func(*cel.Ast) (*cel.Ast, *cel.Issues)
	options  []cel.ProgramOption
	compiled map[string]compiled
}

type compiled struct {
	program cel.Program
	err     error
}

// newEngine has no limit of cost: what a limit of Kubernetes ends says nothing of what an expression means.
func newEngine(env *cel.Env, check func(*cel.Ast) (*cel.Ast, *cel.Issues), options ...cel.ProgramOption) *engine {
	options = append(options, cel.CostLimit(math.MaxUint64))
	return &engine{env: env, check: check, options: options, compiled: map[string]compiled{}}
}

// newEnvironment is what admission evaluates with: every library of the newest version, for what is stored. Of cel-go's
// own libraries it has those besides that the operator's rules have and admission lacks, reverse of a newer version.
func newEnvironment(keys []string, extra ...cel.EnvOption) (*cel.Env, error) {
	reverse := cel.Function("reverse",
		cel.MemberOverload("string_reverse", []*cel.Type{cel.StringType}, cel.StringType, cel.UnaryBinding(reversed)))
	options := append([]cel.EnvOption{ext.Math(), ext.Encoders(), reverse}, extra...)
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
	return set.StoredExpressionsEnv(), nil
}

func reversed(text ref.Val) ref.Val {
	letters := []rune(string(text.(types.String)))
	slices.Reverse(letters)
	return types.String(letters)
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
	parsed, issues := e.env.Parse(expression)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	checked, issues := e.check(parsed)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	return e.env.Program(checked, e.options...)
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
