package main

import (
	"fmt"
	"sort"
	"strings"

	"github.com/google/cel-go/cel"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/cel/environment"
)

// functions are the overloads of Kubernetes' environment as it is, without what the rules have besides, as signatures:
// "string.charAt(int): string" for a method, "ip(string): net.IP" for a function. Operators are left out.
func functions() ([]string, error) {
	set := environment.MustBaseEnvSet(version.MajorMinor(1, 37))
	env, err := set.Env(environment.StoredExpressions)
	if err != nil {
		return nil, err
	}
	signatures := []string{}
	for name, function := range env.Functions() {
		if strings.ContainsAny(name, "_@") || name == "in" {
			continue
		}
		for _, overload := range function.OverloadDecls() {
			signatures = append(signatures, signature(name, overload.IsMemberFunction(), overload.ArgTypes(), overload.ResultType()))
		}
	}
	sort.Strings(signatures)
	return signatures, nil
}

func signature(name string, isMethod bool, arguments []*cel.Type, result *cel.Type) string {
	receiver := ""
	if isMethod {
		receiver, arguments = typeText(arguments[0])+".", arguments[1:]
	}
	return fmt.Sprintf("%s%s(%s): %s", receiver, name, typeTexts(arguments), typeText(result))
}

func typeTexts(all []*cel.Type) string {
	texts := make([]string, len(all))
	for i, each := range all {
		texts[i] = typeText(each)
	}
	return strings.Join(texts, ", ")
}

// typeText is list<int>, map<K, V>, or a name alone.
func typeText(of *cel.Type) string {
	if len(of.Parameters()) == 0 {
		return of.TypeName()
	}
	return fmt.Sprintf("%s<%s>", of.TypeName(), typeTexts(of.Parameters()))
}
