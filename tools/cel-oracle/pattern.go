package main

import "regexp"

// matched says whether a text matches, or why the pattern is none.
type matched struct {
	Matches bool   `json:"matches"`
	Error   string `json:"error,omitempty"`
}

// match is what matches(text, pattern) does, also where the rules' compiler would refuse the pattern.
func match(pattern, text string) matched {
	compiled, err := regexp.Compile(pattern)
	if err != nil {
		return matched{Error: err.Error()}
	}
	return matched{Matches: compiled.MatchString(text)}
}
