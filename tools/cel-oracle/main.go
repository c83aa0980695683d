// The reference for the differential fuzz: evaluates rule expressions with cel-go, as Kubernetes does.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/ext"
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

// setup is the first line of the input: the context keys that expressions may name, declared as dyn.
type setup struct {
	Keys []string `json:"keys"`
}

// question is every further line. The facts come as JSON; now as RFC 3339.
type question struct {
	Expression string         `json:"expression"`
	Variables  map[string]any `json:"variables"`
	Now        time.Time      `json:"now"`
}

// answer holds a boolean, or why there is none: "compile" or "evaluate".
type answer struct {
	Value *bool  `json:"value,omitempty"`
	Stage string `json:"stage,omitempty"`
	Error string `json:"error,omitempty"`
}

func main() {
	log.SetFlags(0)
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := bufio.NewWriter(os.Stdout)
	decoder := json.NewDecoder(input)
	var first setup
	if err := decoder.Decode(&first); err != nil {
		log.Fatalf("the first line must name the keys: %v", err)
	}
	env, err := environment(first.Keys)
	if err != nil {
		log.Fatalf("cannot make the environment: %v", err)
	}
	encoder := json.NewEncoder(output)
	for decoder.More() {
		var asked question
		if err := decoder.Decode(&asked); err != nil {
			log.Fatalf("not a question: %v", err)
		}
		if err := encoder.Encode(reply(env, asked)); err != nil {
			log.Fatalf("cannot answer: %v", err)
		}
	}
	if err := output.Flush(); err != nil {
		log.Fatalf("cannot answer: %v", err)
	}
}

// environment is that of Kubernetes' own rules, as far as the operator's has the same.
func environment(keys []string) (*cel.Env, error) {
	options := []cel.EnvOption{
		cel.CrossTypeNumericComparisons(true),
		cel.HomogeneousAggregateLiterals(),
		cel.DefaultUTCTimeZone(true),
		ext.Strings(),
	}
	for name, kind := range facts {
		options = append(options, cel.Variable(name, kind))
	}
	for _, key := range keys {
		if _, isFact := facts[key]; !isFact {
			options = append(options, cel.Variable(key, cel.DynType))
		}
	}
	return cel.NewEnv(options...)
}

func reply(env *cel.Env, asked question) answer {
	ast, issues := env.Compile(asked.Expression)
	if issues.Err() != nil {
		return answer{Stage: "compile", Error: issues.Err().Error()}
	}
	if kind := ast.OutputType(); !kind.IsExactType(cel.BoolType) && !kind.IsExactType(cel.DynType) {
		return answer{Stage: "compile", Error: fmt.Sprintf("gives %s, not bool", kind)}
	}
	program, err := env.Program(ast)
	if err != nil {
		return answer{Stage: "compile", Error: err.Error()}
	}
	asked.Variables["now"] = types.Timestamp{Time: asked.Now}
	result, _, err := program.Eval(asked.Variables)
	if err != nil {
		return answer{Stage: "evaluate", Error: err.Error()}
	}
	value, isBool := result.Value().(bool)
	if !isBool {
		return answer{Stage: "evaluate", Error: fmt.Sprintf("gave %s, not a boolean", result.Type().TypeName())}
	}
	return answer{Value: &value}
}
