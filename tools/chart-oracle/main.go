// The chart's oracle answers what the chart's files mean to the programs that read them: Prometheus for alerts, Argo CD
// for health scripts in Lua, Flux for health expressions in CEL. It reads questions as JSON, one a line, and writes an
// answer for each.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// A question has one of the three.
type question struct {
	PromQL *promQL         `json:"promql"`
	Lua    *health         `json:"lua"`
	CEL    *fluxExpression `json:"cel"`
}

type answer struct {
	Result any    `json:"result,omitempty"`
	Error  string `json:"error,omitempty"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		if err := out.Encode(answered(lines.Bytes())); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answered(line []byte) answer {
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{Error: err.Error()}
	}
	result, err := resultOf(asked)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Result: result}
}

func resultOf(asked question) (any, error) {
	switch {
	case asked.PromQL != nil:
		return asked.PromQL.evaluate()
	case asked.Lua != nil:
		return asked.Lua.run()
	case asked.CEL != nil:
		return asked.CEL.evaluate()
	}
	return nil, fmt.Errorf("asks for nothing")
}
