// The reference for the rules' tests: compiles and evaluates expressions as Kubernetes does, and matches patterns as Go does.
//
// It reads one question a line and writes one answer a line, in the same order. The first line names the context's keys.
package main

import (
	"bufio"
	"encoding/json"
	"io"
	"log"
	"os"
)

// setup is the first line: the context keys that expressions may name, declared as dyn.
type setup struct {
	Keys []string `json:"keys"`
}

// question is every further line: an expression with its variables, a pattern with a text, or which functions there are.
type question struct {
	Expression string         `json:"expression"`
	Variables  map[string]any `json:"variables"`
	Pattern    *string        `json:"pattern"`
	Text       string         `json:"text"`
	Functions  bool           `json:"functions"`
}

func main() {
	log.SetFlags(0)
	output := bufio.NewWriterSize(os.Stdout, 1<<20)
	if err := answerAll(json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20)), json.NewEncoder(output)); err != nil {
		log.Fatal(err)
	}
	if err := output.Flush(); err != nil {
		log.Fatal(err)
	}
}

func answerAll(questions *json.Decoder, answers *json.Encoder) error {
	var first setup
	if err := questions.Decode(&first); err != nil {
		return err
	}
	engines, err := newEngines(first.Keys)
	if err != nil {
		return err
	}
	for {
		var asked question
		if err := questions.Decode(&asked); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		answer, err := reply(engines, asked)
		if err != nil {
			return err
		}
		if err := answers.Encode(answer); err != nil {
			return err
		}
	}
}

func reply(engines *engines, asked question) (any, error) {
	if asked.Functions {
		return functions()
	}
	if asked.Pattern != nil {
		return match(*asked.Pattern, asked.Text), nil
	}
	return engines.ask(asked.Expression, asked.Variables), nil
}
